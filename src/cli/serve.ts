import type { Command } from 'commander';
import type { App } from '../app.ts';
import { withBind } from '../config/resolve.ts';
import { ensurePrivateDir } from '../config/state-dir.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, configFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { openApp } from './open-app.ts';
import { parseMs, parsePort } from './options.ts';
import { tell } from './output.ts';
import { announcePort, portFailure, type FailedPort } from './port-states.ts';
import { announce, portFromEnv, readSettings, settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

interface ServeOptions {
  port?: number;
  host?: string;
  drainMs: number;
}

export function addServe(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description('Host the endpoint. Prints one line when it accepts requests; beside another OpenFusion it stands by. SIGINT or SIGTERM drain and end it.')
    .option('--port <port>', 'port; 0 is any free one (default: OPENFUSION_PORT, the configuration, 8787)', parsePort)
    .option('--host <address>', 'address to listen on; beyond loopback only with server.token (default: the configuration, 127.0.0.1)')
    .option('--drain-ms <ms>', 'how long running requests may go on at the end', parseMs, 10_000)
    .action(cli.action<ServeOptions>(async (call) => {
      if (call.options.json === true) throw new CliFailure('serve prints no JSON; leave --json away');
      const settings = await serveSettings(call);
      announce(call.world, settings);
      call.world.stayAlive((message) => { tell(call.world, `openfusion: ${message}`); });
      const app = openApp(call.world, settings);
      try {
        return await serve(app, call);
      } finally {
        await app.close();
      }
    }));
}

async function serveSettings({ world, options }: Call<ServeOptions>): Promise<Settings> {
  const settings = await readSettings(world, options);
  const bound = withBind(settings.config, { host: options.host, port: options.port ?? portFromEnv(world) }, options.host === undefined ? settings.source : '--host');
  if (!bound.ok) throw configFailure(bound.errors);
  const next = settingsOf(world, { ...settings, config: bound.config }, options.dryRun === true);
  const token = next.keyring.serverToken();
  if (!token.ok) throw configFailure([token.issue]);
  const redis = next.keyring.redisAddress();
  if (!redis.ok) throw configFailure([redis.issue]);
  return next;
}

/** Takes the port, or stands by for its owner; says so, and stays until it is told to end. */
async function serve(app: App, { world, options }: Call<ServeOptions>): Promise<ExitCode> {
  await ensurePrivateDir(world.stateDir);
  const asked = new Interrupts(world);
  const failed = Promise.withResolvers<FailedPort>();
  const port = app.own({
    stateDir: world.stateDir, drainMs: () => options.drainMs,
    onState: announcePort(world, app, failed.resolve),
  });
  try {
    const failure = await Promise.race([failed.promise, asked.first.then(() => null)]);
    const stopped = Promise.race([port.stop().then(() => true), asked.second.then(() => false)]);
    if (failure !== null) {
      await stopped;
      throw await portFailure(failure, app.settings.server, world);
    }
    if (await stopped) return EXIT.ok;
    tell(world, 'openfusion: stopped at once; running requests were cut');
    return EXIT.unwell;
  } finally {
    asked.stop();
  }
}

/** The first and the second SIGINT or SIGTERM from its making on; the second one does not wait for running requests. */
class Interrupts {
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  readonly stop: () => void;
  private wasAsked = false;

  constructor(world: World) {
    const first = Promise.withResolvers<undefined>();
    const second = Promise.withResolvers<undefined>();
    this.first = first.promise;
    this.second = second.promise;
    this.stop = world.onInterrupt(() => {
      (this.wasAsked ? second : first).resolve(undefined);
      this.wasAsked = true;
    });
  }
}
