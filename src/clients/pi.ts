import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, keyVariable, textOr } from './endpoint.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import { anyModel, own, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, Place } from './types.ts';

const homeOf = (place: Place): string => dirFromEnv(place, 'PI_CODING_AGENT_DIR') ?? inHome(place, '.pi', 'agent');

/** pi: a provider among its models, and the default in its settings. */
export const pi: Client = {
  id: 'pi',
  title: 'pi',
  protocol: 'chat',
  commands: ['pi'],
  traces: (place) => [homeOf(place)],
  files(endpoint, place) {
    const at = (name: string): string => pathsOf(place).join(homeOf(place), name);
    const models = endpoint.models.map(({ id, name, contextTokens, maxOutputTokens, images }) => ({ id, name, contextWindow: contextTokens, maxTokens: maxOutputTokens, input: images ? ['text', 'image'] : ['text'] }));
    return [
      {
        path: at('models.json'),
        content: {
          kind: 'settings', format: 'json', skeleton: '{\n}\n',
          settings: [own(['providers', 'openfusion'], {
            // The name of a variable; where it is not set, pi sends the name itself, which is as good as any text.
            baseUrl: baseUrlOf(endpoint), api: 'openai-completions', apiKey: keyVariable(endpoint.key), models,
          }, { essence: (value) => (isTable(value) ? [value['baseUrl'], value['apiKey']] : value) })],
        },
      },
      {
        path: at('settings.json'),
        content: {
          kind: 'settings', format: 'json', skeleton: '{\n}\n',
          settings: [shared(['defaultProvider'], 'openfusion', (value) => value === 'openfusion'), shared(['defaultModel'], endpoint.model.id, isOurModel, { essence: anyModel })],
        },
      },
    ];
  },
  baseUrlIn: ([models]) => textOr(valueAt(models, ['providers', 'openfusion', 'baseUrl'])),
  modelIn: ([, settings]) => (valueAt(settings, ['defaultProvider']) === 'openfusion' ? textOr(valueAt(settings, ['defaultModel'])) : null),
  start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start it in your repository.', command: 'pi' }],
  headless: ({ model }) => `pi -p --provider openfusion --model ${model.id} "Explain this repository in one sentence"`,
};
