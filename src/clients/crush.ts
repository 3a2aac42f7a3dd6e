import type { Json } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, pathsOf, xdgConfig } from './places.ts';
import type { Setting } from './connect/setting.ts';
import { anyModel, own, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, ClientModel, Endpoint, Place } from './types.ts';

const homeOf = (place: Place): string => dirFromEnv(place, 'CRUSH_GLOBAL_CONFIG') ?? xdgConfig(place, 'crush');

/** Crush: `crushrc` (since 0.88 a script) where it is there, else `crush.json`, which all versions read. */
export const crush: Client = {
  id: 'crush',
  title: 'Crush',
  protocol: 'chat',
  commands: ['crush'],
  traces: (place) => [homeOf(place)],
  files(endpoint, place) {
    const at = (name: string): string => pathsOf(place).join(homeOf(place), name);
    const path = place.file ?? (place.exists(at('crushrc')) ? at('crushrc') : at('crush.json'));
    return [path.endsWith('crushrc')
      ? { path, content: { kind: 'block', lines: scriptLines(endpoint) } }
      : { path, content: { kind: 'settings', format: 'json', skeleton: '{\n  "$schema": "https://charm.land/crush.json"\n}\n', settings: settingsOf(endpoint) } }];
  },
  baseUrlIn: ([config]) => (Array.isArray(config) ? inScript(config, /--base-url "([^"]+)"/) : textOr(valueAt(config, ['providers', 'openfusion', 'base_url']))),
  modelIn: ([config]) => (Array.isArray(config) ? inScript(config, /^model large openfusion\/(\S+)$/) : modelIn(config)),
  start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start it in your repository.', command: 'crush' }],
  headless: () => 'crush run "Explain this repository in one sentence"',
};

function inScript(lines: readonly unknown[], pattern: RegExp): string | null {
  return lines.map((line) => pattern.exec(String(line))?.[1]).find((found) => found !== undefined) ?? null;
}

function modelIn(config: unknown): string | null {
  const model = valueAt(config, ['models', 'large', 'model']);
  return isOurModel(model) ? model : null;
}

const isOurs = (value: unknown): boolean => isTable(value) && value['provider'] === 'openfusion';

function settingsOf(endpoint: Endpoint): Setting[] {
  const { key, model, smallModel, models } = endpoint;
  const provider: Json = {
    name: 'OpenFusion', type: 'openai-compat', base_url: baseUrlOf(endpoint), api_key: key.kind === 'env' ? `$${key.name}` : PLACEHOLDER_KEY,
    models: models.map(({ id, name, contextTokens, maxOutputTokens, images }) => ({ id, name, context_window: contextTokens, default_max_tokens: maxOutputTokens, supports_attachments: images })),
  };
  return [
    own(['providers', 'openfusion'], provider, { essence: (value) => (isTable(value) ? [value['type'], value['base_url'], value['api_key']] : value) }),
    shared(['models', 'large'], { model: model.id, provider: 'openfusion' }, isOurs, { essence: anyModel }),
    shared(['models', 'small'], { model: smallModel.id, provider: 'openfusion' }, isOurs, { essence: anyModel }),
  ];
}

function scriptLines(endpoint: Endpoint): string[] {
  const { key, model, smallModel, models } = endpoint;
  const apiKey = key.kind === 'env' ? `$${key.name}` : PLACEHOLDER_KEY;
  const add = ({ id, name, contextTokens, maxOutputTokens, images }: ClientModel): string =>
    `model add openfusion/${id} --name "${name}" --context-window ${String(contextTokens)} --default-max-tokens ${String(maxOutputTokens)}${images ? ' --supports-images true' : ''}`;
  return [
    `provider add openfusion --name OpenFusion --type openai-compat --base-url "${baseUrlOf(endpoint)}" --api-key "${apiKey}"`,
    ...models.map(add),
    `model large openfusion/${model.id}`,
    `model small openfusion/${smallModel.id}`,
  ];
}
