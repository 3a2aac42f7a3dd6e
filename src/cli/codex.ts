import type { Command } from 'commander';
import { codex } from '../clients/codex.ts';
import { didYouMean } from '../clients/list.ts';
import type { Call, Cli } from './command.ts';
import type { TargetOptions } from './client-target.ts';
import type { ConnectOptions } from './connect.ts';
import { CliFailure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { readSettings } from './settings.ts';
import type { World } from './world.ts';

export type CodexOptions = TargetOptions & Pick<ConnectOptions, 'print'>;

export function addCodex(program: Command, cli: Cli): void {
  const group = program.command('codex').description('Codex: where it points, and which model of OpenFusion it asks for.');
  const sub = (name: string, description: string): Command => group.command(name).description(description)
    .option('--url <url>', 'address of the gateway (default: the one that runs, else by the configuration)')
    .option('--key-env <name>', 'environment variable that holds the gateway’s token, for Codex to read (default: by server.token)')
    .option('--file <file>', 'Codex’s config.toml, where it is not in its usual place');
  const change = (name: string, description: string): Command => sub(name, description).option('--print', 'show the diff and write nothing').option('--no-catalog', 'without the model catalog');
  sub('status', 'Show provider, model and mode of Codex, and what is missing.').action(cli.action<CodexOptions>(async (call) => (await import('./codex-status.ts')).codexStatus(call)));
  sub('snippet', 'Print what `connect codex` writes into config.toml.').option('--model <id>', 'model to ask for (default: openfusion/auto)').action(cli.action<CodexOptions>(async (call) => (await import('./codex-status.ts')).codexSnippet(call)));
  change('enable-auto', 'Let Codex ask for openfusion/auto; connects it where it is not connected.').action(cli.action<CodexOptions>((call) => ask(call, 'openfusion/auto')));
  change('enable-fusion', 'Let Codex ask for openfusion/fusion: always the panel.').action(cli.action<CodexOptions>((call) => ask(call, 'openfusion/fusion')));
  change('use-role', 'Let Codex ask for one role, e.g. coder.').argument('<role>', 'a role of the configuration')
    .action(cli.action<CodexOptions, [string]>(async ({ world, options, args: [role] }) => ask({ world, options }, roleModel(await rolesOf(world, options), role))));
}

/** Lets Codex ask for this model; it is connected where it is not yet. */
async function ask({ world, options }: Pick<Call<CodexOptions>, 'world' | 'options'>, model: string): Promise<undefined> {
  const { connectOne } = await import('./connecting.ts');
  return connectOne({ world, options: { ...options, model } }, codex);
}

async function rolesOf(world: World, options: GlobalOptions): Promise<string[]> {
  return Object.keys((await readSettings(world, options)).config.roles);
}

function roleModel(roles: readonly string[], role: string): string {
  const name = role.replace(/^openfusion\//, '');
  if (roles.includes(name)) return `openfusion/${name}`;
  throw new CliFailure(`there is no role \`${name}\`${didYouMean(name, roles)} Roles: ${roles.join(', ')}`);
}
