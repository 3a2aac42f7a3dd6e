/** Keys, tokens and secret headers: the configuration names them, the environment and the editor's SecretStorage hold them. */
import { FORCED_DRY_RUN } from './forced-dry-run.ts';
import { SECRET_REFERENCE } from './header-rule.ts';
import type { ConfigIssue } from './issue.ts';
import { isLoopback } from './loopback.ts';
import { originOf } from './origin.ts';
import { parseRedisUrl, type RedisAddress } from './redis-url.ts';
import { DEFAULT_UPSTREAM_NAME } from './resolve-upstreams.ts';
import type { Config } from './schema.ts';

export interface SecretSources {
  env: Readonly<Record<string, string | undefined>>;
  /** From SecretStorage or the key file, by name. They win over the environment: the user put them there for OpenFusion alone. */
  secrets: Readonly<Record<string, string>>;
  /** Origins of the upstreams that each stored secret was given for: it goes to no other. Absent or empty: to any that names it. */
  origins?: Readonly<Record<string, readonly string[]>>;
}

export type UpstreamKey =
  /** The upstream names no key. */
  | { state: 'not_needed' }
  | { state: 'present'; key: string }
  /** `name` is what the configuration calls the key. */
  | { state: 'missing'; name: string }
  /** One is stored, but it was given for other addresses: it is not sent here. */
  | { state: 'other_origin'; name: string; origins: readonly string[] };

export interface Keyring {
  keyFor(upstreamName: string): UpstreamKey;
  /** The configured headers with every reference put in; those whose secret is missing or not for this upstream are left out and named. */
  headersFor(upstreamName: string): { headers: Record<string, string>; missing: string[] };
  /** Names of the upstreams that cannot be called because their key is missing or was given for another address. */
  keylessUpstreams(): Set<string>;
  /** Stored secrets, of its key and its headers, that this upstream names and that were given for other addresses. */
  movedSecrets(upstreamName: string): { name: string; origins: readonly string[] }[];
  /** The token that clients must send; null when none is configured. A configured one that is missing or weak is an issue. */
  serverToken(): { ok: true; token: string | null } | { ok: false; issue: ConfigIssue };
  /** Where the Redis of `trace.redis` is; null when none is configured. An address that is missing, or that anybody could read along, is an issue. */
  redisAddress(): { ok: true; address: RedisAddress | null } | { ok: false; issue: ConfigIssue };
  /** Every secret value there is, for the redactor. */
  values(): string[];
}

/** @param source what to name in messages, e.g. the configuration's path */
export function createKeyring({ upstreams, server, trace }: Config, sources: SecretSources, source = 'configuration'): Keyring {
  const keyFor = (upstreamName: string): UpstreamKey => {
    const name = upstreams[upstreamName]?.apiKeyEnv;
    if (name === undefined) return { state: 'not_needed' };
    const key = lookUp(name, sources);
    if (key === undefined) return { state: 'missing', name };
    return isFor(name, upstreamName) ? { state: 'present', key } : { state: 'other_origin', name, origins: sources.origins?.[name] ?? [] };
  };
  const isFor = (name: string, upstreamName: string): boolean => {
    const origins = Object.hasOwn(sources.secrets, name) ? (sources.origins?.[name] ?? []) : [];
    return origins.length === 0 || origins.includes(originOf(upstreams[upstreamName]?.baseURL));
  };
  return {
    keyFor,
    headersFor(upstreamName) {
      const headers: Record<string, string> = {};
      const missing: string[] = [];
      for (const [header, value] of Object.entries(upstreams[upstreamName]?.headers ?? {})) {
        const moved = storedNamesIn(value).filter((name) => !isFor(name, upstreamName));
        const expanded = moved.length === 0 ? expand(value, sources) : { ok: false as const, missing: moved };
        if (expanded.ok) headers[header.toLowerCase()] = expanded.value;
        else missing.push(...expanded.missing);
      }
      return { headers, missing };
    },
    keylessUpstreams: () => new Set(Object.keys(upstreams).filter((name) => keyFor(name).state in UNUSABLE)),
    movedSecrets(upstreamName) {
      const { apiKeyEnv, headers = {} } = upstreams[upstreamName] ?? {};
      const names = [...(apiKeyEnv === undefined ? [] : [apiKeyEnv]), ...Object.values(headers).flatMap(storedNamesIn)];
      return [...new Set(names)].filter((name) => !isFor(name, upstreamName)).map((name) => ({ name, origins: sources.origins?.[name] ?? [] }));
    },
    serverToken() {
      if (server.token === undefined) return { ok: true, token: null };
      const expanded = expand(server.token, sources);
      const problem = expanded.ok ? weakness(expanded.value, server.host) : { message: `names ${expanded.missing.join(', ')}, which is not set`, expected: 'a secret that exists' };
      if (expanded.ok && problem === null) return { ok: true, token: expanded.value };
      return { ok: false, issue: { source, path: 'server.token', message: problem?.message ?? '', expected: problem?.expected ?? '' } };
    },
    redisAddress() {
      if (trace.store !== 'redis' || trace.redis === undefined) return { ok: true, address: null };
      const expanded = expand(trace.redis.url, sources);
      const parsed = expanded.ok ? parseRedisUrl(expanded.value) : { ok: false as const, message: `names ${expanded.missing.join(', ')}, which is not set` };
      if (parsed.ok) return parsed;
      return { ok: false, issue: { source, path: 'trace.redis.url', message: parsed.message, expected: 'rediss://[user]:password@host[:port][/database], or redis:// on this machine' } };
    },
    values() {
      const redis = trace.redis === undefined ? null : expand(trace.redis.url, sources);
      const address = redis?.ok === true ? parseRedisUrl(redis.value) : null;
      const named = Object.values(upstreams).flatMap(({ apiKeyEnv, headers }) => [apiKeyEnv ?? '', ...Object.values(headers).flatMap(namesIn)]);
      const found = [...named, ...namesIn(server.token ?? '')].map((name) => lookUp(name, sources) ?? '');
      return [...new Set([...found, ...(redis?.ok === true ? [redis.value] : []), ...(address?.ok === true ? [address.address.password] : []), ...Object.values(sources.secrets).map((value) => value.trim())])].filter((value) => value !== '');
    },
  };
}

