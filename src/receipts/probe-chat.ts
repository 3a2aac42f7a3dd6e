/** Probes of the model list, the plain answer and the stream. */
import { readChatBody, readErrorBody, readFinishReason, readUsage } from './chat-body.ts';
import { check, type Check } from './check.ts';
import { asArray, asObject, asString, isObject, parseJson } from './guards.ts';
import { readModelIds } from './port-http.ts';
import type { ProbeClient, SseAnswer } from './probe-client.ts';

const QUESTION = [{ role: 'user', content: 'Reply with one short sentence that says you are ready.' }];

/** `GET /models`. Missing is a warning: agents work without it. */
export async function probeModels(client: ProbeClient, model: string): Promise<Check> {
  const name = 'probe.models';
  const reply = await client.getJson('models');
  if (!reply.ok) {
    const { status, detail, hint, latencyMs } = reply;
    const optional = status === 404 || status === 405 || status === 501;
    return check(name, optional ? 'warn' : 'fail', detail, { latencyMs, hint: optional ? 'Clients that list models will find none.' : hint });
  }
  const { body, latencyMs } = reply;
  const ids = readModelIds(body);
  if (ids.length === 0) return check(name, 'fail', 'the answer is not a list of models', { latencyMs, hint: 'Does the URL end in /v1?' });
  if (!ids.includes(model)) return check(name, 'warn', `${ids.length} models, ${model} not among them`, { latencyMs, hint: 'Choose a listed model with --probe-model.' });
  return check(name, 'pass', `${ids.length} models, ${model} among them`, { latencyMs });
}

/** A plain answer. */
export async function probeChat(client: ProbeClient, model: string): Promise<Check> {
  const name = 'probe.chat';
  const reply = await client.postJson('chat/completions', { model, messages: QUESTION });
  if (!reply.ok) return check(name, 'fail', reply.detail, reply);
  const { body, latencyMs } = reply;
  const answer = readChatBody(body);
  if (answer === null) return check(name, 'fail', 'the answer is not a chat completion', { latencyMs, hint: 'The endpoint answered 200 with something else, such as a web page.' });
  if (answer.text.trim() === '') return check(name, 'fail', 'the assistant’s message is empty', { latencyMs });
  if (answer.finishReason === null) return check(name, 'warn', 'answered, without a finish_reason', { latencyMs });
  if (answer.usage === null) return check(name, 'warn', 'answered, without usage: costs will be estimates', { latencyMs });
  return check(name, 'pass', `answered, ${answer.usage.inputTokens} + ${answer.usage.outputTokens} tokens`, { latencyMs });
}

/** The same as a stream. An end without `finish_reason` fails: some agents take it for an answer and report work that was not done. */
export async function probeStream(client: ProbeClient, model: string): Promise<Check> {
  const name = 'probe.chat.stream';
  const reply = await client.postSse('chat/completions', { model, messages: QUESTION, stream: true, stream_options: { include_usage: true } });
  if (!reply.ok) return check(name, 'fail', reply.detail, reply);
  const { latencyMs } = reply;
  const stream = readChunks(reply);
  const problem = streamProblem(reply, stream);
  if (problem !== null) return check(name, 'fail', problem, { latencyMs });
  const when = `first event after ${reply.firstEventMs ?? latencyMs} ms`;
  if (!stream.done) return check(name, 'warn', `streams, but does not end with [DONE]; ${when}`, { latencyMs });
  if (!stream.usage) return check(name, 'warn', `streams, but sends no usage when asked for it; ${when}`, { latencyMs });
  return check(name, 'pass', `${stream.textChunks} ${stream.textChunks === 1 ? 'piece' : 'pieces'}, ${when}`, { latencyMs });
}

interface Chunks {
  text: string;
  textChunks: number;
  finished: boolean;
  usage: boolean;
  done: boolean;
  malformed: number;
  error: string | null;
}

function readChunks({ data }: SseAnswer): Chunks {
  const chunks: Chunks = { text: '', textChunks: 0, finished: false, usage: false, done: false, malformed: 0, error: null };
  for (const item of data) {
    if (item === '[DONE]') {
      chunks.done = true;
      continue;
    }
    const chunk = parseJson(item);
    if (!isObject(chunk)) {
      chunks.malformed += 1;
      continue;
    }
    const choice = asObject(asArray(chunk.choices)[0]);
    const text = asString(asObject(choice.delta).content) ?? '';
    chunks.text += text;
    chunks.textChunks += text === '' ? 0 : 1;
    chunks.finished ||= readFinishReason(choice.finish_reason) !== null;
    chunks.usage ||= readUsage(chunk.usage) !== null;
    chunks.error ??= readErrorBody(chunk)?.message ?? null;
  }
  return chunks;
}

function streamProblem({ contentType, broken }: SseAnswer, { text, finished, malformed, error }: Chunks): string | null {
  if (!contentType.toLowerCase().startsWith('text/event-stream')) return `the content type is ${contentType || 'missing'}, not text/event-stream`;
  if (error !== null) return `an error inside the stream: ${error}`;
  if (broken) return 'the connection broke before the end of the stream';
  if (malformed > 0) return `${malformed} events are not JSON objects`;
  if (text.trim() === '') return 'the stream holds no text';
  return finished ? null : 'the stream ends without a finish_reason';
}
