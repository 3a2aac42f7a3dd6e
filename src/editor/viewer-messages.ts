/** Messages between the extension and the trace viewer in its webview. */
import type { HostState } from '../gateway/host-messages.ts';
import { isObject } from '../receipts/guards.ts';
import type { LiveMessage } from '../trace/types.ts';
import { oneLine } from './text.ts';
import type { Translate } from './translate.ts';

export type FromViewer = { type: 'ready' } | { type: 'get'; id: string } | { type: 'delete'; id: string } | { type: 'rate'; id: string; thumb: 'up' | 'down' | null };

/** How the viewer stands to the gateway; `detail` is one sentence, empty when there is nothing to say. */
export interface ConnectionMessage {
  type: 'connection';
  status: 'connecting' | 'connected' | 'disconnected';
  detail: string;
}

/** The viewer asked for a record that is not there any more. */
export interface MissingMessage { type: 'missing'; id: string }
export type ToViewer = LiveMessage | ConnectionMessage | MissingMessage;

const MAX_ID_CHARS = 200;

/** A message of the viewer, or null when it is none: a webview shows text of others and is not believed. */
export function parseFromViewer(value: unknown): FromViewer | null {
  if (!isObject(value)) return null;
  if (value.type === 'ready') return { type: 'ready' };
  const { id, type } = value;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARS) return null;
  if (type === 'rate') return value.thumb === 'up' || value.thumb === 'down' || value.thumb === null ? { type, id, thumb: value.thumb } : null;
  return type === 'get' || type === 'delete' ? { type, id } : null;
}

export function connectionOf(state: HostState, t: Translate): ConnectionMessage {
  switch (state.status) {
    case 'starting': return { type: 'connection', status: 'connecting', detail: t('The gateway is starting.') };
    case 'stopped': return { type: 'connection', status: 'disconnected', detail: t('The gateway is stopped.') };
    case 'failed': return { type: 'connection', status: 'disconnected', detail: oneLine(state.message) };
    case 'owner': return { type: 'connection', status: 'connected', detail: '' };
    case 'attached': return { type: 'connection', status: 'connected', detail: elsewhere(state.owner, t) };
  }
}

function elsewhere({ kind, pid }: { kind: 'window' | 'serve'; pid: number }, t: Translate): string {
  return kind === 'serve' ? t('The gateway is an "openfusion serve" (process {0}).', String(pid)) : t('The gateway lives in another window (process {0}).', String(pid));
}
