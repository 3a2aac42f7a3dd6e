/** The recorded transcripts of real agents, as requests. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WIRES } from '../../../../src/protocol/wires.ts';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import type { Transcript } from './transcripts/transcript.ts';

const FOLDER = join(import.meta.dirname, 'transcripts');

export const TRANSCRIPTS: readonly Transcript[] = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Transcript);

/** Every request of a session, in its agent's own wire format. */
export const requestsOf = (transcript: Transcript): ChatRequest[] => transcript.requests.map((length) => requestOf(transcript, length));

export function requestOf({ wire, tools, entries }: Transcript, length: number, more: Record<string, unknown> = {}): ChatRequest {
  const messages = entries.slice(0, length);
  const body = {
    model: 'openfusion/auto', ...more, tools: tools.map((name) => toolOf(wire, name)),
    ...(wire === 'responses' ? { input: messages } : { messages }), ...(wire === 'messages' ? { max_tokens: 1_000 } : {}),
  };
  const read = WIRES[wire].read(body, Buffer.from(JSON.stringify(body)));
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

function toolOf(wire: Transcript['wire'], name: string): Record<string, unknown> {
  const parameters = { type: 'object', properties: {} };
  if (wire === 'messages') return { name, input_schema: parameters };
  return wire === 'responses' ? { type: 'function', name, parameters } : { type: 'function', function: { name, parameters } };
}
