import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { npm } from '../support/npm.ts';
import { cacheDir } from '../support/paths.ts';
import type { Agent } from './agent.ts';

const INSTALL_LIMIT_MS = 300_000;

const manifestSchema = z.looseObject({ version: z.string() });

/** The agent's package could not be had: the tests that need it cannot run here. */
export class AgentUnavailable extends Error {
  constructor(agent: Agent, why: string) {
    super(`${agent.package}@${agent.version} could not be installed: ${why}`);
    this.name = 'AgentUnavailable';
  }
}

/**
 * Installs the agent at its pinned version into the ignored cache folder, once. Returns the absolute path of what is started.
 * Throws AgentUnavailable when npm cannot do it.
 */
export async function installAgent(agent: Agent): Promise<string> {
  const folder = join(cacheDir, 'clients', `${agent.folder ?? agent.name}-${agent.version}`);
  const installed = join(folder, 'node_modules', agent.package);
  if ((await versionIn(installed)) !== agent.version) await install(agent, folder);
  const found = await versionIn(installed);
  if (found !== agent.version) throw new AgentUnavailable(agent, `npm installed ${found ?? 'nothing'}`);
  return join(installed, agent.bin);
}

/** Installed beside its place and moved there when whole, so that an interrupted install is never taken for one. */
async function install(agent: Agent, folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}.tmp`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'package.json'), '{"private":true}\n');
  try {
    const args = ['install', '--ignore-scripts', '--loglevel', 'error', `${agent.package}@${agent.version}`];
    await npm(args, { cwd: unfinished, signal: AbortSignal.timeout(INSTALL_LIMIT_MS) });
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } catch (error) {
    throw new AgentUnavailable(agent, whatNpmSaid(error as Error));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** npm says what is wrong in its `npm error` lines; where it keeps its log is of no use to a reader. */
function whatNpmSaid({ message }: Error): string {
  const said = message.split('\n').filter((line) => /^npm error/.test(line) && !/log|code/.test(line));
  return said.map((line) => line.replace(/^npm error\s*/, '')).find((line) => line !== '') ?? message;
}

async function versionIn(folder: string): Promise<string | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version;
  } catch {
    return undefined;
  }
}
