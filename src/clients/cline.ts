import type { Json } from './edit/data.ts';
import { isTable, valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import { shared } from './connect/setting.ts';
import { renamedKeyStep } from './shell.ts';
import type { Client, Endpoint, Place } from './types.ts';

const PROVIDER = 'openai-compatible';
const homeOf = (place: Place): string => dirFromEnv(place, 'CLINE_DIR') ?? inHome(place, '.cline');
const fileOf = (place: Place): string => dirFromEnv(place, 'CLINE_PROVIDER_SETTINGS_PATH')
  ?? pathsOf(place).join(dirFromEnv(place, 'CLINE_DATA_DIR') ?? pathsOf(place).join(homeOf(place), 'data'), 'settings', 'providers.json');

/** Cline's command line. (Its editor extension keeps its provider in the editor, where no file can change it.) */
export const cline: Client = {
  id: 'cline',
  title: 'Cline',
  protocol: 'chat',
  commands: ['cline'],
  traces: (place) => [homeOf(place)],
  files: (endpoint, place) => [{
    path: place.file ?? fileOf(place),
    // As Cline itself does: others may have a key in it.
    mode: 0o600,
    content: {
      kind: 'settings', format: 'json', skeleton: '{\n  "version": 1,\n  "modes": {},\n  "providers": {}\n}\n',
      settings: [
        shared(['providers', PROVIDER], providerOf(endpoint), (value) => isOurModel(valueAt(value, ['settings', 'model'])), {
          secret: true, essence: (value) => (isTable(value) ? [valueAt(value, ['settings', 'baseUrl']), valueAt(value, ['settings', 'apiKey']) ?? null] : value),
        }),
        shared(['lastUsedProvider'], PROVIDER, (value, root) => value === PROVIDER && isOurModel(valueAt(root, ['providers', PROVIDER, 'settings', 'model']))),
      ],
    },
  }],
  baseUrlIn: ([config]) => (modelIn(config) === null ? null : textOr(valueAt(config, ['providers', PROVIDER, 'settings', 'baseUrl']))),
  modelIn: ([config]) => modelIn(config),
  start: ({ key }, place) => [...renamedKeyStep(key, place, 'OPENAI_API_KEY'), { text: 'Start it in your repository.', command: 'cline' }],
  headless: ({ model }) => `cline -P ${PROVIDER} -m ${model.id} "Explain this repository in one sentence"`,
};

function providerOf(endpoint: Endpoint): Json {
  const key: Record<string, Json> = endpoint.key.kind === 'placeholder' ? { apiKey: PLACEHOLDER_KEY } : {};
  // Cline wants a time; it is never looked at.
  return { settings: { provider: PROVIDER, ...key, model: endpoint.model.id, baseUrl: baseUrlOf(endpoint) }, updatedAt: '1970-01-01T00:00:00.000Z', tokenSource: 'manual' };
}

function modelIn(config: unknown): string | null {
  const model = valueAt(config, ['providers', PROVIDER, 'settings', 'model']);
  return isOurModel(model) ? model : null;
}
