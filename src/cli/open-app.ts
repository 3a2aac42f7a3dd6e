import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import { CliFailure } from './failure.ts';
import { tell } from './output.ts';
import { requireTlsChecks } from './settings.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof LEVELS)[number];

/** A running OpenFusion inside this process; nothing listens. Close it when done. */
export function openApp(world: World, { config, sources, dryRun, catalogue }: Settings): App {
  requireTlsChecks(world);
  const least = LEVELS.indexOf(logLevel(world.env.OPENFUSION_LOG));
  return createApp({
    config, sources, catalogue, forceDryRun: dryRun.dryRun, mode: { kind: 'auto' }, kind: 'serve', version: world.version,
    log(level, message) {
      if (LEVELS.indexOf(level) >= least) tell(world, `openfusion ${level}: ${message}`);
    },
  });
}

/** `OPENFUSION_LOG`: the least level that is shown on stderr. */
function logLevel(given: string | undefined): Level {
  const level = given === undefined || given === '' ? 'warn' : LEVELS.find((one) => one === given.toLowerCase());
  if (level === undefined) throw new CliFailure(`OPENFUSION_LOG: unknown level (expected one of ${LEVELS.join(', ')})`);
  return level;
}
