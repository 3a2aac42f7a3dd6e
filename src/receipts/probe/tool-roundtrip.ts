/** Probe of a tool round trip: a question, the call of a tool, its result, the answer. */
import { check, type Check } from '../check.ts';
import { BUILD_STATUS, callProblem, isRefusedChoice, resultsFor } from './build-status-tool.ts';
import type { ProbeAnswer, ProbeFormat } from './format.ts';
import type { FormatRun } from './run.ts';

const { name: TOOL } = BUILD_STATUS;
const QUESTION = `Did the latest build of the branch "main" pass? Call ${TOOL} to find out, then answer in one sentence.`;

/** Both turns through the endpoint, as an agent would send them. */
export async function probeToolRoundTrip(run: FormatRun): Promise<Check> {
  const { client, format, model } = run;
  const name = format.checks.roundTrip;
  const first = await askForCall(run);
  if (!first.ok) return first.check;
  const { answer, forced } = first;
  const second = await client.postJson(format.path, format.body({ model, tools: [BUILD_STATUS], turns: turnsAfter(format, QUESTION, answer) }));
  const latencyMs = first.latencyMs + second.latencyMs;
  if (!second.ok) return check(name, 'fail', `after the tool’s result: ${second.detail}`, { latencyMs, hint: second.hint });
  const final = format.readAnswer(second.body)?.answer;
  if (final === undefined || final.text.trim() === '') {
    const again = (final?.calls.length ?? 0) > 0;
    return check(name, 'fail', again ? 'after the tool’s result it called the tool again' : 'after the tool’s result the answer is empty', { latencyMs });
  }
  if (!forced) return check(name, 'warn', 'works, but tool_choice with a named function is refused', { latencyMs, hint: 'Agents that force a tool will see an error.' });
  return check(name, 'pass', `${TOOL} called, its result answered`, { latencyMs });
}

/** The conversation up to the results of the calls. */
export const turnsAfter = (format: ProbeFormat, question: string, { calls, turn }: Pick<ProbeAnswer, 'calls' | 'turn'>): object[] =>
  [format.user(question), ...turn, ...format.results(resultsFor(calls))];

type FirstTurn = { ok: true; answer: ProbeAnswer; forced: boolean; latencyMs: number } | { ok: false; check: Check };

/** Forces the call; where that is refused, leaves the choice to the model, as agents do. */
async function askForCall({ client, format, model, flags }: FormatRun): Promise<FirstTurn> {
  const name = format.checks.roundTrip;
  const ask = { model, tools: [BUILD_STATUS], turns: [format.user(QUESTION)] };
  const forced = await client.postJson(format.path, format.body({ ...ask, force: TOOL }));
  const refused = !forced.ok && isRefusedChoice(forced.status);
  const reply = refused ? await client.postJson(format.path, format.body(ask)) : forced;
  if (!reply.ok) return { ok: false, check: check(name, 'fail', reply.detail, reply) };
  const { latencyMs } = reply;
  const reading = format.readAnswer(reply.body);
  if (reading === null) return { ok: false, check: check(name, 'fail', `the answer is not ${format.noun}`, { latencyMs, hint: modelHint(flags.model) }) };
  const { answer, faults } = reading;
  const problem = faults[0] ?? callProblem(answer.calls[0]) ?? answer.calls.map(callProblem).find((found) => found !== null);
  if (problem !== undefined) return { ok: false, check: check(name, 'fail', problem, { latencyMs, hint: modelHint(flags.model) }) };
  return { ok: true, answer, forced: !refused, latencyMs };
}

export const modelHint = (flag: string): string => `Choose a model that can call tools with ${flag}.`;
