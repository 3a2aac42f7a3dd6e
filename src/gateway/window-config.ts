/** A window's configuration: a file as the base, what the user set in the editor over it, keys only where they were given for. */
import { isRecord } from '../protocol/json.ts';
import { readConfig } from '../config/find.ts';
import { issueText, type ConfigIssue } from '../config/issue.ts';
import { parseConfig } from '../config/load.ts';
import type { NetworkSettings } from '../config/network-settings.ts';
import type { Config } from '../config/schema.ts';
import { createKeyring, insecureTls, storedNamesIn, type SecretSources, type UpstreamKey } from '../config/secrets.ts';
import { configDirOf } from '../config/state-dir.ts';
import type { ConfigReport, ConfigSources, KeyState } from './host-messages.ts';

export interface WindowConfig {
  config: Config;
  sources: SecretSources;
  network: NetworkSettings | null;
  notes: string[];
}

export type LoadedWindowConfig =
  | { ok: true; value: WindowConfig; report: ConfigReport }
  | { ok: false; message: string; report: ConfigReport };

/** Reads, merges and validates; every problem is a value. */
export async function loadWindowConfig(given: ConfigSources, stateDir: string, env: SecretSources['env']): Promise<LoadedWindowConfig> {
  const unchecked = insecureTls(env);
  if (unchecked !== null) return failed([{ source: 'environment', path: '', message: unchecked, expected: '' }], EMPTY_REPORT);
  const read = await readConfig({ configPath: given.configFile ?? undefined, env, cwd: given.workspaceFolder, configDir: configDirOf(), stateDir });
  if (!read.ok) return failed(read.errors, { ...EMPTY_REPORT, file: read.source });
  const file = read.standing === 'none' ? null : read.source;
  const base = { ...EMPTY_REPORT, file, ignoredKeys: read.ignored };
  const merged = withPort(mergeOver(read.value, given.config), env['OPENFUSION_PORT']);
  const parsed = parseConfig(merged, file ?? given.configSource, read.locate);
  if (!parsed.ok) return failed(parsed.errors.map((issue) => blamed(issue, given)), base);
  const sources: SecretSources = { env, secrets: given.secrets, origins: given.secretOrigins };
  const keyring = createKeyring(parsed.config, sources);
  const token = keyring.serverToken();
  const report: ConfigReport = {
    ...base,
    upstreams: Object.entries(parsed.config.upstreams).map(([name, { baseURL, apiKeyEnv, headers }]) => ({
      name, baseURL, keyName: apiKeyEnv ?? null, key: keyStateOf(keyring.keyFor(name), apiKeyEnv, sources), headerSecrets: headerSecretsOf(headers), moved: keyring.movedSecrets(name),
    })),
    secretNames: [...new Set(storedNamesIn(JSON.stringify(merged)))],
  };
  const redis = keyring.redisAddress();
  if (!token.ok) return failed([token.issue], report);
  if (!redis.ok) return failed([redis.issue], report);
  return {
    ok: true, report,
    value: { config: parsed.config, sources, network: given.network ?? null, notes: [...read.notes, ...parsed.notes, ...networkNotes(given.network)] },
  };
}

const EMPTY_REPORT: ConfigReport = { error: null, file: null, ignoredKeys: [], upstreams: [], secretNames: [] };

function networkNotes(network: NetworkSettings | null | undefined): string[] {
  return network?.wantsUncheckedCertificates === true ? ['http.proxyStrictSSL is off in this editor. OpenFusion checks certificates all the same; let the system trust your own authority, or name it with NODE_EXTRA_CA_CERTS.'] : [];
}

function failed(errors: ConfigIssue[], report: ConfigReport): LoadedWindowConfig {
  const message = errors.map(issueText).join('\n');
  return { ok: false, message, report: { ...report, error: message } };
}

/** What a setting says is not looked for in the file. */
function blamed(issue: ConfigIssue, { config, configSource }: ConfigSources): ConfigIssue {
  const steps = issue.path.split(/[.[]/u).filter((step) => !step.endsWith(']'));
  const inSettings = issue.path !== '' && steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), config) !== undefined;
  return inSettings ? { ...issue, source: configSource, line: undefined, column: undefined } : issue;
}

/** Objects key by key, anything else (lists too) as a whole. */
export function mergeOver(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over ?? base;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = isRecord(value) && isRecord(base[key]) ? mergeOver(base[key], value) : value;
  return merged;
}

/** `OPENFUSION_PORT` is one of the three variables that there are. */
function withPort(value: unknown, port: string | undefined): unknown {
  return port === undefined || !/^\d+$/.test(port) ? value : mergeOver(value, { server: { port: Number(port) } });
}

/** A stored key goes only to the origins that it was given for; one from the environment goes where the configuration says. */
function keyStateOf({ state }: UpstreamKey, name = '', { secrets }: SecretSources): KeyState {
  if (state !== 'present') return state;
  return Object.hasOwn(secrets, name) && secrets[name]?.trim() !== '' ? 'stored' : 'environment';
}

const headerSecretsOf = (headers: Readonly<Record<string, string>>): string[] => [...new Set(Object.values(headers).flatMap(storedNamesIn))];
