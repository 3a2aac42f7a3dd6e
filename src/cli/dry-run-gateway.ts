import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBind } from '../config/resolve.ts';
import { CliFailure, configFailure, EXIT } from './failure.ts';
import { openApp } from './open-app.ts';
import type { GlobalOptions } from './options.ts';
import { announce, readSettings, settingsOf } from './settings.ts';
import type { World } from './world.ts';

export interface DryRunGateway {
  /** Up to and including `/v1`. */
  baseUrl: string;
  /** The server's token, where the configuration sets one. */
  token: string | undefined;
  roles: string[];
  close(): Promise<void>;
}

/** The gateway of this configuration on dry-run, on any free port of loopback, with a state folder of its own: no other one hears of it. */
export async function startDryRunGateway(world: World, options: GlobalOptions): Promise<DryRunGateway> {
  const read = await readSettings(world, { ...options, dryRun: true });
  const bound = withBind(read.config, { host: '127.0.0.1', port: 0 }, '--dry-run');
  if (!bound.ok) throw configFailure(bound.errors);
  const settings = settingsOf(world, { ...read, config: bound.config }, true);
  announce(world, settings);
  const token = settings.keyring.serverToken();
  if (!token.ok) throw configFailure([token.issue]);
  const stateDir = await mkdtemp(join(tmpdir(), 'openfusion-compat-'));
  const app = openApp(world, settings);
  const port = app.own({ stateDir, drainMs: () => 0, onState: () => undefined });
  const close = async (): Promise<void> => {
    await port.stop();
    await app.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  const state = await port.settled;
  if (state.status !== 'owner') {
    await close();
    throw new CliFailure(state.status === 'failed' ? state.message : `the gateway does not listen (${state.status})`, EXIT.unwell);
  }
  return { baseUrl: `http://127.0.0.1:${String(state.port)}/v1`, token: token.token ?? undefined, roles: Object.keys(bound.config.roles), close };
}
