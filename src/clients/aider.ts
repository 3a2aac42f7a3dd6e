import { valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { inHome } from './places.ts';
import { anyModel, shared } from './connect/setting.ts';
import { renamedKeyStep } from './shell.ts';
import type { Client, Place } from './types.ts';

/** LiteLLM, which Aider calls with, wants the provider before the model. */
const PREFIX = 'openai/';
const isOurs = (value: unknown): boolean => typeof value === 'string' && value.startsWith(PREFIX) && isOurModel(value.slice(PREFIX.length));
const besideOurModel = (_value: unknown, root: unknown): boolean => isOurs(valueAt(root, ['model']));
const fileOf = (place: Place): string => inHome(place, '.aider.conf.yml');

/** Aider: the file in the home folder, which one in a repository overrides. */
export const aider: Client = {
  id: 'aider',
  title: 'Aider',
  protocol: 'chat',
  commands: ['aider'],
  traces: (place) => [fileOf(place)],
  files: (endpoint, place) => [{
    path: place.file ?? fileOf(place),
    content: {
      kind: 'settings', format: 'yaml', skeleton: '',
      settings: [
        shared(['model'], PREFIX + endpoint.model.id, isOurs, { essence: anyModel }),
        shared(['weak-model'], PREFIX + endpoint.smallModel.id, isOurs, { optional: true }),
        shared(['openai-api-base'], baseUrlOf(endpoint), besideOurModel),
        shared(['openai-api-key'], endpoint.key.kind === 'placeholder' ? PLACEHOLDER_KEY : undefined, (value) => value === PLACEHOLDER_KEY, { secret: true }),
        // It knows prices and windows of well-known names alone, and would ask about ours.
        shared(['show-model-warnings'], false, (value, root) => value === false && besideOurModel(value, root), { optional: true }),
      ],
    },
  }],
  baseUrlIn: ([config]) => (besideOurModel(null, config) ? textOr(valueAt(config, ['openai-api-base'])) : null),
  modelIn: ([config]) => (besideOurModel(null, config) ? String(valueAt(config, ['model'])).slice(PREFIX.length) : null),
  start: ({ key }, place) => [...renamedKeyStep(key, place, 'OPENAI_API_KEY'), { text: 'Start it in your repository.', command: 'aider' }],
  headless: () => 'aider --message "Explain this repository in one sentence" --no-auto-commits',
};
