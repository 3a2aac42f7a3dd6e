import { loadConfig } from '../config/find.ts';
import { readKeyFile } from '../config/key-file.ts';
import type { Config } from '../config/schema.ts';
import { createKeyring, dryRunState, insecureTls } from '../config/secrets.ts';
import type { DryRunState, Keyring, SecretSources } from '../config/secrets.ts';
import type { Catalogue } from '../upstream/catalogue/catalogue.ts';
import { completeConfig } from '../upstream/catalogue/complete.ts';
import { builtInCatalogue, fetchedCatalogue } from '../upstream/catalogue/library.ts';
import { proxySecrets } from '../upstream/proxy.ts';
import { configFailure, CliFailure } from './failure.ts';
import { parsePort } from './options.ts';
import type { GlobalOptions } from './options.ts';
import { tell } from './output.ts';
import type { World } from './world.ts';

/** What a command works with. */
export interface Settings {
  config: Config;
  /** Path of the configuration file, or `built-in defaults`. */
  source: string;
  notes: string[];
  sources: SecretSources;
  keyring: Keyring;
  dryRun: DryRunState;
  /** What is known of models on this machine. */
  catalogue: Catalogue;
}

/** Reads the configuration as the contract says. Errors in it end the command with exit 2, each on a line of its own. */
export async function readSettings(world: World, { config: configPath, dryRun = false }: GlobalOptions): Promise<Settings> {
  const loaded = await loadConfig({ configPath, env: world.env, cwd: world.cwd, configDir: world.configDir, stateDir: world.stateDir });
  if (!loaded.ok) throw configFailure(loaded.errors);
  const catalogue = (await fetchedCatalogue(world.stateDir)) ?? builtInCatalogue();
  return settingsOf(world, { config: loaded.config, source: loaded.source, notes: loaded.notes, catalogue, sources: await secretSources(world) }, dryRun);
}

/** The settings around another configuration, e.g. one with another pool or bound elsewhere. */
export function settingsOf(world: World, { config: given, source, notes, catalogue, sources }: Pick<Settings, 'config' | 'source' | 'notes' | 'catalogue' | 'sources'>, forceDryRun: boolean): Settings {
  const config = completeConfig(given, catalogue);
  const keyring = createKeyring(config, sources, source);
  world.keepSecret([...keyring.values(), ...proxySecrets(world.env, null)]);
  return { config, source, notes, sources, keyring, catalogue, dryRun: dryRunState(config, sources, forceDryRun) };
}

/** The environment and the key file; one that is not for the user alone ends the command. */
async function secretSources({ env, stateDir }: World): Promise<SecretSources> {
  const kept = await readKeyFile(stateDir);
  if (!kept.ok) throw configFailure([kept.issue]);
  const entries = Object.entries(kept.keys);
  return { env, secrets: Object.fromEntries(entries.map(([name, { value }]) => [name, value])), origins: Object.fromEntries(entries.map(([name, { origins }]) => [name, origins])) };
}

/** Says what was ignored in the configuration, which keys stay unused, and that no model is called when none is. */
export function announce(world: World, { config, notes, keyring, dryRun }: Settings): void {
  for (const note of notes) tell(world, `openfusion: ${note}`);
  for (const upstream of Object.keys(config.upstreams)) for (const { name, origins } of keyring.movedSecrets(upstream)) {
    tell(world, `openfusion: ${name} was set for ${origins.join(', ')} and is not sent to upstream \`${upstream}\`; \`openfusion key set ${name}\` sets it for this address`);
  }
  if (dryRun.dryRun) tell(world, `openfusion: dry-run. ${dryRun.reason}`);
}

/** Refuses to talk to anybody while certificates are not checked. */
export function requireTlsChecks(world: World): void {
  const problem = insecureTls(world.env);
  if (problem !== null) throw new CliFailure(problem);
}

/** `OPENFUSION_PORT`, where it is set. */
export function portFromEnv({ env }: World): number | undefined {
  const given = env.OPENFUSION_PORT;
  if (given === undefined || given === '') return undefined;
  try {
    return parsePort(given);
  } catch {
    throw new CliFailure('OPENFUSION_PORT: wrong value (expected a port from 0 to 65535)');
  }
}
