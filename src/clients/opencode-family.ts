import type { Json } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, pathsOf, xdgConfig } from './places.ts';
import type { Setting } from './connect/setting.ts';
import { anyModel, own, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, ClientModel, Endpoint, Place } from './types.ts';

/** OpenCode and what was made of it: the same file under other names. */
export interface Family {
  id: string;
  title: string;
  command: string;
  folder: string;
  /** Names of the file, the one that wins first; the second one is written where there is none. */
  names: readonly [string, string, ...string[]];
  /** The variable that names another file. */
  fileVariable: string;
  schema: string;
}

/** An agent of this family. */
export function familyMember({ id, title, command, folder, names: [jsonc, json, ...legacy], fileVariable, schema }: Family): Client {
  const usual = (place: Place): string => {
    const at = (name: string): string => xdgConfig(place, folder, name);
    const there = [jsonc, json, ...legacy].map(at).find((path) => place.exists(path));
    return there ?? at(json);
  };
  return {
    id,
    title,
    protocol: 'chat',
    commands: [command],
    traces: (place) => [xdgConfig(place, folder), ...namedFile(place, fileVariable)],
    files: (endpoint, place) => [{
      path: place.file ?? namedFile(place, fileVariable)[0] ?? usual(place),
      content: { kind: 'settings', format: 'json', skeleton: `{\n  "$schema": "${schema}"\n}\n`, settings: settingsOf(endpoint) },
    }],
    baseUrlIn: ([config]) => textOr(valueAt(config, ['provider', 'openfusion', 'options', 'baseURL'])),
    modelIn: ([config]) => {
      const model = valueAt(config, ['model']);
      return isOurs(model) ? String(model).slice('openfusion/'.length) : null;
    },
    warnings([config]) {
      const off = valueAt(config, ['disabled_providers']);
      return Array.isArray(off) && off.includes('openfusion') ? ['`disabled_providers` in its configuration names openfusion.'] : [];
    },
    start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start it in your repository.', command }],
    headless: ({ model }) => `${command} run -m openfusion/${model.id} --auto "Explain this repository in one sentence"`,
  };
}

function namedFile(place: Place, variable: string): string[] {
  const file = dirFromEnv(place, variable);
  return file === undefined ? [] : [pathsOf(place).normalize(file)];
}

/** `provider/model`, the provider being ours. */
const isOurs = (value: unknown): boolean => isOurModel(value) && isOurModel(value.slice('openfusion/'.length));

function settingsOf(endpoint: Endpoint): Setting[] {
  const { key, model, smallModel, models } = endpoint;
  const provider: Json = {
    npm: '@ai-sdk/openai-compatible',
    name: 'OpenFusion',
    options: { baseURL: baseUrlOf(endpoint), apiKey: key.kind === 'env' ? `{env:${key.name}}` : PLACEHOLDER_KEY },
    models: Object.fromEntries(models.map((one) => [one.id, modelEntry(one)])),
  };
  return [
    own(['provider', 'openfusion'], provider, { essence: (value) => (isTable(value) ? [value['npm'], valueAt(value, ['options', 'baseURL']), valueAt(value, ['options', 'apiKey'])] : value) }),
    shared(['model'], `openfusion/${model.id}`, isOurs, { essence: anyModel }),
    shared(['small_model'], `openfusion/${smallModel.id}`, isOurs, { optional: true }),
    // Where only some providers are allowed, ours must be among them.
    own(['enabled_providers', { name: 'openfusion', matches: (value) => value === 'openfusion' }], 'openfusion', { onlyIntoExisting: true }),
  ];
}

function modelEntry({ name, contextTokens, maxOutputTokens, images }: ClientModel): Json {
  return {
    name, tool_call: true, ...(images ? { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } } : {}),
    limit: { context: contextTokens, output: maxOutputTokens },
  };
}
