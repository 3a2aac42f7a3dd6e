/** What the commands about agents work with: this machine, and the gateway that agents are to be pointed at. */
import { resolve } from 'node:path';
import { didYouMean } from '../clients/list.ts';
import type { Desk } from '../clients/connect/connection.ts';
import { disk } from '../clients/connect/disk.ts';
import { memoriesIn } from '../clients/connect/memories.ts';
import { KEY_VARIABLE } from '../clients/endpoint.ts';
import { endpointFor, keyFor } from '../clients/models.ts';
import type { Endpoint } from '../clients/types.ts';
import { modelEntries } from '../gateway/model-entries.ts';
import { authorityOf } from '../ownership/probe.ts';
import { CliFailure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { tell } from './output.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { findOwner } from './traces-client.ts';
import type { World } from './world.ts';

export interface TargetOptions {
  model?: string;
  url?: string;
  keyEnv?: string;
  file?: string;
  /** `--no-catalog` */
  catalog?: boolean;
}

export interface Target {
  endpoint: Endpoint;
  desk: Desk;
  /** Keys and tokens that must not be shown. */
  secrets: string[];
  /** Does the gateway answer there now? null: it was named, and not looked for. */
  running: boolean | null;
}

/** The endpoint by options, else the gateway that runs, else the configuration. */
export async function targetOf(world: World, options: TargetOptions & GlobalOptions): Promise<Target> {
  const settings = await readSettings(world, options);
  for (const note of settings.notes) tell(world, `openfusion: ${note}`);
  const { config } = settings;
  const { origin, running } = options.url === undefined ? await ownOrigin(world, config.server) : { origin: originOfOption(options.url), running: null };
  const listed = modelEntries(config, 0);
  const model = fullModel(options.model ?? 'openfusion/auto');
  const key = options.keyEnv === undefined ? keyFor(config.server.token, KEY_VARIABLE) : { kind: 'env' as const, name: variableName(options.keyEnv) };
  const endpoint = endpointFor({ origin, model, listed, key });
  if (endpoint === null) {
    const ids = listed.map(({ id }) => id);
    throw new CliFailure(`--model: there is no model \`${model}\`${didYouMean(model, ids)} \`openfusion models\` lists all.`);
  }
  return { endpoint: { ...endpoint, catalog: options.catalog !== false }, desk: deskOf(world, options.file), secrets: settings.keyring.values(), running };
}

export function deskOf(world: World, file?: string): Desk {
  return {
    files: disk,
    memories: memoriesIn(world.stateDir, disk),
    place: { platform: process.platform, env: world.env, home: world.home, cwd: world.cwd, file: file === undefined ? undefined : resolve(world.cwd, file), exists: disk.exists },
  };
}

async function ownOrigin({ stateDir }: World, { host, port }: Settings['config']['server']): Promise<{ origin: string; running: boolean }> {
  const owner = await findOwner({ stateDir, host, usualPort: port, port: null }).catch(() => null);
  if (owner !== null) return { origin: `http://${authorityOf(owner.host, owner.port)}`, running: true };
  if (port === 0) throw new CliFailure('the configuration gives no fixed port (`server.port` is 0) and no gateway is running: start one, or name its address with --url');
  return { origin: `http://${authorityOf(host, port)}`, running: false };
}

function originOfOption(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && /^(?:\/v1)?\/?$/.test(url.pathname) && url.search === '' && url.username === '') return url.origin;
  throw new CliFailure('--url: wrong value (expected http://HOST:PORT or https://HOST, with or without /v1)');
}

/** `coder` is short for `openfusion/coder`. */
const fullModel = (model: string): string => (model.includes('/') ? model : `openfusion/${model}`);

function variableName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new CliFailure('--key-env: wrong value (expected the name of an environment variable, never the key itself)');
}
