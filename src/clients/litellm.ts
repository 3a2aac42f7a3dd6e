import type { ItemStep } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, pathsOf } from './places.ts';
import { own } from './connect/setting.ts';
import { keyStep, quoted } from './shell.ts';
import type { Client, Place } from './types.ts';

const PREFIX = 'openai/';
const modelOf = (entry: unknown): string => String(valueAt(entry, ['litellm_params', 'model']) ?? '');
const ENTRY: ItemStep = { name: 'openfusion', matches: (value) => modelOf(value).startsWith(PREFIX) && isOurModel(modelOf(value).slice(PREFIX.length)) };
const fileOf = (place: Place): string => place.file ?? dirFromEnv(place, 'CONFIG_FILE_PATH') ?? pathsOf(place).join(place.cwd, 'litellm_config.yaml');

/** LiteLLM's proxy with OpenFusion as one of its models. Its configuration lies where its user puts it. */
export const litellm: Client = {
  id: 'litellm',
  title: 'LiteLLM',
  protocol: 'chat',
  commands: ['litellm'],
  traces: (place) => [fileOf(place)],
  files(endpoint, place) {
    const { key, model } = endpoint;
    return [{
      path: fileOf(place),
      content: {
        kind: 'settings', format: 'yaml', skeleton: '',
        settings: [own(['model_list', ENTRY], {
          model_name: model.id,
          litellm_params: { model: PREFIX + model.id, api_base: baseUrlOf(endpoint), api_key: key.kind === 'env' ? `os.environ/${key.name}` : PLACEHOLDER_KEY },
        }, { essence: (value) => (isTable(value) ? [valueAt(value, ['litellm_params', 'api_base']), valueAt(value, ['litellm_params', 'api_key'])] : value) })],
      },
    }];
  },
  baseUrlIn: ([config]) => textOr(valueAt(config, ['model_list', ENTRY, 'litellm_params', 'api_base'])),
  modelIn: ([config]) => textOr(valueAt(config, ['model_list', ENTRY, 'litellm_params', 'model']))?.slice(PREFIX.length) ?? null,
  start: ({ key }, place) => [...(key.kind === 'env' ? [keyStep(key, place)] : []), { text: 'Start the proxy with this file.', command: `litellm --config ${quoted(fileOf(place))}` }],
};
