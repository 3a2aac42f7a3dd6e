import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { readOwner } from '../../../src/ownership/owner-file.ts';
import { cacheDir, repoDir } from '../../support/paths.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** `openfusion serve` as a process of its own, so that its life, its memory and its sockets can be seen from outside. */
export interface GatewayProcess {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly viewToken: string;
  readonly pid: number;
  /** Everything that it said on stderr. */
  readonly stderr: string;
  /** Code or signal, once it has ended. */
  readonly ended: string | null;
  /** Resident memory, bytes; null where the system does not tell (only Linux does). */
  rssBytes(): Promise<number | null>;
  /** Open files and sockets; null where the system does not tell. */
  descriptors(): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

export interface GatewayProcessOptions {
  config: ConfigInput;
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
}

const LISTENING = /^OpenFusion listening on http:\/\/[^\n]*:(\d+)\n/;

/** Starts it from source in a home of its own. Rejects with what it said when it does not listen. */
export async function startGatewayProcess({ config, env = {}, args = [] }: GatewayProcessOptions): Promise<GatewayProcess> {
  const { path, remove } = await temporaryFolder();
  const home = await realpath(path);
  const state = join(home, 'state');
  await mkdir(join(home, 'work'));
  const file = join(home, 'hostile.json');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(process.execPath, [join(repoDir, 'src', 'cli.ts'), 'serve', '--port', '0', '--config', file, ...args], {
    cwd: join(home, 'work'), stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: join(cacheDir, 'compiled'), PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: state, XDG_CONFIG_HOME: join(home, 'config'), OPENFUSION_LOG: 'warn', ...env },
  });
  const said = { stdout: '', stderr: '' };
  let ended: string | null = null;
  const listening = Promise.withResolvers<number>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
    const port = LISTENING.exec(said.stdout)?.[1];
    if (port !== undefined) listening.resolve(Number(port));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said.stderr += text; });
  const closed = new Promise<void>((resolve) => child.on('close', (code, signal) => {
    ended = signal ?? `code ${String(code)}`;
    listening.reject(new Error(`the gateway did not listen (${ended}): ${said.stderr}`));
    resolve();
  }));
  const stop = async (): Promise<void> => {
    if (ended === null) child.kill('SIGKILL');
    await closed;
    await remove();
  };
  const port = await listening.promise.catch(async (error: unknown) => { await stop(); throw error; });
  const pid = child.pid ?? 0;
  return {
    port, pid, origin: `http://127.0.0.1:${port}`, viewToken: (await readOwner(join(state, 'openfusion'), port))?.viewToken ?? '',
    get stderr() { return said.stderr; },
    get ended() { return ended; },
    rssBytes: () => readFile(`/proc/${pid}/status`, 'utf8').then((text) => Number(/VmRSS:\s*(\d+)/.exec(text)?.[1]) * 1024, () => null),
    descriptors: () => readdir(`/proc/${pid}/fd`).then((list) => list.length, () => null),
    signal: (signal) => { child.kill(signal); },
    stop,
  };
}
