import { isRecord, tryParseJson, type JsonObject } from '../json.ts';
import type { ChatDelta, ToolDefinition } from '../types.ts';
import { CompletionCollector } from '../completion.ts';
import { carryExtras } from './call-extras.ts';
import { finishReason, readDelta, readError, readUsage } from './chunks.ts';
import { CustomUnwrapper } from '../custom-tools.ts';
import { ToolNameReader } from '../tool-names.ts';
import { ReasoningDetails } from './reasoning-details.ts';
import type { ReadAnswer, ReaderOptions, WholeAnswer } from '../wire.ts';

/**
 * Reads a plain chat completion. An answer that is not complete never looks complete: no choices, no message, no
 * `finish_reason`, or an error object in a 200 are failures.
 */
export function readPlainAnswer(bytes: Uint8Array, { provider, tools }: ReaderOptions): WholeAnswer {
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8');
  const object = tryParseJson(text);
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
  readDelta(choice['message'], deltas, new ReasoningDetails(provider, 'whole'));
  for (const delta of tools === null ? deltas : asAsked(carryExtras(deltas, provider), tools)) collector.add(delta);
  collector.add({ type: 'finish', reason: finishReason(finish) });
  const usage = readUsage(object['usage']);
  if (usage !== null) collector.add({ type: 'usage', usage });
  return { ok: true, object, text, completion: collector.result() };
}

/** Calls by the names and in the kind that the client gave its tools. */
function asAsked(deltas: ChatDelta[], tools: readonly ToolDefinition[]): ChatDelta[] {
  const custom = new CustomUnwrapper(tools);
  return [...custom.push(new ToolNameReader(tools).push(deltas)), ...custom.flush()];
}

const MODEL_KEY = '"model"';

/**
 * An answer's JSON with another model and, when there is one, our object at its end: spliced into the text that came, where that is
 * certain to give the same as writing it anew. Escapes are written anew, so that no key leaves in a shape that nobody looks for.
 */
export function answerText({ object, text }: ReadAnswer, model: string, added: JsonObject): string {
  const { model: had } = object;
  const at = text.indexOf(MODEL_KEY);
  const rest = typeof had === 'string' && at >= 0 && text.indexOf(MODEL_KEY, at + 1) < 0 ? `:${JSON.stringify(had)}` : null;
  const end = text.lastIndexOf('}');
  const from = at + MODEL_KEY.length;
  const clash = Object.keys(added).some((key) => key in object);
  if (rest === null || clash || text.includes('\\u') || !text.startsWith(rest, from)) return JSON.stringify({ ...object, model, ...added });
  const more = JSON.stringify(added);
  return `${text.slice(0, from)}:${JSON.stringify(model)}${text.slice(from + rest.length, end)}${more === '{}' ? '}' : `,${more.slice(1)}`}`;
}
