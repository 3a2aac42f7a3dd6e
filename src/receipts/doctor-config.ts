/** What `doctor` checks in the configuration; calls nothing. */
import type { Config } from '../config/schema.ts';
import { check, type Check } from './check.ts';

export interface DoctorConfig {
  config: Config;
  /** Where it came from: a path, or `built-in defaults`. */
  source: string;
  /** What was ignored or deserves a word. */
  notes: readonly string[];
  /** Is there a value behind the key name (environment or stored secret)? */
  hasKey(keyName: string): boolean;
  /** Is every answer a dry-run one, because it was asked for or because the default upstream's key is missing? */
  dryRun: boolean;
  /** What is wrong with the store that the configuration names, in a sentence; null: nothing. Absent: nobody looked. */
  storeProblem?: string | null;
  /** Replaced by `~` in the report, which is meant to be pasted; absent: paths stay as they are. */
  homeDir?: string;
}

/** The checks of the configuration, in the order in which they are shown. */
export function configChecks(input: DoctorConfig): Check[] {
  const { config, source, notes, homeDir } = input;
  const shorten = (text: string) => (homeDir === undefined || homeDir === '' || homeDir === '/' ? text : text.replaceAll(homeDir, '~'));
  return [
    check('config', 'pass', shorten(source)),
    ...notes.map((note) => check('config.note', 'warn', shorten(note))),
    rolesCheck(config),
    ...keyChecks(input),
    namedRoleCheck('fusion.judge', 'fusion.judgeRole', config.fusion.judgeRole, config),
    namedRoleCheck('fusion.synthesizer', 'fusion.synthesizerRole', config.fusion.synthesizerRole, config),
    callsCheck(config),
    costCheck(config),
    ...storeCheck(input, shorten),
  ];
}

function rolesCheck({ roles, upstreams }: Config): Check {
  const names = Object.keys(roles);
  if (names.length === 0) return check('roles', 'fail', 'no role is configured', { hint: 'Add at least one role with a model.' });
  const homeless = Object.entries(roles).filter(([, role]) => upstreams[role.upstreamName] === undefined);
  if (homeless.length > 0) {
    const list = homeless.map(([name, { upstreamName }]) => `${name} names upstream ${upstreamName}`).join('; ');
    return check('roles', 'fail', list, { hint: `Known upstreams: ${Object.keys(upstreams).join(', ')}.` });
  }
  const nameless = Object.entries(roles).filter(([, { model }]) => model.trim() === '').map(([name]) => name);
  if (nameless.length > 0) return check('roles', 'fail', `no model for ${nameless.join(', ')}`, { hint: 'Give each role a model.' });
  return check('roles', 'pass', Object.entries(roles).map(([name, { model }]) => `${name}: ${model}`).join(', '));
}

/** One check for each upstream that a role or candidate uses. */
function keyChecks({ config, hasKey, dryRun }: DoctorConfig): Check[] {
  const used = new Set([...Object.values(config.roles), ...config.auto.candidates].map(({ upstreamName }) => upstreamName));
  return [...used].flatMap((name) => {
    const upstream = config.upstreams[name];
    if (upstream === undefined) return [];
    const host = hostOf(upstream.baseURL);
    const { apiKeyEnv } = upstream;
    if (apiKeyEnv === undefined) return [check(`upstream.${name}`, 'pass', `${host}, no key needed`)];
    if (hasKey(apiKeyEnv)) return [check(`upstream.${name}`, 'pass', `${host}, key in ${apiKeyEnv}`)];
    const consequence = dryRun ? 'answers come from the dry-run upstream' : 'its models cannot be chosen';
    return [check(`upstream.${name}`, 'warn', `${host}, no key in ${apiKeyEnv}: ${consequence}`, { hint: `Set the environment variable ${apiKeyEnv}, or run OpenFusion: Set Upstream Key.` })];
  });
}

function namedRoleCheck(name: string, key: string, role: string, { roles }: Config): Check {
  const found = roles[role];
  return found === undefined
    ? check(name, 'fail', `${key} names the role ${role}, which is not configured`, { hint: `Known roles: ${Object.keys(roles).join(', ')}.` })
    : check(name, 'pass', `${role}:${found.model}`);
}

/** A panel of the smallest size has to fit, with judge and synthesis. */
function callsCheck({ fusion: { maxUpstreamCalls, minPanel, maxPanel } }: Config): Check {
  const hint = 'Raise fusion.maxUpstreamCalls, or lower fusion.maxPanel.';
  if (minPanel + 2 > maxUpstreamCalls) return check('budget.calls', 'fail', `a panel of ${minPanel} with judge and synthesis needs ${minPanel + 2} calls; fusion.maxUpstreamCalls is ${maxUpstreamCalls}`, { hint });
  if (maxPanel + 2 > maxUpstreamCalls) return check('budget.calls', 'warn', `a panel of ${maxPanel} would need ${maxPanel + 2} calls; fusion.maxUpstreamCalls is ${maxUpstreamCalls}`, { hint });
  return check('budget.calls', 'pass', `at most ${maxUpstreamCalls} model calls a request`);
}

function costCheck({ budget, fusion, roles }: Config): Check {
  const limits = [
    ...(fusion.costEstimate.maxUsd === undefined ? [] : [`${fusion.costEstimate.maxUsd} USD a panel`]),
    ...(budget.maxUsdPerRequest === undefined ? [] : [`${budget.maxUsdPerRequest} USD a request`]),
    ...(budget.maxUsdPerDay === undefined ? [] : [`${budget.maxUsdPerDay} USD a day`]),
  ];
  if (limits.length === 0) return check('budget.cost', 'pass', 'no cost limit is set');
  const unpriced = Object.entries(roles).filter(([, { pricing }]) => pricing === undefined).map(([name]) => name);
  if (unpriced.length === 0) return check('budget.cost', 'pass', `at most ${limits.join(', ')}`);
  return check('budget.cost', 'warn', `at most ${limits.join(', ')}; no price for ${unpriced.join(', ')}`, { hint: 'Give these roles a pricing: a cost that is not known cannot be limited before the call.' });
}

const STORE_TEXT: Record<Config['trace']['store'], string> = { memory: 'in memory, as configured', sqlite: 'in SQLite', redis: 'in Redis' };

function storeCheck({ config: { trace }, storeProblem }: DoctorConfig, shorten: (text: string) => string): Check[] {
  if (storeProblem === undefined) return [];
  if (storeProblem === null) return [check('store', 'pass', `traces, sessions and spending are kept ${STORE_TEXT[trace.store]}`)];
  return [check('store', 'warn', shorten(storeProblem), { hint: 'Until then they are kept in memory, and are gone when the gateway stops.' })];
}

function hostOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).host;
  } catch {
    return 'an address that is not a URL';
  }
}
