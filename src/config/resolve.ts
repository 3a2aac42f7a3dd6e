/** From what a file gives to what the program works with. */
import type { ConfigIssue, IssuePath, Report } from './issue.ts';
import { pathText } from './issue.ts';
import { isLoopback } from './loopback.ts';
import { byName } from './named.ts';
import { defaultPool, resolveCandidates, resolveRoles } from './resolve-pool.ts';
import type { Roles } from './resolve-pool.ts';
import { DEFAULT_UPSTREAM_NAME, resolveUpstreams } from './resolve-upstreams.ts';
import type { CandidateInput, Config, ParsedConfig } from './schema.ts';

/** Names that mean a strategy, so no role or candidate may have them. */
export const RESERVED_NAMES: readonly string[] = ['auto', 'fusion', '__proto__'];

export type Resolved = { ok: true; config: Config; notes: string[] } | { ok: false; errors: ConfigIssue[] };

/** Lays the file over the defaults and checks that everything named in it exists. Absent `candidates` follow the roles. */
export function resolveConfig(parsed: ParsedConfig, source: string): Resolved {
  const { report, errors } = collector(source);
  const { upstream: _upstream, ...rest } = parsed;
  const upstreams = resolveUpstreams(parsed, report);
  const roles = resolveRoles(parsed.roles, report);
  const poolReport: Report = (path, message, expected) => { report(['auto', 'candidates', ...path], message, expected); };
  const candidates = resolveCandidates(parsed.auto.candidates ?? defaultPool(roles), roles, poolReport);
  const config: Config = { ...rest, upstreams, roles, auto: { ...parsed.auto, candidates } };
  checkNames(parsed, report);
  checkUpstreamNames(config, parsed, report);
  checkRoleNames(config, report);
  checkRules(config.routing.rules, report);
  checkBounds(config, report);
  checkBind(config.server, report);
  checkStore(config.trace, report);
  return errors.length === 0 ? { ok: true, config, notes: notesOn(config) } : { ok: false, errors };
}

/**
 * The same configuration with another candidate pool, given in the form of `auto.candidates`. Roles that only the pool
 * names come into being with it.
 */
export function withPool(config: Config, pool: readonly CandidateInput[], source: string): Resolved {
  const { report, errors } = collector(source);
  const implied: Roles = byName(config.roles);
  pool.forEach((candidate, index) => {
    const role = candidate.role ?? candidate.id;
    if (implied[role] !== undefined) return;
    if (candidate.model === undefined) report([index, 'model'], `is missing, and there is no role \`${role}\` to take it from`, 'the model id as the upstream names it');
    else implied[role] = { model: candidate.model, pricing: candidate.pricing, upstreamName: candidate.upstreamName ?? DEFAULT_UPSTREAM_NAME };
  });
  if (errors.length > 0) return { ok: false, errors };
  const candidates = resolveCandidates(pool, implied, report);
  checkIds(pool, [], report);
  candidates.forEach(({ upstreamName }, index) => { checkUpstreamName(config, upstreamName, [index, 'upstreamName'], report); });
  const next: Config = { ...config, roles: implied, auto: { ...config.auto, candidates } };
  return errors.length === 0 ? { ok: true, config: next, notes: [] } : { ok: false, errors };
}

/** The same configuration bound elsewhere (`--host`, `--port`), with the rule for binds beyond loopback checked again. */
export function withBind(config: Config, bind: { host?: string | undefined; port?: number | undefined }, source: string): Resolved {
  const { report, errors } = collector(source);
  const server = { ...config.server, host: bind.host ?? config.server.host, port: bind.port ?? config.server.port };
  checkBind(server, report);
  return errors.length === 0 ? { ok: true, config: { ...config, server }, notes: [] } : { ok: false, errors };
}

function collector(source: string): { report: Report; errors: ConfigIssue[] } {
  const errors: ConfigIssue[] = [];
  return { errors, report: (path, message, expected) => errors.push({ source, path: pathText(path), message, expected }) };
}

function checkNames({ roles, auto }: ParsedConfig, report: Report): void {
  for (const name of Object.keys(roles)) {
    if (RESERVED_NAMES.includes(name)) report(['roles', name], `\`${name}\` is a reserved name`, 'another name');
  }
  checkIds(auto.candidates ?? [], ['auto', 'candidates'], report);
}

