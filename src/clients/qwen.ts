import type { ItemStep } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, KEY_VARIABLE, keyVariable, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import { anyModel, own, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, Place } from './types.ts';

const homeOf = (place: Place): string => dirFromEnv(place, 'QWEN_HOME') ?? inHome(place, '.qwen');
const ENTRY: ItemStep = { name: 'openfusion', matches: (value) => isTable(value) && isOurModel(value['id']) };
const asksUs = (root: unknown): boolean => isOurModel(valueAt(root, ['model', 'name']));

/** Qwen Code: a provider of its own beside others, so that no variable of the shell needs to be set. */
export const qwen: Client = {
  id: 'qwen',
  title: 'Qwen Code',
  protocol: 'chat',
  commands: ['qwen'],
  traces: (place) => [homeOf(place)],
  files(endpoint, place) {
    const { key, model } = endpoint;
    return [{
      path: place.file ?? pathsOf(place).join(homeOf(place), 'settings.json'),
      content: {
        kind: 'settings', format: 'json', skeleton: '{\n}\n',
        settings: [
          own(['modelProviders', 'openai', ENTRY], {
            id: model.id, name: model.name, baseUrl: baseUrlOf(endpoint), envKey: keyVariable(key), generationConfig: { contextWindowSize: model.contextTokens },
          }, { essence: (value) => (isTable(value) ? [value['baseUrl'], value['envKey']] : value) }),
          // The weakest place for a key: the shell's own variable wins.
          own(['env', KEY_VARIABLE], key.kind === 'placeholder' ? PLACEHOLDER_KEY : undefined),
          shared(['security', 'auth', 'selectedType'], 'openai', (value, root) => value === 'openai' && asksUs(root)),
          shared(['model', 'name'], model.id, isOurModel, { essence: anyModel }),
        ],
      },
    }];
  },
  baseUrlIn: ([config]) => textOr(valueAt(config, ['modelProviders', 'openai', ENTRY, 'baseUrl'])),
  modelIn: ([config]) => (asksUs(config) ? textOr(valueAt(config, ['model', 'name'])) : null),
  start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start it in your repository.', command: 'qwen' }],
  headless: () => 'qwen "Explain this repository in one sentence"',
};
