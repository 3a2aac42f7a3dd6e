import type { ItemStep, Json } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, textOr } from './endpoint.ts';
import { dirFromEnv, firstThere, inHome, pathsOf, xdgConfig } from './places.ts';
import { own } from './connect/setting.ts';
import type { Client, ClientModel, Endpoint, Place } from './types.ts';

const PATH = '/chat/completions';
const ENTRY: ItemStep = { name: 'openfusion', matches: (value) => isTable(value) && value['vendor'] === 'customendpoint' && value['name'] === 'OpenFusion' };

/** VS Code's own chat: a custom endpoint (VS Code 1.122 and newer) in `chatLanguageModels.json` of the user's folder. */
export const vscodeChat: Client = {
  id: 'vscode-chat',
  title: 'VS Code Chat',
  protocol: 'chat',
  commands: ['code', 'code-insiders', 'codium'],
  traces: (place) => [userDirOf(place)],
  files: (endpoint, place) => [{
    path: place.file ?? pathsOf(place).join(userDirOf(place), 'chatLanguageModels.json'),
    content: { kind: 'settings', format: 'json', skeleton: '[]\n', settings: [own([ENTRY], group(endpoint), { essence: (value) => urlOf(value) })] },
  }],
  baseUrlIn: ([config]) => urlOf(valueAt(config, [ENTRY]))?.replace(new RegExp(`${PATH}$`), '') ?? null,
  modelIn: ([config]) => textOr(firstModel(valueAt(config, [ENTRY]))?.['id']),
  start: ({ key, model }) => [
    ...(key.kind === 'env' ? [{ text: 'The file cannot refer to a variable: run "Chat: Manage Language Models", open the gear of OpenFusion and give it the gateway\'s token as API key. VS Code keeps it in its secret storage.' }] : []),
    { text: `Choose "${model.name}" in the model list of the chat view; reload the window when it is not there yet.` },
  ],
};

/** `User` of the editor that asks, else of the first editor that is there. */
function userDirOf(place: Place): string {
  if (place.editorUserDir !== undefined) return place.editorUserDir;
  const paths = pathsOf(place);
  const portable = dirFromEnv(place, 'VSCODE_PORTABLE');
  if (portable !== undefined) return paths.join(portable, 'user-data', 'User');
  const base = dirFromEnv(place, 'VSCODE_APPDATA') ?? appDataOf(place);
  return firstThere(place, ['Code', 'Code - Insiders', 'VSCodium', 'Code - OSS'].map((name) => paths.join(base, name, 'User')) as [string, ...string[]]);
}

function appDataOf(place: Place): string {
  if (place.platform === 'win32') return dirFromEnv(place, 'APPDATA') ?? inHome(place, 'AppData', 'Roaming');
  return place.platform === 'darwin' ? inHome(place, 'Library', 'Application Support') : xdgConfig(place);
}

/** Without a key: VS Code takes it from its secret storage alone, and sends none where none is stored. */
function group(endpoint: Endpoint): Json {
  const models = [endpoint.model, ...endpoint.models.filter(({ id }) => id !== endpoint.model.id)];
  return { name: 'OpenFusion', vendor: 'customendpoint', apiType: 'chat-completions', models: models.map((model) => entry(endpoint, model)) };
}

function entry(endpoint: Endpoint, { id, name, contextTokens, maxOutputTokens, images }: ClientModel): Json {
  return { id, name, url: baseUrlOf(endpoint) + PATH, toolCalling: true, vision: images, maxInputTokens: contextTokens - maxOutputTokens, maxOutputTokens };
}

function firstModel(entry: unknown): Record<string, unknown> | null {
  const models = valueAt(entry, ['models']);
  const first: unknown = Array.isArray(models) ? models[0] : null;
  return isTable(first) ? first : null;
}

const urlOf = (value: unknown): string | null => textOr(firstModel(value)?.['url']);
