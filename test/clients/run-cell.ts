import type { ConfigInput } from '../../src/config/schema.ts';
import type { TraceSummary } from '../../src/trace/types.ts';
import { startScriptedUpstream, type ScriptedUpstream, type Wire } from '../support/scripted-upstream.ts';
import type { Agent } from './agent.ts';
import { type Cell, nameOf } from './cells.ts';
import { failingOnce } from './fail-once.ts';
import { AGENTS, runAgent, type AgentRun } from './run-agent.ts';
import { REPORT, scriptedCoder } from './scripted-coder.ts';
import { serveGateway, type ServedGateway } from './served-gateway.ts';

const UPSTREAM_KEY = 'upstream-key';
/** What the agent sends to the gateway, and nobody else may see. */
const LOCAL_KEY = 'local-key-of-the-gateway';
const CODER = 'scripted/coder';

/**
 * - `done`: exit 0, the file changed, the test green; and everything else that is checked.
 * - `stopped`: the agent gave up and said so by its exit code; well only where something was made to go wrong.
 * - `failed`: anything else, above all an exit 0 over undone work.
 */
export type Outcome = 'done' | 'stopped' | 'failed';

export interface CellResult extends Cell {
  readonly outcome: Outcome;
  /** What was not as it must be. */
  readonly problems: readonly string[];
  /** Requests to the scripted upstream. */
  readonly upstreamCalls: number;
  readonly durationMs: number;
}

/** Runs the agent through a gateway of its own to a scripted model of its own, and looks at all three. Throws AgentUnavailable. */
export async function runCell(cell: Cell, signal?: AbortSignal): Promise<CellResult> {
  const model = await startScriptedUpstream({ script: cell.fault === null ? scriptedCoder : failingOnce(cell.fault) });
  try {
    const gateway = await serveGateway(configFor(cell, model.baseURL), { SCRIPTED_KEY: UPSTREAM_KEY, LOCAL_KEY, OPENFUSION_LOG: 'debug' });
    try {
      const run = await runAgent({ agent: cell.agent, baseURL: gateway.baseURL, apiKey: wantsKey(cell) ? LOCAL_KEY : undefined, model: cell.model, signal });
      // Requests by plain HTTP are logged one by one.
      const byHttp = agentOf(cell).socket === true && / responses \S+ /.test(gateway.output()) ? ['it asked by plain HTTP'] : [];
      const seen = cell.fault === null ? [...byHttp, ...problemsOf(cell, model), ...tracesProblems(cell, await tracesOf(gateway))] : [];
      return { ...cell, ...judged(cell, run, seen), upstreamCalls: model.requests.length, durationMs: Math.round(run.durationMs) };
    } finally {
      await gateway.stop();
    }
  } finally {
    await model.close();
  }
}

/** The gateway in front of an upstream that speaks this one format. */
export function upstreamConfig(wire: Wire, baseURL: string): NonNullable<ConfigInput['upstream']> {
  return { kind: wire === 'messages' ? 'anthropic' : 'openai', baseURL, apiKeyEnv: 'SCRIPTED_KEY', protocols: [wire] };
}

const agentOf = ({ agent }: Cell): Agent => AGENTS[agent];

/** With Auto any key will do, as most people have it; with the others the gateway has a token. */
const wantsKey = ({ model }: Cell): boolean => model !== 'openfusion/auto';

function configFor(cell: Cell, baseURL: string): ConfigInput {
  const { upstream, fault } = cell;
  const server: ConfigInput = wantsKey(cell) ? { server: { token: '${env:LOCAL_KEY}' } } : {};
  const config: ConfigInput = { ...server, upstream: upstreamConfig(upstream, baseURL), roles: { coder: { model: CODER } } };
  // With one candidate there is nobody to fall back to: the fault reaches the agent. A plain 500 is to be seen by nobody.
  return fault === null || fault === 'server-error' || fault === 'slow' ? config : { ...config, auto: { candidates: [{ id: 'only', role: 'coder', model: CODER }] } };
}

