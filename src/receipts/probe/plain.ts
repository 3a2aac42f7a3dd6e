/** Probe of a plain answer; it also tells whether the endpoint offers the format at all. */
import { readErrorBody } from '../chat-body.ts';
import { check, type Check } from '../check.ts';
import type { ProbeFailure } from './client.ts';
import { type FormatRun, QUESTION } from './run.ts';

export interface PlainProbe {
  check: Check;
  /** False where there is nothing at the format's path: the check says so and is a `skip`. */
  offered: boolean;
  /** False when no answer came at all. */
  reached: boolean;
}

export async function probePlain(run: FormatRun): Promise<PlainProbe> {
  const { client, format, model, facts } = run;
  const name = format.checks.plain;
  const reply = await client.postJson(format.path, format.body({ model, turns: [format.user(QUESTION)] }));
  const { latencyMs } = reply;
  if (!reply.ok) {
    const offered = !isMissing(reply, model);
    return { check: check(name, offered ? 'fail' : 'skip', offered ? reply.detail : `not offered: ${reply.detail}`, { latencyMs, hint: offered ? reply.hint : '' }), offered, reached: reply.status !== 0 };
  }
  const reading = format.readAnswer(reply.body);
  if (reading === null) {
    const said = readErrorBody(reply.body)?.message ?? '';
    // LM Studio says 200 to paths that it does not know.
    if (/unexpected endpoint|unknown (?:route|path|endpoint)/iu.test(said)) return { check: check(name, 'skip', `not offered: ${said}`, { latencyMs }), offered: false, reached: true };
    return { check: check(name, 'fail', `the answer is not ${format.noun}`, { latencyMs, hint: 'The endpoint answered 200 with something else, such as a web page.' }), offered: true, reached: true };
  }
  facts.plain = { headers: reply.headers, usage: reading.answer.usage };
  return { check: judge(run, reading, latencyMs), offered: true, reached: true };
}

function judge({ client, format }: FormatRun, { answer, faults, remarks }: NonNullable<ReturnType<FormatRun['format']['readAnswer']>>, latencyMs: number): Check {
  const name = format.checks.plain;
  if (faults.length > 0) return check(name, 'fail', faults.join('; '), { latencyMs });
  if (answer.text.trim() === '') return check(name, 'fail', 'the assistant’s message is empty', { latencyMs });
  if (remarks.length > 0) return check(name, 'warn', `answered, ${remarks.join(', ')}`, { latencyMs });
  const key = client.authInUse() === 0 ? '' : '; the key is taken as Bearer, not as x-api-key';
  return check(name, 'pass', `answered, ${answer.usage?.inputTokens ?? 0} + ${answer.usage?.outputTokens ?? 0} tokens${key}`, { latencyMs });
}

/** A 404 can also mean that the model is not there: then the format is. */
function isMissing({ status, body }: ProbeFailure, model: string): boolean {
  if (status === 405 || status === 501) return true;
  if (status !== 404) return false;
  const error = readErrorBody(body);
  if (error === null) return true;
  const aboutModel = error.code === 'model_not_found' || names(error.message, model) || /\bmodel\b.{0,80}\bnot\b|\b(?:no|unknown|invalid) (?:such )?model\b/iu.test(error.message);
  return !aboutModel;
}

/** The id as a word of its own: it may be short. */
const names = (text: string, model: string): boolean => text.split(/[\s"'`,;()]+/u).some((word) => word.replace(/[.:!]+$/u, '') === model);
