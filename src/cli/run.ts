import { Command, CommanderError } from 'commander';
import type { Action, Cli } from './command.ts';
import { addAdapter } from './adapter.ts';
import { addChat } from './chat.ts';
import { addCodex } from './codex.ts';
import { addConnect } from './connect.ts';
import { addCompat } from './compat.ts';
import { addDoctor } from './doctor.ts';
import { CliFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { addInit } from './init.ts';
import { addKey } from './key.ts';
import { addLearned } from './learned.ts';
import { addModels } from './models.ts';
import type { GlobalOptions } from './options.ts';
import { forTerminal, tell } from './output.ts';
import { addReceipts } from './receipts.ts';
import { addRoute } from './route.ts';
import { addServe } from './serve.ts';
import { addTraces } from './traces.ts';
import { addTrust } from './trust.ts';
import type { World } from './world.ts';

/** Runs one command line to its end; answers the exit code and never throws. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const cli: Cli = {
    action: <Options, Args extends unknown[]>(run: Action<Options, Args>) => async (...given: unknown[]) => {
      // Commander gives the arguments, then the options, then the command.
      const command = given.at(-1) as Command;
      exitCode = (await run({ world, command, options: command.optsWithGlobals<Options & GlobalOptions>(), args: given.slice(0, -2) as Args })) ?? EXIT.ok;
    },
  };
  try {
    const program = buildProgram(world, cli);
    refuseHelpOfNothing(args, program);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(error, world);
  }
}

/** Commander answers `help` of an unknown command with the help of all, and not a word why. */
function refuseHelpOfNothing([first, name]: readonly string[], program: Command): void {
  const names = program.commands.map((command) => command.name());
  if (first === 'help' && name !== undefined && !name.startsWith('-') && name !== 'help' && !names.includes(name)) throw new CliFailure(`there is no command \`${name}\`. Commands: ${names.join(', ')}`);
}

function buildProgram(world: World, cli: Cli): Command {
  const program = new Command('openfusion')
    .description('One local OpenAI-compatible endpoint in front of many models: every request is routed, answered and explained.')
    .version(world.version)
    .option('--config <file>', 'configuration file; it is trusted because you name it')
    .option('--json', 'print the result as JSON')
    .option('--dry-run', 'call no model: everything works against the embedded dry-run upstream')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: (text) => void world.stdout.write(text), writeErr: (text) => void world.stderr.write(forTerminal(text.replace(/^error: /u, 'openfusion: '))) })
    .helpCommand(true)
    .showSuggestionAfterError(true)
    .exitOverride();
  for (const add of [addChat, addRoute, addServe, addModels, addLearned, addInit, addTrust, addKey, addConnect, addAdapter, addCodex, addDoctor, addCompat, addReceipts, addTraces]) add(program, cli);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) command.copyInheritedSettings(program).exitOverride();
  return program.addHelpText('after', '\nA prompt alone is a chat: openfusion "Explain this regular expression: ^a+$"\nExit codes: 0 success, 1 what was checked is not well, 2 bad usage or configuration.');
}

function failed(error: unknown, world: World): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliFailure) {
    for (const line of error.message.split('\n')) tell(world, `openfusion: ${line}`);
    return error.exitCode;
  }
  // Never a stack: it says nothing to a user and may hold a path or a prompt.
  tell(world, `openfusion: ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.unwell;
}
