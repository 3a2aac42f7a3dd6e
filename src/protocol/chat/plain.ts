import { isRecord, tryParseJson, type JsonObject } from '../json.ts';
import type { ChatDelta } from '../types.ts';
import { CompletionCollector } from '../completion.ts';
import { finishReason, readDelta, readError, readUsage } from './chunks.ts';
import type { Completion } from '../types.ts';

export type PlainAnswer =
  | { ok: true; object: JsonObject; completion: Completion }
  | { ok: false; reason: 'invalid_response' | 'incomplete' | 'server_error'; message: string; code: string | null };

/**
 * Reads a plain chat completion. An answer that is not complete never looks complete: no choices, no message, no
 * `finish_reason`, or an error object in a 200 are failures.
 */
export function readPlainAnswer(bytes: Uint8Array): PlainAnswer {
  const object = tryParseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (!isRecord(object)) return { ok: false, reason: 'invalid_response', message: 'the answer is not a JSON object', code: null };
  const error = readError(object);
  if (error !== null) return { ok: false, reason: 'server_error', message: error.message, code: error.code };
  const choices = object['choices'];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isRecord(choice) || !isRecord(choice['message'])) return { ok: false, reason: 'invalid_response', message: 'the answer has no message', code: null };
  const finish = choice['finish_reason'];
  if (typeof finish !== 'string' || finish === '') return { ok: false, reason: 'incomplete', message: 'the answer has no finish_reason', code: null };
  const collector = new CompletionCollector();
  const deltas: ChatDelta[] = [];
  // In a message the parts stand whole; their position is their index.
  readDelta(choice['message'], deltas);
  for (const delta of deltas) collector.add(delta);
  collector.add({ type: 'finish', reason: finishReason(finish) });
  const usage = readUsage(object['usage']);
  if (usage !== null) collector.add({ type: 'usage', usage });
  return { ok: true, object, completion: collector.result() };
}
