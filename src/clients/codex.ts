import { baseUrlOf, isOurModel, keyVariable, textOr } from './endpoint.ts';
import { isTable, valueAt } from './edit/data.ts';
import { codexCatalog } from './codex-catalog.ts';
import { dirFromEnv, inHome, pathsOf } from './places.ts';
import { anyModel, own, shared } from './connect/setting.ts';
import { keyStep } from './shell.ts';
import type { Client, ClientKey, Place } from './types.ts';

const CATALOG_NAME = 'openfusion-models.json';
const homeOf = (place: Place): string => dirFromEnv(place, 'CODEX_HOME') ?? inHome(place, '.codex');

const isCatalog = (value: unknown): boolean => textOr(value)?.endsWith(CATALOG_NAME) === true;

/** It asks us by any name and, where no token is wanted, with any key or none. */
function essence(provider: unknown, key: ClientKey): unknown {
  return [valueAt(provider, ['base_url']), valueAt(provider, ['wire_api']) ?? 'responses', key.kind === 'env' ? valueAt(provider, ['env_key']) : null];
}

/** OpenAI's Codex: `config.toml`, and a model catalog beside it so that it knows the models' windows and does not warn. */
export const codex: Client = {
  id: 'codex',
  title: 'Codex',
  protocol: 'responses',
  commands: ['codex'],
  traces: (place) => [homeOf(place)],
  files(endpoint, place) {
    const paths = pathsOf(place);
    const config = place.file ?? paths.join(homeOf(place), 'config.toml');
    const catalog = paths.join(paths.dirname(config), CATALOG_NAME);
    const wantsCatalog = endpoint.catalog !== false;
    return [
      {
        path: config,
        content: {
          kind: 'settings', format: 'toml', skeleton: '',
          settings: [
            shared(['model'], endpoint.model.id, isOurModel, { essence: anyModel }),
            shared(['model_provider'], 'openfusion', (value) => value === 'openfusion'),
            shared(['model_catalog_json'], wantsCatalog ? catalog : undefined, (value) => isCatalog(value), { optional: true }),
            own(['model_providers', 'openfusion'], { name: 'OpenFusion', base_url: baseUrlOf(endpoint), env_key: keyVariable(endpoint.key), wire_api: 'responses' }, { essence: (value) => essence(value, endpoint.key) }),
          ],
        },
      },
      ...(wantsCatalog ? [{ path: catalog, content: { kind: 'whole' as const, text: codexCatalog(endpoint.models) } }] : []),
    ];
  },
  baseUrlIn: ([config]) => textOr(valueAt(config, ['model_providers', 'openfusion', 'base_url'])),
  modelIn: ([config]) => {
    const model = valueAt(config, ['model']);
    return isOurModel(model) ? model : null;
  },
  warnings([config, catalog]) {
    if (isCatalog(valueAt(config, ['model_catalog_json'])) && catalog === null) return ['Its configuration names a model catalog that is not there; `openfusion connect codex` writes it.'];
    const profile = valueAt(config, ['profile']);
    const chosen = typeof profile === 'string' ? valueAt(config, ['profiles', profile]) : undefined;
    if (!isTable(chosen) || (chosen['model'] === undefined && chosen['model_provider'] === undefined)) return [];
    return [`The profile \`${String(profile)}\` of its configuration chooses a model of its own and wins over \`model\`.`];
  },
  start: (endpoint, place) => [keyStep(endpoint.key, place), { text: 'Start it in your repository.', command: 'codex' }],
  headless: () => 'codex exec "Explain this repository in one sentence"',
};