export interface DryRunState {
  dryRun: boolean;
  /** Why it is dry-run, or which upstream is real; one sentence. */
  reason: string;
}

/** Dry-run ends by itself once the key that the default upstream names is there; an upstream without a key is real. */
export function dryRunState(config: Config, sources: SecretSources, forced: boolean): DryRunState {
  if (forced) return { dryRun: true, reason: FORCED_DRY_RUN };
  const key = createKeyring(config, sources).keyFor(DEFAULT_UPSTREAM_NAME);
  const upstream = config.upstreams[DEFAULT_UPSTREAM_NAME];
  const where = upstream?.kind === 'vscode-lm' ? 'the models of VS Code' : new URL(upstream?.baseURL ?? '').host;
  switch (key.state) {
    case 'missing':
      return { dryRun: true, reason: `${key.name} is not set: no model is called. Set that key for ${where} and dry-run ends.` };
    case 'other_origin':
      return { dryRun: true, reason: `The stored key ${key.name} was given for ${key.origins.join(', ')} and not for ${where}: set it again for this address and dry-run ends.` };
    case 'present':
      return { dryRun: false, reason: `The default upstream is ${where}.` };
    case 'not_needed':
      return { dryRun: false, reason: `The default upstream is ${where}, called without a key.` };
  }
}

/** What is wrong with the environment's TLS settings, or null. Certificates are always checked. */
export function insecureTls(env: SecretSources['env']): string | null {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return null;
  return 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off, and keys would go to anyone; unset it, and name your own authority with NODE_EXTRA_CA_CERTS';
}

function lookUp(name: string, { env, secrets }: SecretSources): string | undefined {
  const stored = Object.hasOwn(secrets, name) ? secrets[name]?.trim() : undefined;
  if (stored !== undefined && stored !== '') return stored;
  const value = Object.hasOwn(env, name) ? env[name]?.trim() : undefined;
  return value === '' ? undefined : value;
}

function expand(text: string, { env, secrets }: SecretSources): { ok: true; value: string } | { ok: false; missing: string[] } {
  const missing: string[] = [];
  const value = text.replace(SECRET_REFERENCE, (_, kind: string, name: string) => {
    const found = lookUp(name, kind === 'env' ? { env, secrets: {} } : { env: {}, secrets });
    if (found === undefined) missing.push(name);
    return found ?? '';
  });
  return missing.length === 0 ? { ok: true, value } : { ok: false, missing };
}

const UNUSABLE = { missing: true, other_origin: true };

/** Names in `${secret:NAME}` references. */
export const storedNamesIn = (text: string): string[] => [...text.matchAll(SECRET_REFERENCE)].flatMap(([, kind, name = '']) => (kind === 'secret' ? [name] : []));
const namesIn = (text: string): string[] => [...text.matchAll(SECRET_REFERENCE)].map(([, , name]) => name ?? '');

/** Beyond loopback anyone may guess: at least 128 bits, by the alphabet that the token shows. */
function weakness(token: string, host: string): { message: string; expected: string } | null {
  if (isLoopback(host)) return null;
  const bitsPerCharacter = /^\d+$/.test(token) ? Math.log2(10) : /^[\da-f]+$/i.test(token) ? 4 : /^[\da-z]+$/i.test(token) ? Math.log2(36) : 6;
  if (token.length * bitsPerCharacter >= 128 && new Set(token).size >= 8) return null;
  return { message: `is too easy to guess for a server on ${host}`, expected: 'at least 128 random bits, e.g. the output of `openssl rand -hex 32`' };
}
