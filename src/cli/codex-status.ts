import { codex } from '../clients/codex.ts';
import { inspect } from '../clients/connect/connection.ts';
import { planConnect, readContent } from '../clients/connect/plan.ts';
import { valueAt } from '../clients/edit/data.ts';
import { keyVariable } from '../clients/endpoint.ts';
import type { CodexOptions } from './codex.ts';
import type { Call } from './command.ts';
import { targetOf } from './client-target.ts';
import { columns, oneLine, write, writeJson } from './output.ts';

/** Where Codex points, and what is missing. */
export async function codexStatus({ world, options }: Call<CodexOptions>): Promise<undefined> {
  const target = await targetOf(world, options);
  const { endpoint, desk } = target;
  const { state, path, baseUrl, model, notes } = await inspect(codex, endpoint, desk);
  const [config] = codex.files(endpoint, desk.place);
  const data = state === 'broken' || config === undefined ? null : readContent(await desk.files.read(config.path), config.content);
  const shownModel = valueAt(data, ['model']) ?? null;
  const variable = String(valueAt(data, ['model_providers', 'openfusion', 'env_key']) ?? keyVariable(endpoint.key));
  const facts = {
    state, config: path, provider: valueAt(data, ['model_provider']) ?? null, model: shownModel, mode: modeOf(model), base_url: baseUrl,
    catalog: valueAt(data, ['model_catalog_json']) ?? null, key_variable: variable, key_set: (world.env[variable] ?? '') !== '', notes,
  };
  if (options.json === true) return writeJson(world, facts) as Promise<undefined>;
  const rows = Object.entries(facts).filter(([name]) => name !== 'notes').map(([name, value]) => [name, oneLine(value === null ? '-' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value))]);
  await write(world.stdout, `${[columns(rows), ...notes.map((note) => oneLine(note)), ...adviceOn(facts)].join('\n')}\n`);
  return undefined;
}

/** Auto, Fusion or a role; none while Codex asks somebody else. */
function modeOf(model: string | null): string | null {
  const name = model?.replace(/^openfusion\//, '');
  return name === undefined ? null : name === 'auto' || name === 'fusion' ? name : `role ${name}`;
}

function adviceOn({ state, key_set: keySet, key_variable: variable }: { state: string; key_set: boolean; key_variable: string }): string[] {
  if (state === 'broken') return [];
  if (state !== 'connected') return ['`openfusion codex enable-auto` points it at OpenFusion.'];
  return keySet ? [] : [`Codex wants ${variable} to be set where it starts; without a token any text will do.`];
}

/** What connecting writes into `config.toml`. */
export async function codexSnippet({ world, options }: Call<CodexOptions>): Promise<undefined> {
  const { endpoint, desk } = await targetOf(world, options);
  const [config] = codex.files(endpoint, desk.place);
  const text = config === undefined ? '' : planConnect(null, config.content, null).text;
  if (options.json === true) await writeJson(world, { path: config?.path ?? null, text });
  else await write(world.stdout, text);
  return undefined;
}
