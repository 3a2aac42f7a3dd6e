/** Probe of a request that is larger than any window. Sent only when told: an endpoint that accepts it counts millions of tokens. */
import { readErrorBody } from '../chat-body.ts';
import { check, type Check } from '../check.ts';
import type { FormatRun } from './run.ts';

/**
 * More than two million tokens: beyond the windows that are sold today, and below the 10,485,760 characters that OpenAI takes as
 * one text. Not made to fit a model's window: a router may answer with one that has a larger one.
 */
const CHARS = 10_000_000;
/** English has about four characters a token; no tokenizer needs more than this for one. */
const MOST_CHARS_PER_TOKEN = 6;
const SENTENCE = 'The build of this branch passed and nobody had to do anything about it. ';

export async function probeOverflow({ client, format, model }: FormatRun, contextTokens: number | null): Promise<Check> {
  const name = format.checks.overflow;
  const text = `${SENTENCE.repeat(Math.floor(CHARS / SENTENCE.length))}Reply with the single word: ready`;
  const reply = await client.postJson(format.path, format.body({ model, turns: [format.user(text)], maxTokens: 16 }), { patient: false });
  const { latencyMs, status } = reply;
  const sent = `${(text.length / 1_000_000).toFixed(1)} million characters`;
  if (reply.ok) {
    if (contextTokens === null || contextTokens * MOST_CHARS_PER_TOKEN > text.length) return check(name, 'warn', `${sent} are answered with ${status}: a larger window, or the text was cut`, { latencyMs });
    return check(name, 'fail', `${sent} are answered with ${status} though the window is ${contextTokens} tokens`, { latencyMs, hint: 'A request that is cut silently makes agents forget; they can only shorten it when they are told.' });
  }
  const detail = `${sent}: ${reply.detail}`;
  if (status === 429) return check(name, 'warn', detail, { latencyMs, hint: 'A rate limit stands before the window: agents will wait instead of shortening the conversation.' });
  if (status < 400 || status >= 500) return check(name, 'fail', detail, { latencyMs, hint: 'It has to be a 4xx: agents try again on anything else instead of shortening the conversation.' });
  const fault = format.errorFault(reply.body);
  if (fault !== null) return check(name, 'warn', `${detail}; but ${fault}`, { latencyMs });
  if (!saysSo(status, reply.body)) return check(name, 'warn', detail, { latencyMs, hint: 'Agents cannot tell from this that the conversation is too long.' });
  return check(name, 'pass', detail, { latencyMs });
}

/** Agents shorten a conversation on the code, on 413, or on words like these. */
function saysSo(status: number, body: unknown): boolean {
  const error = readErrorBody(body);
  return status === 413 || error?.code === 'context_length_exceeded' || /context|too (?:long|large|many)|maximum|exceed/iu.test(error?.message ?? '');
}
