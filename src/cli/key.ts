import type { Command } from 'commander';
import { keyFileOf, readKeyFile, writeKeyFile, type KeptKey } from '../config/key-file.ts';
import type { Config } from '../config/schema.ts';
import { originOf, OWN_ORIGIN } from '../config/origin.ts';
import { storedNamesIn } from '../config/secrets.ts';
import type { Cli } from './command.ts';
import { CliFailure, configFailure } from './failure.ts';
import { hiddenLine } from './hidden-line.ts';
import { columns, oneLine, tell, write, writeJson } from './output.ts';
import { readSettings } from './settings.ts';
import type { World } from './world.ts';

export function addKey(program: Command, cli: Cli): void {
  const key = program.command('key').description('Keep the keys of upstreams in a file for you alone, instead of the environment. A key goes only to the address that it was set for.');
  key.command('set')
    .description('Read a key from stdin, or without an echo from the terminal, and keep it for the upstreams that name it now.')
    .argument('<name>', 'as `apiKeyEnv` or `${secret:NAME}` in the configuration says')
    .action(cli.action<object, [string]>(async ({ world, options, args: [name] }) => {
      const { config } = await readSettings(world, options);
      const origins = originsOf(config, name);
      const value = await hiddenLine(world, `${name} for ${whither(origins)}; it is not shown:`);
      world.keepSecret([value]);
      if (!/^[\x21-\x7e]+$/u.test(value)) throw new CliFailure(value === '' ? 'no key was given: type it, or pipe it in' : 'a key holds no spaces and only plain characters');
      await writeKeyFile(world.stateDir, { ...(await keysOf(world)), [name]: { value, origins } });
      if (options.json === true) return writeJson(world, { name, origins }) as Promise<undefined>;
      await write(world.stdout, `Kept ${name} for ${whither(origins)} in ${oneLine(keyFileOf(world.stateDir))}\n`);
      return undefined;
    }));
  key.command('list')
    .description('Show which keys are kept, and for which addresses; never the keys.')
    .action(cli.action<object>(async ({ world, options }) => {
      const keys = Object.entries(await keysOf(world)).map(([name, { origins }]) => ({ name, origins }));
      if (options.json === true) return writeJson(world, keys) as Promise<undefined>;
      if (keys.length === 0) tell(world, 'openfusion: no key is kept; `openfusion key set NAME` keeps one');
      await write(world.stdout, keys.length === 0 ? '' : `${columns(keys.map(({ name, origins }) => [oneLine(name), oneLine(whither(origins))]))}\n`);
      return undefined;
    }));
  key.command('clear')
    .description('Forget a key.')
    .argument('<name>', 'name of the key')
    .action(cli.action<object, [string]>(async ({ world, options, args: [name] }) => {
      const { [name]: old, ...others } = await keysOf(world);
      if (old === undefined) throw new CliFailure(`no key ${name} is kept; \`openfusion key list\` shows those that are`);
      await writeKeyFile(world.stateDir, others);
      if (options.json === true) return writeJson(world, { name, cleared: true }) as Promise<undefined>;
      await write(world.stdout, `${oneLine(name)} is no longer kept.\n`);
      return undefined;
    }));
}

const whither = (origins: readonly string[]): string => origins.map((origin) => (origin === OWN_ORIGIN ? 'this gateway itself' : origin)).join(', ');

async function keysOf({ stateDir }: World): Promise<Record<string, KeptKey>> {
  const read = await readKeyFile(stateDir);
  if (!read.ok) throw configFailure([read.issue]);
  return read.keys;
}

/** Where a key of this name goes by the configuration; nowhere else will it ever be sent. */
function originsOf({ upstreams, server, trace }: Config, name: string): string[] {
  const users = Object.values(upstreams).filter(({ apiKeyEnv, headers }) => apiKeyEnv === name || Object.values(headers).some((value) => storedNamesIn(value).includes(name)));
  const ours = [server.token ?? '', trace.redis?.url ?? ''].flatMap(storedNamesIn);
  if (users.length === 0 && !ours.includes(name)) {
    const ofUpstreams = Object.values(upstreams).flatMap(({ apiKeyEnv, headers }) => [...(apiKeyEnv === undefined ? [] : [apiKeyEnv]), ...Object.values(headers).flatMap(storedNamesIn)]);
    const known = [...new Set([...ofUpstreams, ...ours])];
    throw new CliFailure(`the configuration names no key ${name}${known.length === 0 ? '' : `; it names ${known.join(', ')}`}`);
  }
  return [...new Set([...users.map(({ baseURL }) => originOf(baseURL)), ...(ours.includes(name) ? [OWN_ORIGIN] : [])])];
}
