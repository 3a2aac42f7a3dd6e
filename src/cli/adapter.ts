import type { Command } from 'commander';
import { CLIENTS } from '../clients/list.ts';
import type { Cli } from './command.ts';
import { clientNamed } from './client-name.ts';
import type { TargetOptions } from './client-target.ts';
import { columns, write, writeJson } from './output.ts';

export function addAdapter(program: Command, cli: Cli): void {
  program.command('adapter')
    .description('Print how an agent is pointed at OpenFusion: address, placeholder key, start-up, configuration, checks. Nothing is written; `connect` writes it.')
    .argument('[client]', 'the agent; without one, all of them are listed')
    .option('--model <id>', 'model that the agent is to ask for (default: openfusion/auto)')
    .option('--url <url>', 'address of the gateway (default: the one that runs, else by the configuration)')
    .option('--key-env <name>', 'environment variable that holds the gateway’s token, for the agent to read (default: by server.token)')
    .action(cli.action<TargetOptions, [string | undefined]>(async ({ world, options, args: [name] }) => {
      if (name === undefined) {
        if (options.json === true) await writeJson(world, { clients: CLIENTS.map(({ id, title, protocol }) => ({ id, title, protocol })) });
        else await write(world.stdout, `${columns([['client', 'agent', 'speaks'], ...CLIENTS.map(({ id, title, protocol }) => [id, title, protocol])])}\n`);
        return undefined;
      }
      const client = clientNamed(name);
      const [{ guideText, guideTo }, { targetOf }] = [await import('./guide.ts'), await import('./client-target.ts')];
      const guide = guideTo(client, await targetOf(world, options));
      if (options.json === true) await writeJson(world, guide);
      else await write(world.stdout, guideText(client, guide));
      return undefined;
    }));
}
