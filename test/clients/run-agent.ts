import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, AgentCommand, AgentTask } from './agent.ts';
import { claudeCodeAgent } from './claude-code.ts';
import { clineAgent } from './cline.ts';
import { codexAgent, codexCatalogAgent, codexSocketAgent } from './codex.ts';
import { continueAgent } from './continue.ts';
import { join } from 'node:path';
import { KEY_VARIABLE } from '../../src/clients/endpoint.ts';
import { repoDir } from '../support/paths.ts';
import { installAgent } from './install.ts';
import { kiloAgent, opencodeAgent } from './opencode.ts';
import { piAgent } from './pi.ts';
import { qwenAgent, qwenResponsesAgent } from './qwen.ts';
import { createSandbox, PROMPT } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

export const AGENTS = {
  'codex-catalog': codexCatalogAgent,
  codex: codexAgent,
  'codex-websocket': codexSocketAgent,
  'claude-code': claudeCodeAgent,
  opencode: opencodeAgent,
  kilo: kiloAgent,
  cline: clineAgent,
  continue: continueAgent,
  qwen: qwenAgent,
  'qwen-responses': qwenResponsesAgent,
  pi: piAgent,
} satisfies Record<string, Agent>;
export type AgentName = keyof typeof AGENTS;

export interface RunAgentOptions {
  readonly agent: AgentName;
  /** The endpoint under test, with `/v1`. */
  readonly baseURL: string;
  /** Default: none is wanted, any key will do on loopback. */
  readonly apiKey?: string;
  /** Default `openfusion/auto`. */
  readonly model?: string;
  /** Default: the task of the sandbox. */
  readonly prompt?: string;
  /** Default 240000. The agent is ended then and the exit code is null. */
  readonly timeLimitMs?: number;
  /** Ends the agent; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface AgentRun {
  /** Null when the agent had to be ended. */
  readonly exitCode: number | null;
  /** The source file is another than before. */
  readonly fileChanged: boolean;
  /** The test, itself unchanged, passes. */
  readonly testGreen: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/**
 * Lets a real agent fix a failing test in a temporary home and repository, headless, against the given endpoint, and says what came
 * of it. Installs the agent when it is not in the cache yet; throws AgentUnavailable when that cannot be done.
 */
export async function runAgent({
  agent: name,
  baseURL,
  apiKey,
  model = 'openfusion/auto',
  prompt = PROMPT,
  timeLimitMs = 240_000,
  signal,
}: RunAgentOptions): Promise<AgentRun> {
  const agent: Agent = AGENTS[name];
  const script = await installAgent(agent);
  const program = agent.native === true ? [script] : [process.execPath, script];
  const sandbox = await createSandbox(name);
  const limit = AbortSignal.timeout(timeLimitMs);
  const ended = signal ? AbortSignal.any([signal, limit]) : limit;
  const begunMs = performance.now();
  try {
    const task: AgentTask = { home: sandbox.home, repo: sandbox.repo, baseURL, apiKey: apiKey ?? 'any-key', keyEnv: apiKey === undefined ? null : KEY_VARIABLE, model, prompt };
    await agent.prepare?.(task);
    await connect(agent, task, sandbox, ended);
    await agent.adjust?.(task);
    const { exitCode, stdout, stderr } = await execute(program, agent.command(task), sandbox, ended);
    const durationMs = performance.now() - begunMs;
    signal?.throwIfAborted();
    return { exitCode, ...(await sandbox.inspect()), stdout, stderr, durationMs };
  } finally {
    await endLeftovers(agent, sandbox.home);
    await sandbox.remove();
  }
}

/** Points it at the endpoint as a user does: by `openfusion connect`, in its own configuration. */
async function connect({ connect: args }: Agent, { baseURL, keyEnv, model }: AgentTask, sandbox: Sandbox, ended: AbortSignal): Promise<void> {
  if (args === undefined) return;
  const [cli, key] = [join(repoDir, 'dist', 'cli.js'), keyEnv === null ? [] : ['--key-env', keyEnv]];
  const { exitCode, stdout, stderr } = await execute([process.execPath, cli], { args: ['connect', ...args, '--url', baseURL, '--model', model, ...key] }, sandbox, ended);
  if (exitCode !== 0) throw new Error(`openfusion connect ${args.join(' ')} ended with ${String(exitCode)}: ${stderr || stdout}`);
}

/** Runs in a process group of its own, so that ending it ends what it has started as well. */
function execute(
  [file = '', ...first]: readonly string[],
  { args, env }: AgentCommand,
  sandbox: Sandbox,
  ended: AbortSignal,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(file, [...first, ...args], {
    cwd: sandbox.repo,
    env: { ...sandbox.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  ended.addEventListener('abort', end, { once: true });
  if (ended.aborted) end();
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    output.stderr += part;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not 'close': a daemon that inherited the pipes would keep it from coming.
    child.once('exit', (exitCode) => {
      ended.removeEventListener('abort', end);
      // What it has started and not waited for.
      end();
      setImmediate(() => {
        resolve({ exitCode, ...output });
      });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    /* gone already */
  }
}

/** Ends what the agent names, and on Linux whatever else still runs in that home: it is of this run alone. */
async function endLeftovers(agent: Agent, home: string): Promise<void> {
  const named = (await agent.leftovers?.(home)) ?? [];
  const all = process.platform === 'linux' ? (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number) : [];
  for (const pid of new Set([...named, ...all])) {
    if (!(await livesIn(pid, home))) continue;
    process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Whether that process was started in this home: a process id in a file may have gone to somebody else since. */
async function livesIn(pid: number, home: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').includes(`HOME=${home}`);
  } catch {
    return false;
  }
}
