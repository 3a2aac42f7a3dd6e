/** What the pickers of agents show, as pure functions of what was found. */
import type { ClientStatus } from '../clients/connect/connection.ts';
import type { Client } from '../clients/types.ts';
import { oneLine } from './text.ts';
import type { Translate } from './translate.ts';

export interface FoundClient {
  client: Client;
  status: ClientStatus;
}

export interface ClientChoice extends FoundClient {
  label: string;
  description: string;
  detail: string;
}

/** Those that are here first, then those that are not; in the order of the list otherwise. */
export function connectChoices(found: readonly FoundClient[], t: Translate): ClientChoice[] {
  return [...found].sort((one, other) => Number(one.status.state === 'not-found') - Number(other.status.state === 'not-found')).map((one) => choice(one, t));
}

/** Only those in whose files something of ours is. */
export function disconnectChoices(found: readonly FoundClient[], t: Translate): ClientChoice[] {
  return found.filter(({ client, status: { state } }) => client.stop === undefined && ['connected', 'connected-elsewhere', 'modified'].includes(state)).map((one) => choice(one, t));
}

function choice({ client, status }: FoundClient, t: Translate): ClientChoice {
  const icon = { 'connected': 'pass', 'connected-elsewhere': 'warning', 'modified': 'warning', 'broken': 'error', 'not-connected': 'circle-large-outline', 'not-found': 'blank' }[status.state];
  return { client, status, label: `$(${icon}) ${client.title}`, description: stateText(status, t), detail: oneLine([status.path ?? '', ...status.notes].filter(Boolean).join(' · ')) };
}

export function stateText({ state, baseUrl, model }: Pick<ClientStatus, 'state' | 'baseUrl' | 'model'>, t: Translate): string {
  switch (state) {
    case 'connected': return t('connected, asks for {0}', oneLine(model ?? ''));
    case 'connected-elsewhere': return t('points at {0}', oneLine(baseUrl ?? ''));
    case 'modified': return t('connected, then changed by hand');
    case 'broken': return t('its file cannot be read');
    case 'not-connected': return t('not connected');
    case 'not-found': return t('not found here');
  }
}