function judged({ fault }: Cell, run: AgentRun, seen: readonly string[]): { outcome: Outcome; problems: string[] } {
  const { exitCode, fileChanged, testGreen, stdout, stderr } = run;
  const said = stdout.includes(REPORT);
  if (exitCode === 0 && fileChanged && testGreen && said && seen.length === 0) return { outcome: 'done', problems: [] };
  if (fault !== null && exitCode !== null && exitCode !== 0) return { outcome: 'stopped', problems: [] };
  const tail = `${stdout}\n${stderr}`.trim().slice(-1_200);
  const problems = [`exit ${String(exitCode)}, file ${fileChanged ? '' : 'not '}changed, test ${testGreen ? '' : 'not '}green, report ${said ? '' : 'not '}shown`, ...seen];
  return { outcome: 'failed', problems: exitCode === 0 && testGreen ? problems : [...problems, tail] };
}

/** What the scripted model saw that it must not have seen. */
function problemsOf({ agent, upstream }: Cell, { requests, refused }: ScriptedUpstream): string[] {
  const problems = refused.map(({ message }) => `the upstream refused a request: ${message}`);
  const calls = requests.flatMap(({ conversation }) => conversation.turns.flatMap((turn) => turn.calls.map(({ name }) => name)));
  if (!calls.includes(AGENTS[agent].editTool)) problems.push(`the edit came by ${[...new Set(calls)].join(', ')}`);
  for (const { wire, headers, rawBody } of requests) {
    if (wire !== upstream) problems.push(`the upstream was asked in the ${wire} format`);
    const key = wire === 'messages' ? headers['x-api-key'] : headers.authorization?.replace('Bearer ', '');
    if (key !== UPSTREAM_KEY) problems.push(`the upstream was sent the key ${String(key)}`);
    if (JSON.stringify(headers).includes(LOCAL_KEY) || rawBody.includes(LOCAL_KEY)) problems.push("the upstream saw the agent's key");
  }
  return [...new Set(problems)];
}

function tracesProblems({ agent, model }: Cell, traces: readonly TraceSummary[]): string[] {
  const problems: string[] = [];
  const own = traces.filter(({ turn }) => turn !== 'chore');
  for (const { status, client, dryRun, fallback } of traces) {
    if (status !== 'done' || dryRun || fallback !== null) problems.push(`a trace says ${status}, dry-run ${String(dryRun)}, fallback ${String(fallback)}`);
    if (client !== AGENTS[agent].traceName) problems.push(`a trace names the client ${client}`);
  }
  if (own[0]?.turn !== 'task' || own.length < 2 || own.slice(1).some(({ turn }) => turn !== 'tool_result')) problems.push(`the turns were ${own.map(({ turn }) => String(turn)).join(', ')}`);
  const served = [...new Set(own.map(({ servedModel }) => servedModel))];
  if (model !== 'openfusion/fusion' && served.length !== 1) problems.push(`the tool loop was answered by ${served.join(', ')}`);
  if (model === 'openfusion/coder' && served[0] !== CODER) problems.push(`the role was answered by ${served.join(', ')}`);
  if (model === 'openfusion/fusion' && !traces.some(({ strategy }) => strategy?.includes('fusion'))) problems.push(`no panel was convened: ${traces.map(({ strategy }) => strategy).join(', ')}`);
  return [...new Set(problems)];
}

/** Oldest first. */
export async function tracesOf({ origin, viewToken }: ServedGateway): Promise<TraceSummary[]> {
  const response = await fetch(`${origin}/traces?limit=100`, { headers: { authorization: `Bearer ${viewToken}` } });
  if (response.status !== 200) throw new Error(`the gateway's traces: ${String(response.status)}`);
  return ((await response.json()) as { traces: TraceSummary[] }).traces.reverse();
}

/** One line for people. */
export function lineOf({ outcome, problems, upstreamCalls, durationMs, ...cell }: CellResult): string {
  return `${outcome.padEnd(7)} ${nameOf(cell)} (${String(upstreamCalls)} calls, ${(durationMs / 1000).toFixed(1)} s)${problems.map((problem) => `\n          ${problem.replace(/\n/g, '\n          ')}`).join('')}`;
}
