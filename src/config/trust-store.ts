/** Which files the user trusts: path and fingerprint, in a 0600 file of the state folder. */
import { randomBytes } from 'node:crypto';
import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ConfigIssue } from './issue.ts';
import { parseJsonc } from './load.ts';
import { ensurePrivateDir } from './state-dir.ts';
import { policyOnly, trustFingerprint } from './trust.ts';

const FILE = 'trusted-configs.json';
const recordSchema = z.object({ version: z.literal(1), files: z.record(z.string(), z.string()) });

/** Does the user trust what this file says now? A file that says nothing which wants trust always passes. */
export async function isTrusted(path: string, value: unknown, stateDir: string): Promise<boolean> {
  const fingerprint = trustFingerprint(value);
  if (fingerprint === null) return true;
  const files = await trustedFiles(stateDir);
  const real = await realpath(path);
  return Object.hasOwn(files, real) && files[real] === fingerprint;
}

/**
 * Trusts a file as it stands: its upstreams, keys' names, server and trace settings. Changing one of those asks again.
 * @returns what is trusted now, by path in the file
 */
export async function trustFile(path: string, stateDir: string): Promise<{ ok: true; path: string; trusted: string[] } | { ok: false; errors: ConfigIssue[] }> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: false, errors: [{ source: path, path: '', message: 'cannot be read', expected: 'a configuration file' }] };
  const parsed = parseJsonc(text, path);
  if (!parsed.ok) return parsed;
  const real = await realpath(path);
  const { [real]: _, ...others } = await trustedFiles(stateDir);
  const fingerprint = trustFingerprint(parsed.value);
  await writePrivate(stateDir, JSON.stringify({ version: 1, files: fingerprint === null ? others : { ...others, [real]: fingerprint } }, null, 2));
  return { ok: true, path: real, trusted: policyOnly(parsed.value).ignored.map((wanting) => wanting.path) };
}

/** A record that cannot be read trusts nothing. */
async function trustedFiles(stateDir: string): Promise<Record<string, string>> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(join(stateDir, FILE), 'utf8'))).files;
  } catch {
    return {};
  }
}

async function writePrivate(stateDir: string, text: string): Promise<void> {
  await ensurePrivateDir(stateDir);
  const temporary = join(stateDir, `${FILE}.${randomBytes(6).toString('hex')}`);
  await writeFile(temporary, `${text}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, join(stateDir, FILE));
}
