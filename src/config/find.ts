/** Where the configuration is, and what of it counts. The only part of this room, with trust and state, that does I/O. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ConfigIssue } from './issue.ts';
import { parseConfig, parseJsonc } from './load.ts';
import type { Locate } from './load.ts';
import type { Config } from './schema.ts';
import { layOver, policyOnly } from './trust.ts';
import { isTrusted } from './trust-store.ts';

export const CONFIG_NAMES = ['openfusion.config.json', 'openfusion.config.jsonc'] as const;

export interface Where {
  /** `--config`, or the editor's user setting. */
  configPath?: string | undefined;
  /** `OPENFUSION_CONFIG` is read from it. */
  env: Readonly<Record<string, string | undefined>>;
  /** The working directory or the workspace's folder; null: nothing is looked for there. */
  cwd: string | null;
  configDir: string;
  stateDir: string;
}

export interface ReadConfig {
  ok: true;
  /** The configuration as an object, without what is not trusted; `{}` when there is no file. */
  value: unknown;
  /** Path of the file, or `built-in defaults`. */
  source: string;
  /** `named` by the user, `trusted` before, found in the user's `own` folder, only `found`, or no file at all. */
  standing: 'named' | 'trusted' | 'own' | 'found' | 'none';
  /** Paths that were left out because the file is not trusted. */
  ignored: string[];
  notes: string[];
  locate?: Locate | undefined;
}

export interface ConfigFailure {
  ok: false;
  source: string;
  errors: ConfigIssue[];
}

/** Finds the file, reads it and takes out what is not trusted. Validation is the caller's: it may add settings first. */
export async function readConfig(where: Where): Promise<ReadConfig | ConfigFailure> {
  const named = where.configPath ?? nonEmpty(where.env.OPENFUSION_CONFIG);
  if (named !== undefined) return readNamed(resolve(where.cwd ?? '', named), where.configPath === undefined ? 'OPENFUSION_CONFIG' : '--config');
  const found = where.cwd === null ? undefined : await firstOf(where.cwd);
  const own = await firstOf(where.configDir);
  if (found === undefined || found === own) return own === undefined ? nothing() : asIs(own, 'own');
  return readFound(found, own, where.stateDir);
}

/** {@link readConfig}, validated and laid over the defaults. */
export async function loadConfig(where: Where): Promise<(Omit<ReadConfig, 'value' | 'locate'> & { config: Config }) | ConfigFailure> {
  const read = await readConfig(where);
  if (!read.ok) return read;
  const { value, locate, ...rest } = read;
  const parsed = parseConfig(value, read.source, locate);
  if (!parsed.ok) return { ok: false, source: read.source, errors: parsed.errors };
  return { ...rest, config: parsed.config, notes: [...read.notes, ...parsed.notes] };
}

function nothing(): ReadConfig {
  return { ok: true, value: {}, source: 'built-in defaults', standing: 'none', ignored: [], notes: [] };
}

async function readNamed(path: string, by: string): Promise<ReadConfig | ConfigFailure> {
  if (await isFile(path)) return asIs(path, 'named');
  return { ok: false, source: path, errors: [{ source: path, path: '', message: `named by ${by}, but there is no such file`, expected: 'a configuration file; `openfusion init` writes one' }] };
}

async function asIs(path: string, standing: 'named' | 'own'): Promise<ReadConfig | ConfigFailure> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: false, source: path, errors: [{ source: path, path: '', message: 'cannot be read', expected: 'a file that you may read' }] };
  const parsed = parseJsonc(text, path);
  if (!parsed.ok) return { ok: false, source: path, errors: parsed.errors };
  return { ok: true, value: parsed.value, source: path, standing, ignored: [], notes: [], locate: parsed.locate };
}

async function readFound(path: string, ownPath: string | undefined, stateDir: string): Promise<ReadConfig | ConfigFailure> {
  const read = await asIs(path, 'own');
  if (!read.ok) return read;
  const own = ownPath === undefined ? undefined : await asIs(ownPath, 'own');
  if (own?.ok === false) return own;
  const { policy, ignored } = policyOnly(read.value);
  if (ignored.length > 0 && (await isTrusted(path, read.value, stateDir))) return { ...read, standing: 'trusted' };
  const paths = ignored.map((wanting) => wanting.path);
  const note = `${path} was found, not named: ${paths.join(', ')} ignored. Look at the file, then run \`openfusion trust ${path}\``;
  return { ...read, value: layOver(policy, own?.value), standing: 'found', ignored: paths, notes: paths.length === 0 ? [] : [note] };
}

async function firstOf(folder: string): Promise<string | undefined> {
  for (const name of CONFIG_NAMES) {
    const path = join(folder, name);
    if (await isFile(path)) return path;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
