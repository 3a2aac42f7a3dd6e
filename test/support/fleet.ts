/** Several OpenFusions of one user on one port, each a process: windows (the thread in a host) and `serve`. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { HostState } from '../../src/gateway/host-messages.ts';
import { readOwner } from '../../src/ownership/owner-file.ts';
import type { OwnerInfo } from '../../src/ownership/owner-file.ts';
import { freePort } from './free-port.ts';
import { cacheDir, repoDir } from './paths.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type Standing = 'starting' | 'owner' | 'attached' | 'failed' | 'ended';

export interface Member {
  readonly kind: 'window' | 'serve';
  readonly pid: number;
  readonly standing: Standing;
  /** Everything that it said. */
  readonly said: string;
  /** Resolves when it stands so; rejects when it ends before. */
  until(standing: Standing): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export class Fleet {
  readonly port: number;
  readonly stateDir: string;
  readonly members: Member[] = [];
  private readonly home: string;
  private readonly children: ChildProcess[] = [];
  private readonly removeHome: () => Promise<void>;

  private constructor(port: number, home: string, removeHome: () => Promise<void>) {
    this.port = port;
    this.home = home;
    this.stateDir = join(home, 'state', 'openfusion');
    this.removeHome = removeHome;
  }

  /** A free port and a home of its own; nobody is started yet. */
  static async create(config: ConfigInput): Promise<Fleet> {
    const { path, remove } = await temporaryFolder();
    const [home, port] = [await realpath(path), await freePort()];
    await writeFile(join(home, 'fleet.json'), JSON.stringify({ ...config, server: { ...config.server, port } }));
    return new Fleet(port, home, remove);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(kind: Member['kind']): Member {
    const config = join(this.home, 'fleet.json');
    const args = kind === 'serve' ? [join(repoDir, 'src/cli.ts'), 'serve', '--config', config] : [join(import.meta.dirname, 'window-process.ts'), config];
    const child = spawn(process.execPath, args, {
      cwd: this.home, stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_COMPILE_CACHE: join(cacheDir, 'compiled'), PATH: process.env.PATH, HOME: this.home, XDG_STATE_HOME: join(this.home, 'state'), XDG_CONFIG_HOME: join(this.home, 'config') },
    });
    this.children.push(child);
    const member = observe(kind, child);
    this.members.push(member);
    return member;
  }

  /** Who owns the port by the file that the last owner wrote. */
  owner(): Promise<OwnerInfo | null> {
    return readOwner(this.stateDir, this.port);
  }

  standing(standing: Standing): Member[] {
    return this.members.filter((member) => member.standing === standing);
  }

  async end(): Promise<void> {
    const running = this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ends = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
    await this.removeHome();
  }
}

function observe(kind: Member['kind'], child: ChildProcess): Member {
  let [standing, said]: [Standing, string] = ['starting', ''];
  const watchers = new Set<() => void>();
  const enter = (next: Standing) => {
    standing = next;
    for (const look of [...watchers]) look();
  };
  const hear = (line: string) => {
    said += `${line}\n`;
    const next = kind === 'window' ? standingOfWindow(line) : standingOfServe(line);
    if (next !== null && standing !== 'ended') enter(next);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', hear);
  child.on('exit', () => { enter('ended'); });
  return {
    kind, pid: child.pid ?? 0,
    get standing() { return standing; },
    get said() { return said; },
    until: (wanted) => new Promise((resolve, reject) => {
      const look = () => {
        if (standing !== wanted && standing !== 'ended') return;
        watchers.delete(look);
        if (standing === wanted) resolve();
        else reject(new Error(`ended before it was ${wanted}:\n${said}`));
      };
      watchers.add(look);
      look();
    }),
    kill: (signal) => { child.kill(signal); },
  };
}

function standingOfWindow(line: string): Standing | null {
  if (!line.startsWith('{')) return null;
  const { status } = JSON.parse(line) as HostState;
  return status === 'stopped' ? null : status;
}

function standingOfServe(line: string): Standing | null {
  if (line.startsWith('OpenFusion listening on ')) return 'owner';
  return line.includes('this one stands by') ? 'attached' : null;
}
