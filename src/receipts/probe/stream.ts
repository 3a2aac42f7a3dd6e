/** Probe of a streamed answer: its events, their order, and how it ends. */
import { check, type Check } from '../check.ts';
import type { ProbeReply, SseAnswer } from './client.ts';
import type { ProbeStreamReading } from './format.ts';
import { type FormatRun, QUESTION } from './run.ts';

export async function probeStream({ client, format, model, facts }: FormatRun): Promise<Check> {
  const name = format.checks.stream;
  const reply = await client.postSse(format.path, format.body({ model, turns: [format.user(QUESTION)], stream: true, usage: true }));
  if (!reply.ok) return check(name, 'fail', reply.detail, reply);
  const { latencyMs } = reply;
  const reading = format.readStream(reply.events);
  const { answer, pieces, remarks, usageAlone } = reading;
  const problem = streamProblem(reply, reading) ?? (answer.text.trim() === '' ? 'the stream holds no text' : null);
  if (problem !== null) return check(name, 'fail', problem, { latencyMs });
  facts.stream = { headers: reply.headers, usage: answer.usage, usageAlone };
  const when = `first event after ${reply.firstEventMs ?? latencyMs} ms`;
  const all = [...remarks, ...(answer.usage === null ? ['sends no usage when asked for it'] : [])];
  if (all.length > 0) return check(name, 'warn', `streams, but ${all.join(', ')}; ${when}`, { latencyMs });
  return check(name, 'pass', `${pieces} ${pieces === 1 ? 'piece' : 'pieces'}, ${when}`, { latencyMs });
}

/** Why agents cannot use this stream, whatever it holds; null when they can. */
export function streamProblem({ headers, broken }: Extract<ProbeReply<SseAnswer>, { ok: true }>, { error, faults }: ProbeStreamReading): string | null {
  const contentType = headers['content-type'] ?? '';
  if (!contentType.toLowerCase().startsWith('text/event-stream')) return `the content type is ${contentType || 'missing'}, not text/event-stream`;
  if (error !== null) return `an error inside the stream: ${error}`;
  if (broken) return 'the connection broke before the end of the stream';
  return faults.length === 0 ? null : faults.slice(0, 3).join('; ');
}
