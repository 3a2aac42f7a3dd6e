/** The commands alone: what they do is loaded when one of them is called, with the libraries that read agents' files. */
import type { Command } from 'commander';
import { CLIENTS } from '../clients/list.ts';
import type { Cli } from './command.ts';
import type { TargetOptions } from './client-target.ts';
import { clientNamed } from './client-name.ts';
import { CliFailure } from './failure.ts';

export interface ConnectOptions extends TargetOptions {
  print?: boolean;
  list?: boolean;
  undo?: boolean;
}

export function addConnect(program: Command, cli: Cli): void {
  const connect = program.command('connect')
    .description('Point a coding agent at OpenFusion, in its own configuration: shows the diff, keeps a backup beside the file, touches nothing else.')
    .argument('[client]', `one of ${CLIENTS.map(({ id }) => id).join(', ')}`)
    .option('--list', 'show where each agent points, and change nothing')
    .option('--undo', 'take the connection back, as `disconnect` does, to the very file before it where nobody changed it since')
    .option('--model <id>', 'model that the agent is to ask for (default: openfusion/auto)')
    .option('--url <url>', 'address of the gateway (default: the one that runs, else by the configuration)')
    .option('--key-env <name>', 'environment variable that holds the gateway’s token, for the agent to read (default: by server.token)')
    .option('--no-catalog', 'for Codex: without the model catalog');
  withFileOptions(connect).action(cli.action<ConnectOptions, [string | undefined]>(async (call) => {
    const { connectOne, disconnectOne, listAll } = await import('./connecting.ts');
    if (call.options.list === true) return listAll(call);
    const client = clientNamed(nameOf(call.args[0]));
    return call.options.undo === true ? disconnectOne(call, client) : connectOne(call, client);
  }));
  withFileOptions(program.command('disconnect'))
    .description('Take OpenFusion out of an agent’s configuration again; what it replaced comes back.')
    .argument('<client>', 'as for connect')
    .action(cli.action<ConnectOptions, [string | undefined]>(async (call) => (await import('./connecting.ts')).disconnectOne(call, clientNamed(nameOf(call.args[0])))));
}

function withFileOptions(command: Command): Command {
  return command.option('--print', 'show the diff and write nothing').option('--file <file>', 'the agent’s configuration file, where it is not in its usual place');
}

function nameOf(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new CliFailure(`which client? One of ${CLIENTS.map(({ id }) => id).join(', ')}; \`openfusion connect --list\` shows where each one points`);
}
