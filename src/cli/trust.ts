import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseConfigText } from '../config/load.ts';
import { trustFile } from '../config/trust-store.ts';
import type { Cli } from './command.ts';
import { CliFailure, configFailure } from './failure.ts';
import { oneLine, write, writeJson } from './output.ts';

export function addTrust(program: Command, cli: Cli): void {
  program
    .command('trust')
    .description('Trust a configuration file that lies in a working directory: its upstreams, key names, server and trace settings.')
    .argument('<file>', 'the configuration file')
    .action(cli.action<object, [string]>(async ({ world, options, args: [file] }) => {
      const path = resolve(world.cwd, file);
      const text = await readFile(path, 'utf8').catch(() => {
        throw new CliFailure(`${path} cannot be read`);
      });
      const parsed = parseConfigText(text, path);
      if (!parsed.ok) throw configFailure(parsed.errors);
      const result = await trustFile(path, world.stateDir);
      if (!result.ok) throw configFailure(result.errors);
      const upstreams = Object.entries(parsed.config.upstreams).map(([name, { baseURL, apiKeyEnv }]) => ({ name, baseURL, apiKeyEnv: apiKeyEnv ?? null }));
      if (options.json === true) await writeJson(world, { path: result.path, trusted: result.trusted, upstreams });
      else await write(world.stdout, trustText(result.path, result.trusted, upstreams));
      return undefined;
    }));
}

function trustText(path: string, trusted: readonly string[], upstreams: readonly { name: string; baseURL: string; apiKeyEnv: string | null }[]): string {
  if (trusted.length === 0) return `${oneLine(path)} sets policy only: nothing in it wants trust.\n`;
  const lines = upstreams.map(({ name, baseURL, apiKeyEnv }) => `  ${oneLine(name)}: ${oneLine(baseURL)}, ${apiKeyEnv === null ? 'no key' : `key in ${apiKeyEnv}`}`);
  return `Trusted ${oneLine(path)}\nKeys: ${trusted.map((key) => oneLine(key)).join(', ')}\nRequests go to\n${lines.join('\n')}\nChanging one of those keys asks for trust again.\n`;
}
