import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { CONFIG_NAMES } from '../config/find.ts';
import { trustFile } from '../config/trust-store.ts';
import type { Cli } from './command.ts';
import { CliFailure, configFailure } from './failure.ts';
import { tell, write, writeJson } from './output.ts';
import { starterConfig } from './starter-config.ts';

interface InitOptions {
  force?: boolean;
}

export function addInit(program: Command, cli: Cli): void {
  program
    .command('init')
    .description('Write openfusion.config.json with the defaults, to be edited; the file is trusted.')
    .option('--force', 'overwrite a file that is there')
    .action(cli.action<InitOptions>(async ({ world, options }) => {
      const path = resolve(world.cwd, options.config ?? CONFIG_NAMES[0]);
      await writeNew(path, starterConfig(), options.force === true);
      const trusted = await trustFile(path, world.stateDir);
      if (!trusted.ok) throw configFailure(trusted.errors);
      if (options.json === true) await writeJson(world, { path, trusted: true });
      else {
        await write(world.stdout, `Wrote ${path}\n`);
        tell(world, 'Next: name your relay and its key variable in `upstream`, then run `openfusion doctor`.');
      }
      return undefined;
    }));
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw new CliFailure(`${path} is there already; --force overwrites it`);
    throw new CliFailure(`${path} cannot be written (${String(code)})`, 1);
  }
}
