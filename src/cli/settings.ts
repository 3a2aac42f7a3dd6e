import { loadConfig } from '../config/find.ts';
import type { Config } from '../config/schema.ts';
import { createKeyring, dryRunState, insecureTls } from '../config/secrets.ts';
import type { DryRunState, Keyring, SecretSources } from '../config/secrets.ts';
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
}

/** Reads the configuration as the contract says. Errors in it end the command with exit 2, each on a line of its own. */
export async function readSettings(world: World, { config: configPath, dryRun = false }: GlobalOptions): Promise<Settings> {
  const loaded = await loadConfig({ configPath, env: world.env, cwd: world.cwd, configDir: world.configDir, stateDir: world.stateDir });
  if (!loaded.ok) throw configFailure(loaded.errors);
  return settingsOf(world, loaded.config, loaded.source, loaded.notes, dryRun);
}

/** The settings around another configuration, e.g. one with another pool or bound elsewhere. */
export function settingsOf(world: World, config: Config, source: string, notes: string[], forceDryRun: boolean): Settings {
  const sources: SecretSources = { env: world.env, secrets: {} };
  const keyring = createKeyring(config, sources, source);
  world.keepSecret([...keyring.values(), ...proxySecrets(world.env, null)]);
  return { config, source, notes, sources, keyring, dryRun: dryRunState(config, sources, forceDryRun) };
}

/** Says what was ignored in the configuration, and that no model is called when none is. */
export function announce(world: World, { notes, dryRun }: Settings): void {
  for (const note of notes) tell(world, `openfusion: ${note}`);
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
