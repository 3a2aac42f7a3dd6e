import assert from 'node:assert/strict';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { ChatDelta, ChatRequest, Usage } from '../../../../src/protocol/types.ts';
import type { StreamEvent } from '../../../../src/protocol/wire.ts';
import { read } from './shapes.ts';

export const HEAD = { id: 'resp_t1', created: 1_700_000_000, model: 'openfusion/auto' };

export type Event = Record<string, unknown> & { type: string; sequence_number: number };

/** The events of a stream; each is named as its type says. */
export function eventsOf(stream: string): Event[] {
  return stream.split('\n\n').filter((text) => text !== '').map((text) => {
    const [name, data, ...more] = text.split('\n');
    assert.deepEqual(more, []);
    assert.ok(name?.startsWith('event: ') === true && data?.startsWith('data: ') === true, text);
    const event = JSON.parse(data.slice('data: '.length)) as Event;
    assert.equal(event.type, name.slice('event: '.length));
    return event;
  });
}

interface Ending { request?: ChatRequest; usage?: Usage; openfusion?: Record<string, unknown> | null }

/** The whole stream for these deltas. */
export function rendered(deltas: readonly ChatDelta[], { request = read({ input: 'x', stream: true }), usage = NO_USAGE, openfusion = null }: Ending = {}): string {
  const renderer = responsesWire.createRenderer(HEAD, request);
  return deltas.map((delta) => renderer.delta(delta)).join('') + renderer.end(usage, openfusion);
}

/** What a reader makes of these bytes. */
export function readEvents(...pieces: (string | Uint8Array)[]): StreamEvent[] {
  const reader = responsesWire.createReader({ provider: 'up/', tools: null });
  return [...pieces.flatMap((piece) => reader.push(Buffer.from(piece))), ...reader.end()];
}
