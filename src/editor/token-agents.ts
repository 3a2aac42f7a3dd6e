/** Agents that were connected while no token was wanted: the offer to let their configuration refer to it. */
import * as vscode from 'vscode';
import type { Change, Desk } from '../clients/connect/connection.ts';
import { apply, inspect, planToConnect } from '../clients/connect/connection.ts';
import { clientsAt } from '../clients/connect/move.ts';
import type { Client, Endpoint } from '../clients/types.ts';
import { KEY_VARIABLE } from '../clients/endpoint.ts';
import { deskHere } from './desk.ts';
import { tell } from './tell.ts';

interface Lacking { client: Client; changes: Change[] }

/**
 * Asks whether the connected agents are to send the token; says nothing where all of them do.
 * @param endpointFor the gateway as an agent that asks for this model is told of it
 */
export async function offerToken(endpointFor: (model: string | null) => Promise<Endpoint>, userDir: string | null): Promise<void> {
  const desk = deskHere(userDir);
  const usual = await endpointFor(null);
  const lacking: Lacking[] = [];
  for (const client of await clientsAt(usual.origin, desk)) {
    const { model } = await inspect(client, usual, desk);
    const changes = await planToConnect(client, await endpointFor(model), desk).catch(() => []);
    if (changes.some(({ before, after }) => before !== after)) lacking.push({ client, changes });
  }
  if (lacking.length === 0) return;
  const { l10n } = vscode;
  tell('warning', l10n.t('The gateway wants its token now. These agents do not send it yet: {0}.', namesOf(lacking)), [
    { title: l10n.t('Let Them Send It'), run: () => update(lacking, desk) }, { title: l10n.t('Not Now'), run: () => undefined },
  ]);
}

async function update(lacking: readonly Lacking[], desk: Desk): Promise<void> {
  const [done, failures]: [Lacking[], string[]] = [[], []];
  for (const one of lacking) {
    try {
      await apply(one.changes, desk);
      done.push(one);
    } catch (error) {
      failures.push(`${one.client.title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { l10n } = vscode;
  if (failures.length > 0) tell('error', failures.join(' '));
  if (done.length > 0) tell('info', l10n.t('These agents read the token from {0} now: {1}. New terminals of this editor have that variable; one that runs has to be started again.', KEY_VARIABLE, namesOf(done)));
}

const namesOf = (lacking: readonly Lacking[]): string => lacking.map(({ client }) => client.title).join(', ');
