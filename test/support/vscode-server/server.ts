import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../npm.ts';
import type { InstalledServer } from './install.ts';
import { quietSettings } from './settings.ts';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

export interface ServerOptions {
  installed: InstalledServer;
  /** Added to the quiet defaults; written for the user and for the machine, as machine-scoped settings are read only there. */
  settings?: Record<string, unknown>;
  /** Added to the server's otherwise empty environment; the extension host inherits it. */
  env?: Record<string, string>;
  /** `0` for any free port, a port, or a range such as `8790-8890`. */
  port?: string;
  /** A `.vsix` to install before the start. */
  vsix?: string;
  /** Folders are not trusted until the person says so. */
  restricted?: boolean;
}

export interface RunningServer {
  origin: string;
  /** Everything that this server writes; removed by `stop`. */
  root: string;
  /** The home folder of the server and of every extension host. */
  home: string;
  /** An empty folder to open. */
  workspace: string;
  /** What the server has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the VS Code server with folders of its own, on loopback and without any other outside access. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { installed, port = '0' } = options;
  const root = await mkdtemp(join(tmpdir(), 'openfusion-vscode-'));
  const home = join(root, 'home');
  const workspace = join(root, 'workspace');
  try {
    await Promise.all([mkdir(home), mkdir(workspace), writeSettings(root, options.settings)]);
    const env = serverEnv(home, options.env);
    const folders = folderFlags(root);
    if (options.vsix) {
      const install = ['--install-extension', options.vsix, '--force', '--accept-server-license-terms'];
      await run(process.execPath, [installed.main, ...folders, ...install], { cwd: root, env });
    }
    const listen = ['--host', '127.0.0.1', '--port', port, '--without-connection-token'];
    const quiet = ['--accept-server-license-terms', '--telemetry-level', 'off', ...(options.restricted === true ? [] : ['--disable-workspace-trust'])];
    const child = spawn(process.execPath, [installed.main, ...listen, ...quiet, ...folders], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return await ready(child, { root, home, workspace });
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

async function ready(child: ChildProcess, dirs: { root: string; home: string; workspace: string }): Promise<RunningServer> {
  let output = '';
  const killNow = (): void => {
    signalGroup(child, 'SIGKILL');
    rmSync(dirs.root, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', killNow);
  const listening = Promise.withResolvers<string>();
  const read = (chunk: Buffer): void => {
    output += chunk;
    const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
    if (port) listening.resolve(port);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.on('error', listening.reject);
  child.on('exit', (code) => listening.reject(new Error(`the VS Code server ended with ${code}:\n${output}`)));
  const timer = setTimeout(
    () => listening.reject(new Error(`the VS Code server did not listen in ${startTimeoutMs} ms:\n${output}`)),
    startTimeoutMs,
  );

  const stop = async (): Promise<void> => {
    await stopGroup(child);
    process.off('exit', killNow);
    await rm(dirs.root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const origin = `http://127.0.0.1:${await listening.promise}`;
    const answer = await fetch(`${origin}/version`);
    if (!answer.ok) throw new Error(`the VS Code server answers ${answer.status}`);
    return { ...dirs, origin, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The server has children (extension hosts, watchers, terminals): the whole group is asked, then forced, to end. */
async function stopGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const deadline = Date.now() + stopTimeoutMs;
  while (signalGroup(child, 0) && Date.now() < deadline) await delay(50);
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

async function writeSettings(root: string, settings: Record<string, unknown> = {}): Promise<void> {
  const text = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  for (const scope of ['User', 'Machine']) {
    await mkdir(join(root, 'data', scope), { recursive: true });
    await writeFile(join(root, 'data', scope, 'settings.json'), text);
  }
}

function folderFlags(root: string): string[] {
  const flags = { 'user-data-dir': 'data', 'server-data-dir': 'server-data', 'extensions-dir': 'extensions' };
  return Object.entries(flags).flatMap(([flag, name]) => [`--${flag}`, join(root, name)]);
}

/** No key and no setting of this machine's user leaks into the editor; an empty gallery means no request to one. */
function serverEnv(home: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH = '', LANG = 'C.UTF-8', TMPDIR = tmpdir(), SHELL = '/bin/sh' } = process.env;
  const path = [dirname(process.execPath), PATH].join(delimiter);
  return { PATH: path, HOME: home, LANG, TMPDIR, SHELL, EXTENSIONS_GALLERY: '{}', ...extra };
}
