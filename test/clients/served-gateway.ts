import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigInput } from '../../src/config/schema.ts';
import { readOwner } from '../../src/ownership/owner-file.ts';
import { repoDir } from '../support/paths.ts';

const CLI = join(repoDir, 'dist', 'cli.js');
const START_LIMIT_MS = 20_000;
/** Longer than any drain: a gateway that is still there then is ended the hard way, and the stop fails. */
const STOP_LIMIT_MS = 12_000;

/** A gateway in a process of its own, as a person starts it. */
export interface ServedGateway {
  /** With `/v1`. */
  readonly baseURL: string;
  /** Without. */
  readonly origin: string;
  /** What `/traces` wants as a bearer. */
  readonly viewToken: string;
  /** Everything that it has said so far. */
  output(): string;
  /** Ends it by SIGTERM; rejects when it does not exit with 0. */
  stop(): Promise<void>;
}

/** Runs the built `openfusion serve` on a free port, with this configuration, in a home of its own. Throws with its output when it does not start. */
export async function serveGateway(config: ConfigInput, env: Record<string, string> = {}): Promise<ServedGateway> {
  await access(CLI).catch(() => {
    throw new Error('dist/cli.js is missing: run `npm run build` first');
  });
  const home = await mkdtemp(join(tmpdir(), 'openfusion-serve-'));
  const stateDir = join(home, 'state');
  const configFile = join(home, 'openfusion.config.json');
  await writeFile(configFile, JSON.stringify(config));

  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--config', configFile], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: stateDir, XDG_CONFIG_HOME: join(home, 'config'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const listening = new Promise<string>((resolve, reject) => {
    const read = (part: Buffer): void => {
      output += String(part);
      const origin = /OpenFusion listening on (http:\/\/\S+)/.exec(output)?.[1];
      if (origin) resolve(origin);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`openfusion serve ended with ${String(code)}: ${output}`));
    });
    AbortSignal.timeout(START_LIMIT_MS).addEventListener('abort', () => {
      reject(new Error(`openfusion serve did not start: ${output}`));
    });
  });

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    const [code, signal] = (await exited) as [number | null, string | null];
    clearTimeout(limit);
    await rm(home, { recursive: true, force: true });
    if (code !== 0) throw new Error(`openfusion serve ended with ${code ?? signal}: ${output}`);
  }

  try {
    const origin = await listening;
    const owner = await readOwner(join(stateDir, 'openfusion'), Number(new URL(origin).port));
    if (!owner) throw new Error(`openfusion serve wrote no owner file: ${output}`);
    return { baseURL: `${origin}/v1`, origin, viewToken: owner.viewToken, output: () => output, stop };
  } catch (error) {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}
