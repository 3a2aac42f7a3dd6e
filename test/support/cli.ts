import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir, repoDir } from './paths.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CLI = join(repoDir, 'src', 'cli.ts');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface RunningCli {
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Promise<Ended>;
  /** Resolves with the match as soon as stdout or stderr holds it; rejects when the command ends without. */
  waitFor(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  type(text: string): void;
  closeStdin(): void;
  /** Nobody reads its output any more. */
  stopReading(): void;
  kill(signal: NodeJS.Signals): void;
}

export interface CliOptions {
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  cwd?: string;
}

/** The command line as a person runs it, in a home of its own: no key and no configuration of this machine reaches it. */
export class CliHome {
  readonly dir: string;
  readonly work: string;
  private readonly running = new Set<ChildProcessWithoutNullStreams>();

  private readonly removeDir: () => Promise<void>;

  private constructor(dir: string, removeDir: () => Promise<void>) {
    this.dir = dir;
    this.work = join(dir, 'work');
    this.removeDir = removeDir;
  }

  static async create(): Promise<CliHome> {
    const { path, remove } = await temporaryFolder();
    // As the process itself will see it: the temporary folder may be a link.
    return new CliHome(await realpath(path), remove);
  }

  /** Ends what a failed test left running. */
  async remove(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await this.removeDir();
  }

  get stateDir(): string {
    return join(this.dir, 'state', 'openfusion');
  }

  async put(path: string, content: unknown): Promise<string> {
    const file = join(this.work, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
    const cli = await this.start(args, options);
    cli.type(options.stdin ?? '');
    cli.closeStdin();
    return cli.ended;
  }

  async start(args: readonly string[], { env = {}, cwd = this.work }: CliOptions = {}): Promise<RunningCli> {
    await mkdir(this.work, { recursive: true });
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      // Compiled sources are kept: half the time of a start.
      env: { NODE_COMPILE_CACHE: join(cacheDir, 'compiled'), PATH: process.env.PATH, HOME: this.dir, XDG_STATE_HOME: join(this.dir, 'state'), XDG_CONFIG_HOME: join(this.dir, 'config'), ...env },
    });
    this.running.add(child);
    return observe(child, () => this.running.delete(child));
  }
}

function observe(child: ChildProcessWithoutNullStreams, onEnd: () => void): RunningCli {
  const said = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
      for (const look of waiting) look();
    });
  }
  child.stdin.on('error', () => undefined);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      onEnd();
      resolve({ code, signal, ...said });
    });
  });
  return {
    get stdout() { return said.stdout; },
    get stderr() { return said.stderr; },
    ended,
    waitFor: (pattern, stream = 'stdout') => new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said[stream]);
        if (found === null) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      ended.then(() => { reject(new Error(`ended without ${String(pattern)} on ${stream}:\n${said.stdout}\n${said.stderr}`)); }, reject);
    }),
    type: (text) => { child.stdin.write(text); },
    closeStdin: () => { child.stdin.end(); },
    stopReading: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    kill: (signal) => { child.kill(signal); },
  };
}
