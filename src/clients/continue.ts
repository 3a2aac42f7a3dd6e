import type { ItemStep, Json } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import { own } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, ClientFile, Endpoint, Place } from './types.ts';

const homeOf = (place: Place): string => dirFromEnv(place, 'CONTINUE_GLOBAL_DIR') ?? inHome(place, '.continue');
const ENTRY: ItemStep = { name: 'openfusion', matches: (value) => isTable(value) && value['provider'] === 'openai' && isOurModel(value['model']) };
const essence = (value: unknown): unknown => (isTable(value) ? [value['apiBase'], value['apiKey']] : value);

/** Continue, editor extension and `cn`. Its first model is the one that it takes. */
export const continueClient: Client = {
  id: 'continue',
  title: 'Continue',
  protocol: 'chat',
  commands: ['cn'],
  traces: (place) => [homeOf(place)],
  files: (endpoint, place) => [fileOf(endpoint, place)],
  baseUrlIn: ([config]) => textOr(valueAt(config, ['models', ENTRY, 'apiBase'])),
  modelIn: ([config]) => textOr(valueAt(config, ['models', ENTRY, 'model'])),
  start: ({ key }, place) => [
    ...(key.kind === 'env' ? [keyStep(key, place), { text: `The editor extension reads it from a line \`${key.name}=…\` in ${pathsOf(place).join(homeOf(place), '.env')}.` }] : []),
    { text: 'Start it in your repository; in the editor, choose the model in its list.', command: 'cn' },
  ],
  headless: () => 'cn -p "Explain this repository in one sentence"',
};

function fileOf(endpoint: Endpoint, place: Place): ClientFile {
  const at = (name: string): string => pathsOf(place).join(homeOf(place), name);
  // A config.yaml of ours would hide an older config.json.
  const path = place.file ?? (!place.exists(at('config.yaml')) && place.exists(at('config.json')) ? at('config.json') : at('config.yaml'));
  return path.endsWith('.json')
    ? { path, content: { kind: 'settings', format: 'json', skeleton: '{\n  "models": []\n}\n', settings: [own(['models', ENTRY], oldEntry(endpoint), { essence })] } }
    : { path, content: { kind: 'settings', format: 'yaml', skeleton: 'name: Local Config\nversion: 1.0.0\nschema: v1\n', settings: [own(['models', ENTRY], entry(endpoint), { essence })] } };
}

function entry(endpoint: Endpoint): Json {
  const { key, model: { id, name, contextTokens, maxOutputTokens, images } } = endpoint;
  return {
    name, provider: 'openai', model: id, apiBase: baseUrlOf(endpoint), apiKey: key.kind === 'env' ? `\${{ secrets.${key.name} }}` : PLACEHOLDER_KEY,
    roles: ['chat', 'edit', 'apply'],
    capabilities: images ? ['tool_use', 'image_input'] : ['tool_use'],
    defaultCompletionOptions: { contextLength: contextTokens, maxTokens: maxOutputTokens },
  };
}

/** The form of `config.json`, which cannot refer to a secret. */
function oldEntry(endpoint: Endpoint): Json {
  const { key, model: { id, name, contextTokens, maxOutputTokens } } = endpoint;
  return {
    title: name, provider: 'openai', model: id, apiBase: baseUrlOf(endpoint), ...(key.kind === 'env' ? {} : { apiKey: PLACEHOLDER_KEY }),
    contextLength: contextTokens, completionOptions: { maxTokens: maxOutputTokens },
  };
}
