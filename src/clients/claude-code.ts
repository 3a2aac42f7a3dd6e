import type { Json } from './edit/data.ts';
import { valueAt } from './edit/data.ts';
import { isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import type { Setting } from './connect/setting.ts';
import { anyModel, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, ClientKey, Endpoint, Place } from './types.ts';

/** In a comment of the command: tells our helper from the user's own. */
const HELPER_MARK = 'openfusion';
const homeOf = (place: Place): string => dirFromEnv(place, 'CLAUDE_CONFIG_DIR') ?? inHome(place, '.claude');
const asksUs = (root: unknown): boolean => isOurModel(valueAt(root, ['env', 'ANTHROPIC_MODEL']));
const besideOurModel = (_value: unknown, root: unknown): boolean => asksUs(root);

/** Claude Code: the `env` of its user settings. Its base URL has no `/v1`. */
export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  protocol: 'messages',
  commands: ['claude'],
  traces: (place) => [homeOf(place)],
  files: (endpoint, place) => [{
    path: place.file ?? pathsOf(place).join(homeOf(place), 'settings.json'),
    content: { kind: 'settings', format: 'json', skeleton: '{\n}\n', settings: settingsOf(endpoint, place) },
  }],
  baseUrlIn: ([config]) => (asksUs(config) ? textOr(valueAt(config, ['env', 'ANTHROPIC_BASE_URL'])) : null),
  modelIn: ([config]) => (asksUs(config) ? textOr(valueAt(config, ['env', 'ANTHROPIC_MODEL'])) : null),
  start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start it in your repository.', command: 'claude' }],
  headless: () => 'claude -p "Explain this repository in one sentence"',
};

function settingsOf({ origin, model, smallModel, key }: Endpoint, place: Place): Setting[] {
  const env = (name: string, value: Json | undefined, isOurs: Setting['isOurs'], options: Parameters<typeof shared>[3] = {}): Setting => shared(['env', name], value, isOurs, options);
  const modelVariable = (name: string, id: string): Setting => env(name, id, isOurModel, { essence: anyModel });
  return [
    env('ANTHROPIC_BASE_URL', origin, besideOurModel),
    env('ANTHROPIC_AUTH_TOKEN', key.kind === 'placeholder' ? PLACEHOLDER_KEY : undefined, (value) => value === PLACEHOLDER_KEY, { secret: true }),
    modelVariable('ANTHROPIC_MODEL', model.id),
    modelVariable('ANTHROPIC_DEFAULT_OPUS_MODEL', model.id),
    modelVariable('ANTHROPIC_DEFAULT_SONNET_MODEL', model.id),
    modelVariable('ANTHROPIC_DEFAULT_HAIKU_MODEL', smallModel.id),
    // Of a name that it does not know it expects a window of a million tokens.
    env('CLAUDE_CODE_MAX_CONTEXT_TOKENS', String(model.contextTokens), besideOurModel, { optional: true }),
    shared(['apiKeyHelper'], helperOf(key, place), (value) => textOr(value)?.endsWith(HELPER_MARK) === true),
  ];
}

/** Settings cannot refer to a variable, but to a program that prints the token. */
function helperOf(key: ClientKey, { platform }: Place): string | undefined {
  if (key.kind === 'placeholder') return undefined;
  return platform === 'win32' ? `cmd /c echo %${key.name}%& rem ${HELPER_MARK}` : `printenv ${key.name} # ${HELPER_MARK}`;
}
