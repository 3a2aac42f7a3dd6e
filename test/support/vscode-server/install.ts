import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { npm, run } from '../npm.ts';
import { compiledModules, dependencyNames, emptiedBuiltIns, packageName, packageVersion } from './contents.ts';

const defaultCacheDir = resolve(import.meta.dirname, '../../../.cache');
/** Raised when the steps below change what they leave behind. */
const recipeRevision = 1;
const markerName = 'installed.json';

export interface InstalledServer {
  /** The server's own folder. */
  dir: string;
  /** The script that node runs. */
  main: string;
  /** False where nothing could be compiled: everything works, but without log files and terminals. */
  compiled: boolean;
}

export interface InstallOptions {
  cacheDir?: string;
  log?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Answers the VS Code server of this recipe, fetched with npm on first use (about a minute, 120 MB).
 * The finished folder appears by one rename: a killed install leaves nothing that looks finished.
 */
export async function installServer({
  cacheDir = defaultCacheDir,
  log = console.log,
  signal,
}: InstallOptions = {}): Promise<InstalledServer> {
  if (process.platform === 'win32') throw new Error('The VS Code server runs on Linux and macOS; on Windows use WSL.');
  const dir = join(cacheDir, cacheName());
  const found = await readInstalled(dir);
  if (found) return found;

  await mkdir(cacheDir, { recursive: true });
  await removeAbandoned(cacheDir);
  const work = join(cacheDir, `vscode-server-tmp-${process.pid}`);
  try {
    await rm(work, { recursive: true, force: true });
    await mkdir(work);
    const compiled = await build(work, log, signal);
    await writeFile(join(work, 'server', markerName), JSON.stringify({ packageVersion, compiled }));
    await publish(join(work, 'server'), dir);
    log(`VS Code server: ready in ${dir}`);
  } catch (cause) {
    throw new Error(`VS Code server: cannot install ${packageName}@${packageVersion}. ${String(cause)}`, { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const installed = await readInstalled(dir);
  if (!installed) throw new Error(`VS Code server: ${dir} vanished after the install.`);
  return installed;
}

async function build(work: string, log: (line: string) => void, signal?: AbortSignal): Promise<boolean> {
  log(`VS Code server: fetching ${packageName}@${packageVersion} from npm (47 MB)`);
  await npm(['pack', `${packageName}@${packageVersion}`], { cwd: work, signal });
  const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack wrote no tarball.');
  await run('tar', ['xzf', tarball, 'package/lib/vscode'], { cwd: work, signal });
  const server = join(work, 'server');
  await rename(join(work, 'package/lib/vscode'), server);

  await Promise.all(emptiedBuiltIns.map((name) => emptyBuiltIn(join(server, 'extensions', name))));
  await trimPackage(server);
  log(`VS Code server: installing ${dependencyNames.length} of its dependencies`);
  await npm(['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'], { cwd: server, signal });
  await keepOwnRipgrep(server);
  return compile(server, log, signal);
}

/** Cuts the server's own package.json down to what a bare server loads; `type` and `version` in it are read at run time. */
async function trimPackage(server: string): Promise<void> {
  const path = join(server, 'package.json');
  const shrinkwrapPath = join(server, 'npm-shrinkwrap.json');
  const manifest = z.looseObject({}).parse(JSON.parse(await readFile(path, 'utf8')));
  const shrinkwrap = z
    .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
    .parse(JSON.parse(await readFile(shrinkwrapPath, 'utf8')));
  const dependencies = Object.fromEntries(
    dependencyNames.map((name) => [name, shrinkwrap.packages[`node_modules/${name}`]?.version ?? 'latest']),
  );
  const unwanted = ['devDependencies', 'optionalDependencies', 'overrides', 'scripts', 'allowScripts'];
  const kept = Object.entries(manifest).filter(([key]) => !unwanted.includes(key));
  await writeFile(path, JSON.stringify({ ...Object.fromEntries(kept), dependencies }, null, 2));
  await rm(shrinkwrapPath);
}

/** Leaves the name alone: without it, the window would load the web form that its own list has and report the missing files. */
async function emptyBuiltIn(dir: string): Promise<void> {
  const manifest = z.looseObject({}).parse(JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')));
  const identity = Object.entries(manifest).filter(([key]) => ['name', 'publisher', 'version', 'engines'].includes(key));
  await rm(dir, { recursive: true });
  await mkdir(dir);
  await writeFile(join(dir, 'package.json'), JSON.stringify(Object.fromEntries(identity)));
}

async function keepOwnRipgrep(server: string): Promise<void> {
  const bin = join(server, 'node_modules/@vscode/ripgrep-universal/bin');
  const own = `${process.platform}-${process.arch}`;
  const others = existsSync(join(bin, own)) ? (await readdir(bin)).filter((name) => name !== own) : [];
  await Promise.all(others.map((name) => rm(join(bin, name), { recursive: true })));
}

async function compile(server: string, log: (line: string) => void, signal?: AbortSignal): Promise<boolean> {
  log(`VS Code server: compiling ${compiledModules.join(', ')}`);
  try {
    await npm(['rebuild', ...compiledModules], { cwd: server, signal });
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    const reason = String(error).split('\n')[0];
    log(`VS Code server: could not compile (that needs g++, make and python3), so no log files and terminals. ${reason}`);
    return false;
  }
}

async function publish(from: string, dir: string): Promise<void> {
  try {
    await rename(from, dir);
  } catch (error) {
    // Another process was first with the same contents: theirs is as good as ours.
    if (!(await readInstalled(dir))) throw error;
  }
}

async function readInstalled(dir: string): Promise<InstalledServer | undefined> {
  const text = await readFile(join(dir, markerName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { compiled } = z.object({ compiled: z.boolean() }).parse(JSON.parse(text));
  return { dir, main: join(dir, 'out/server-main.js'), compiled };
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = /^vscode-server-tmp-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function cacheName(): string {
  const recipe = JSON.stringify([recipeRevision, packageVersion, dependencyNames, emptiedBuiltIns, compiledModules]);
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 8);
  return `vscode-server-${packageVersion}-${process.platform}-${process.arch}-${hash}`;
}

if (import.meta.main) await installServer();
