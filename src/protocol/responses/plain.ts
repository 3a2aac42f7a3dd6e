import { CompletionCollector } from '../completion.ts';
import { isRecord, tryParseJson } from '../json.ts';
import { ToolNameReader } from '../tool-names.ts';
import type { ChatDelta } from '../types.ts';
import type { ReaderOptions, WholeAnswer } from '../wire.ts';
import { AnswerReader } from './answer-reader.ts';
import { errorOf, readUsage } from './response-object.ts';

/** Reads a plain response. An answer that is not complete never looks complete: its `status` says whether it is. */
export function readWhole(bytes: Uint8Array, { provider, tools }: ReaderOptions): WholeAnswer {
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8');
  const object = tryParseJson(text);
  if (!isRecord(object)) return { ok: false, reason: 'invalid_response', message: 'the answer is not a JSON object', code: null };
  const { status, error, output } = object;
  if (error != null || status === 'failed' || status === 'cancelled') return { ok: false, reason: 'server_error', ...errorOf(error) };
  if (!Array.isArray(output)) return { ok: false, reason: 'invalid_response', message: 'the answer has no output', code: null };
  if (status !== 'completed' && status !== 'incomplete') return { ok: false, reason: 'incomplete', message: `the answer has the status ${JSON.stringify(status ?? null)}`, code: null };
  const deltas: ChatDelta[] = [];
  new AnswerReader(provider).finish(object, deltas);
  const collector = new CompletionCollector();
  for (const delta of tools === null ? deltas : new ToolNameReader(tools).push(deltas)) collector.add(delta);
  const usage = readUsage(object['usage']);
  if (usage !== null) collector.add({ type: 'usage', usage });
  return { ok: true, object, text, completion: collector.result() };
}