function checkIds(candidates: readonly CandidateInput[], at: IssuePath, report: Report): void {
  const seen = new Map<string, number>();
  candidates.forEach(({ id }, index) => {
    const first = seen.get(id);
    if (RESERVED_NAMES.includes(id)) report([...at, index, 'id'], `\`${id}\` is a reserved name`, 'another id');
    else if (first !== undefined) report([...at, index, 'id'], `\`${id}\` is the id of candidate ${String(first)} too`, 'an id of its own');
    else seen.set(id, index);
  });
}

function checkUpstreamName({ upstreams }: Config, name: string, path: IssuePath, report: Report): void {
  if (!(name in upstreams)) report(path, `there is no upstream \`${name}\``, `one of ${Object.keys(upstreams).join(', ')}`);
}

function checkUpstreamNames(config: Config, parsed: ParsedConfig, report: Report): void {
  for (const [name, { upstreamName }] of Object.entries(parsed.roles)) {
    if (upstreamName !== undefined) checkUpstreamName(config, upstreamName, ['roles', name, 'upstreamName'], report);
  }
  parsed.auto.candidates?.forEach(({ upstreamName }, index) => {
    if (upstreamName !== undefined) checkUpstreamName(config, upstreamName, ['auto', 'candidates', index, 'upstreamName'], report);
  });
}

function checkRoleNames({ roles, auto, fusion, routing }: Config, report: Report): void {
  const check = (name: string, path: IssuePath): void => {
    if (!(name in roles)) report(path, `there is no role \`${name}\``, `one of ${Object.keys(roles).join(', ')}`);
  };
  check(fusion.judgeRole, ['fusion', 'judgeRole']);
  check(fusion.synthesizerRole, ['fusion', 'synthesizerRole']);
  check(fusion.toolRole, ['fusion', 'toolRole']);
  auto.fallbackRoles.forEach((name, index) => { check(name, ['auto', 'fallbackRoles', index]); });
  routing.rules.forEach(({ role }, index) => { check(role, ['routing', 'rules', index, 'role']); });
}

function checkRules(rules: Config['routing']['rules'], report: Report): void {
  rules.forEach(({ keywords, patterns }, index) => {
    if (keywords.length + patterns.length === 0) report(['routing', 'rules', index], 'matches nothing', 'at least one of keywords, patterns');
    patterns.forEach((pattern, at) => {
      const broken = brokenPattern(pattern);
      if (broken !== null) report(['routing', 'rules', index, 'patterns', at], broken, 'a JavaScript regular expression');
    });
  });
}

function brokenPattern(pattern: string): string | null {
  try {
    new RegExp(pattern, 'i');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'is broken';
  }
}

function checkBounds({ fusion }: Config, report: Report): void {
  if (fusion.minPanel > fusion.maxPanel) report(['fusion', 'minPanel'], `is above maxPanel (${String(fusion.maxPanel)})`, `at most ${String(fusion.maxPanel)}`);
}

function checkBind({ host, token }: Config['server'], report: Report): void {
  if (!isLoopback(host) && token === undefined) {
    report(['server', 'token'], `listening on ${host} lets other machines in, and there is no token`, 'a reference such as ${env:OPENFUSION_TOKEN}, or a host on loopback');
  }
}

function checkStore({ store, redis }: Config['trace'], report: Report): void {
  if (store === 'redis' && redis === undefined) report(['trace', 'redis'], 'is missing, and trace.store is `redis`', '{ "url": "${env:REDIS_URL}" }, a reference to rediss://[user]:password@host');
}

function notesOn({ roles, auto, upstreams }: Config): string[] {
  const hidden = auto.candidates
    .filter(({ id, role }) => id in roles && id !== role)
    .map(({ id, role }) => `candidate \`${id}\` (role \`${role}\`) has the name of a role: openfusion/${id} means the role`);
  const unserved = Object.entries(upstreams)
    .filter(([, { kind }]) => kind === 'vscode-lm')
    .map(([name, { kind }]) => `upstream \`${name}\`: this version does not speak \`${kind}\` yet and calls it as \`openai\``);
  return [...hidden, ...unserved];
}
