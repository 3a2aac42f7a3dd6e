import type { Command } from 'commander';
import type { ExitCode } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import type { World } from './world.ts';

/** One call of a command. */
export interface Call<Options = object, Args extends unknown[] = []> {
  world: World;
  /** The command's own options and those that all commands share. */
  options: Options & GlobalOptions;
  /** Its arguments as commander gives them. */
  args: Args;
  command: Command;
}

export type Action<Options, Args extends unknown[]> = (call: Call<Options, Args>) => Promise<ExitCode | undefined>;

/** Ties the actions of the commands to the world and to the exit code. */
export interface Cli {
  /** Wraps an action for commander; its result, when there is one, becomes the exit code. */
  action<Options, Args extends unknown[] = []>(run: Action<Options, Args>): (...given: unknown[]) => Promise<void>;
}
