import { SseReader } from '../sse-reader.ts';
import { ToolNameReader } from '../tool-names.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { StreamReadError, type ReaderOptions, type StreamEvent } from '../wire.ts';
import { AnswerReader } from './answer-reader.ts';
import { errorOf, readUsage } from './response-object.ts';

/** Reads the events of a Responses stream. */
export function createReader(options: ReaderOptions): SseReader {
  const answer = new AnswerReader(options.provider);
  const names = options.tools === null ? null : new ToolNameReader(options.tools);
  return new SseReader((name, data) => {
    const event = readEvent(answer, name, data);
    if (names !== null) event.deltas = names.push(event.deltas);
    return event;
  });
}

function readEvent(answer: AnswerReader, name: string | null, data: string): StreamEvent {
  // OpenAI sends no such mark; relays do.
  if (data.trim() === '[DONE]') return { event: name, data, done: true, object: null, model: null, deltas: [], content: false, finishes: false, usage: null, error: null };
  const object: unknown = JSON.parse(data);
  if (!isRecord(object)) throw new StreamReadError('an event of the stream is not a JSON object');
  const event: StreamEvent = { event: name, data, done: false, object, model: null, deltas: [], content: false, finishes: false, usage: null, error: null };
  const type = typeof object['type'] === 'string' ? object['type'] : (name ?? '');
  if (isRecord(object['response'])) readLifecycle(answer, type, object['response'], event);
  else if (type === 'error' || (type === '' && object['error'] != null)) event.error = errorOf(isRecord(object['error']) ? object['error'] : object);
  else event.content = answer.read(type, object, event.deltas);
  return event;
}

/** `response.created` to `response.completed`: what stands in the response object itself. */
function readLifecycle(answer: AnswerReader, type: string, response: JsonObject, event: StreamEvent): void {
  const { model, status } = response;
  event.model = typeof model === 'string' ? model : null;
  if (type === 'response.failed' || status === 'failed' || status === 'cancelled') { event.error = errorOf(response['error']); return; }
  if (type !== 'response.completed' && type !== 'response.incomplete') return;
  answer.finish(response, event.deltas);
  event.content = event.deltas.length > 1;
  event.usage = readUsage(response['usage']);
  event.finishes = true;
}
