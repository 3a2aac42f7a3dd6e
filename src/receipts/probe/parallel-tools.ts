/** Probe of several tool calls in one turn, streamed: how agents get them. */
import { check, type Check } from '../check.ts';
import { BUILD_STATUS, callProblem, isRefusedChoice } from './build-status-tool.ts';
import type { ProbeCall, ProbeAnswer } from './format.ts';
import type { FormatRun } from './run.ts';
import { streamProblem } from './stream.ts';
import { modelHint, turnsAfter } from './tool-roundtrip.ts';

const { name: TOOL } = BUILD_STATUS;
const BRANCHES = ['main', 'release'];
const QUESTION = `Did the latest builds of the branches "main" and "release" pass? Call ${TOOL} for both branches at once, in parallel, then answer in one sentence.`;

/**
 * Asks for two calls and sends both results. A model that makes one call only is shown a turn with two, which the endpoint
 * has to accept all the same: that is a warning about the model, not a fault.
 */
export async function probeParallelTools(run: FormatRun): Promise<Check> {
  const { client, format, model, flags } = run;
  const name = format.checks.parallel;
  const first = await askForCalls(run);
  if (!first.ok) return first.check;
  const { answer } = first;
  const parallel = answer.calls.length > 1;
  const shown = parallel ? answer : madeUp(run);
  const second = await client.postJson(format.path, format.body({ model, tools: [BUILD_STATUS], turns: turnsAfter(format, QUESTION, shown) }));
  const latencyMs = first.latencyMs + second.latencyMs;
  if (!second.ok) return check(name, 'fail', `after two results: ${second.detail}`, { latencyMs, hint: second.hint });
  const final = format.readAnswer(second.body)?.answer;
  if (final === undefined || (final.text.trim() === '' && final.calls.length === 0)) return check(name, 'fail', 'after two results the answer is empty', { latencyMs });
  if (!parallel) return check(name, 'warn', 'the model makes one call at a time; a turn with two calls is accepted', { latencyMs, hint: `Choose another model with ${flags.model} to see more.` });
  return check(name, 'pass', `${answer.calls.length} calls in one streamed turn, their results answered`, { latencyMs });
}

type FirstTurn = { ok: true; answer: ProbeAnswer; latencyMs: number } | { ok: false; check: Check };

async function askForCalls({ client, format, model, facts, flags }: FormatRun): Promise<FirstTurn> {
  const name = format.checks.parallel;
  const ask = { model, tools: [BUILD_STATUS], turns: [format.user(QUESTION)], stream: true };
  const forced = await client.postSse(format.path, format.body({ ...ask, force: '*' }));
  const reply = !forced.ok && isRefusedChoice(forced.status) ? await client.postSse(format.path, format.body(ask)) : forced;
  if (!reply.ok) return { ok: false, check: check(name, 'fail', reply.detail, reply) };
  const { latencyMs } = reply;
  const reading = format.readStream(reply.events);
  const { answer, usageAlone } = reading;
  facts.unaskedUsage = usageAlone;
  const problem = streamProblem(reply, reading) ?? callsProblem(answer.calls);
  if (problem !== null) return { ok: false, check: check(name, 'fail', problem, { latencyMs, hint: answer.calls.length === 0 ? modelHint(flags.model) : '' }) };
  return { ok: true, answer, latencyMs };
}

function callsProblem(calls: readonly ProbeCall[]): string | null {
  const problem = callProblem(calls[0]) ?? calls.map(callProblem).find((found) => found !== null) ?? null;
  return problem ?? (new Set(calls.map(({ id }) => id)).size < calls.length ? 'two tool calls have the same id' : null);
}

/** Two calls that the model might have made. */
function madeUp({ format }: FormatRun): Pick<ProbeAnswer, 'calls' | 'turn'> {
  const calls = BRANCHES.map((branch) => ({ id: `${format.id === 'messages' ? 'toolu' : 'call'}_probe_${branch}`, name: TOOL, arguments: JSON.stringify({ branch }) }));
  return { calls, turn: format.calls(calls) };
}
