/** The settings `openfusion.*`: which exist, who may set them, and the configuration that they make. */
import { policyOnly } from '../config/trust.ts';

/**
 * `machine`: redirects traffic, names keys, binds, spends or widens logging; only the user decides, never a workspace.
 * `window`: routing policy; a trusted workspace may have its own.
 */
export type SettingScope = 'machine' | 'window';

/** Every setting by its key below `openfusion.`; all but {@link OWN_SETTINGS} stand at the same place in the config file. */
export const SETTINGS = {
  configFile: 'machine',
  forceDryRun: 'machine',
  'upstream.kind': 'machine',
  'upstream.baseURL': 'machine',
  'upstream.apiKeyEnv': 'machine',
  'upstream.protocols': 'machine',
  'upstream.headers': 'machine',
  'upstream.timeouts': 'machine',
  'upstream.allowInsecureHttp': 'machine',
  upstreams: 'machine',
  'server.port': 'machine',
  'server.host': 'machine',
  'server.token': 'machine',
  'server.requireToken': 'machine',
  'server.allowedHosts': 'machine',
  'server.allowedOrigins': 'machine',
  'server.maxBodyBytes': 'machine',
  'server.holdHeadersMs': 'machine',
  'server.reportModel': 'machine',
  'budget.maxUsdPerRequest': 'machine',
  'budget.maxUsdPerDay': 'machine',
  'budget.onExceeded': 'machine',
  'trace.store': 'machine',
  'trace.keepPrompts': 'machine',
  'trace.maxTraces': 'machine',
  'trace.maxAgeDays': 'machine',
  'trace.redis': 'machine',
  'catalogue.refresh': 'machine',
  'fusion.maxUpstreamCalls': 'machine',
  'fusion.costEstimate': 'machine',
  roles: 'window',
  'routing.rules': 'window',
  'auto.tools': 'window',
  'auto.thresholds': 'window',
  'auto.scoring.costQualityTradeoff': 'window',
  'auto.scoring.weights': 'window',
  'auto.scoring.preferences': 'window',
  'auto.scoring.stickyBonus': 'window',
  'auto.stickiness': 'window',
  'auto.upstreamFallbacks': 'window',
  'auto.candidates': 'window',
  'auto.fallbackRoles': 'window',
  'auto.learning.enabled': 'machine',
  'fusion.minPanel': 'window',
  'fusion.maxPanel': 'window',
  'fusion.judgeRole': 'window',
  'fusion.synthesizerRole': 'window',
  'fusion.toolRole': 'window',
  fallback: 'window',
} as const satisfies Record<string, SettingScope>;

export type SettingKey = keyof typeof SETTINGS;

/** Settings of the editor alone: no such key in the config file. */
export const OWN_SETTINGS: readonly SettingKey[] = ['configFile', 'forceDryRun', 'server.requireToken'];

/** What `WorkspaceConfiguration.inspect` tells of one setting, as far as it is looked at. */
export interface InspectedSetting {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

export interface SettingsConfig {
  /** What was set, shaped like the config file. */
  config: Record<string, unknown>;
  configFile: string | null;
  forceDryRun: boolean;
  /** Clients are to send a token of our making. */
  requireToken: boolean;
}

/**
 * Makes one object of what the user, and for policy a trusted workspace, has set. Defaults are left out: an unset key leaves
 * the config file's value alone. A machine setting in a workspace is as good as absent.
 */
export function configFromSettings(inspected: Partial<Record<SettingKey, InspectedSetting>>, { trusted }: { trusted: boolean }): SettingsConfig {
  const config: Record<string, unknown> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const value = valueOf(key, inspected[key], trusted);
    if (value !== undefined && !OWN_SETTINGS.includes(key)) put(config, key.split('.'), value);
  }
  const configFile = inspected.configFile?.globalValue;
  return {
    config,
    configFile: typeof configFile === 'string' && configFile.trim() ? configFile.trim() : null,
    forceDryRun: inspected.forceDryRun?.globalValue === true,
    requireToken: inspected['server.requireToken']?.globalValue === true,
  };
}

function valueOf(key: SettingKey, { globalValue, workspaceValue, workspaceFolderValue }: InspectedSetting = {}, trusted: boolean): unknown {
  const values = SETTINGS[key] === 'window' && trusted ? [globalValue, policyOf(key, workspaceValue), policyOf(key, workspaceFolderValue)] : [globalValue];
  return values.map((value) => (isUnset(key, value) ? undefined : value)).reduce(merged);
}

/** Inside roles and candidates too a workspace sets policy only, as a file does that was merely found: it does not say where requests go. */
function policyOf(key: SettingKey, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  const whole: Record<string, unknown> = {};
  put(whole, key.split('.'), value);
  return key.split('.').reduce<unknown>((at, step) => (isPlainObject(at) ? at[step] : undefined), policyOnly(whole).policy);
}

/** The settings editor writes such values when a field is emptied or first opened. */
function isUnset(key: SettingKey, value: unknown): boolean {
  return value === undefined || value === null || value === '' || (key === 'auto.candidates' && Array.isArray(value) && value.length === 0);
}

/** Objects key by key, anything else whole: the later one wins. */
function merged(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isPlainObject(base) || !isPlainObject(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) if (key !== '__proto__') result[key] = merged(base[key], value);
  return result;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function put(target: Record<string, unknown>, [head, ...rest]: string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = isPlainObject(target[head]) ? target[head] : {};
  target[head] = inner;
  put(inner, rest, value);
}
