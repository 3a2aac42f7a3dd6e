/**
 * What `package.json` has to say about the settings: made from the table of settings and the one schema of the configuration.
 * A test compares; `node test/support/manifest-settings.ts` writes it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { SETTINGS, type SettingKey } from '../../src/editor/settings.ts';
import { repoDir } from './paths.ts';

const GROUPS: readonly [title: string, keys: RegExp][] = [
  ['general', /^(configFile|forceDryRun)$/u],
  ['upstream', /^(upstreams?\b|catalogue\.)/u],
  ['roles', /^(roles|routing\.|fallback$)/u],
  ['auto', /^auto\./u],
  ['fusion', /^fusion\.(?!maxUpstreamCalls|costEstimate)/u],
  ['limits', /^(budget\.|fusion\.(maxUpstreamCalls|costEstimate))/u],
  ['server', /^server\./u],
  ['trace', /^trace\./u],
];

/** Settings that stand in no config file. */
const OWN: Partial<Record<SettingKey, JsonSchema>> = {
  configFile: { type: 'string', default: '' },
  forceDryRun: { type: 'boolean', default: false },
  'server.requireToken': { type: 'boolean', default: false },
};

export interface SettingsGroup {
  id: string;
  title: string;
  order: number;
  properties: Record<string, JsonSchema>;
}

/** `contributes.configuration` */
export function settingsContribution(): SettingsGroup[] {
  const keys = Object.keys(SETTINGS) as SettingKey[];
  return GROUPS.map(([group, pattern], order) => ({
    id: group, title: `%group.${group}%`, order,
    properties: Object.fromEntries(keys.filter((key) => pattern.test(key)).map((key, index) => [`openfusion.${key}`, { ...settingOf(key), order: index }])),
  }));
}

/** `capabilities.untrustedWorkspaces.restrictedConfigurations`: in an untrusted workspace only the user's own values count. */
export function restrictedSettings(): string[] {
  return Object.keys(SETTINGS).map((key) => `openfusion.${key}`);
}

function settingOf(key: SettingKey): JsonSchema {
  const { description: _, default: __, $schema: ___, ...schema } = OWN[key] ?? schemaAt(key);
  return {
    scope: SETTINGS[key], markdownDescription: `%config.${key}%`, ...emptiable(schema, key), default: OWN[key]?.default ?? defaultAt(key, schema),
    ...(Array.isArray(schema.enum) ? { markdownEnumDescriptions: schema.enum.map((value) => `%config.${key}.${String(value)}%`) } : {}),
  };
}

/** The settings editor writes an empty string, null or an empty list for a field that is emptied: they mean "not set". */
function emptiable(schema: JsonSchema, key: SettingKey): JsonSchema {
  if (defaultValueAt(key) !== undefined) return schema;
  if (schema.type === 'number' || schema.type === 'integer') return { ...schema, type: [schema.type, 'null'] };
  if (schema.type === 'string' && typeof schema.pattern === 'string') return { ...schema, pattern: `^$|${schema.pattern}` };
  if (schema.type === 'string') return { type: 'string', pattern: '^$|^https?://' };
  if (schema.type === 'array') return { ...schema, minItems: 0 };
  return schema;
}

function schemaAt(key: string): JsonSchema {
  return key.split('.').reduce<JsonSchema>((schema, step) => {
    const next = schema.properties?.[step];
    if (!next) throw new Error(`the configuration has no key ${key}`);
    return next;
  }, configJsonSchema());
}

/** The value that counts when nothing is set. */
function defaultAt(key: SettingKey, { type }: JsonSchema): unknown {
  const value = defaultValueAt(key);
  if (value !== undefined) return value;
  return { string: '', array: [], object: {} }[String(type)] ?? null;
}

function defaultValueAt(key: SettingKey): unknown {
  if (OWN[key]) return OWN[key].default;
  // The built-in pool and roles are not spelled out: the settings editor would copy them into the user's file.
  if (key === 'auto.candidates') return undefined;
  if (key === 'roles' || key === 'upstreams') return {};
  const path = key.startsWith('upstream.') ? ['upstreams', 'default', key.slice('upstream.'.length)] : key.split('.');
  if (key === 'upstream.baseURL' || key === 'upstream.apiKeyEnv') return undefined;
  const parsed = parseConfig({}, 'built-in defaults');
  if (!parsed.ok) throw new Error('the built-in defaults are no configuration');
  const value = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], parsed.config);
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

if (import.meta.main) {
  const path = join(repoDir, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { contributes: Record<string, unknown>; capabilities: { untrustedWorkspaces: Record<string, unknown> } };
  manifest.contributes.configuration = settingsContribution();
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restrictedSettings();
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
