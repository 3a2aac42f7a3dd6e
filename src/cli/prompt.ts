import { text } from 'node:stream/consumers';
import { CliFailure } from './failure.ts';
import type { World } from './world.ts';

/** The prompt as given: the words of the command line, else what is piped in. `-` asks for stdin by name. */
export async function promptFrom(words: readonly string[], world: World): Promise<string> {
  const given = words.join(' ').trim();
  if (given !== '' && given !== '-') return given;
  if (given === '' && world.stdin.isTTY === true) throw new CliFailure('there is no prompt: give one in quotes, or pipe it in; `openfusion --help` shows what there is');
  const piped = (await text(world.stdin)).trim();
  if (piped === '') throw new CliFailure('the prompt is empty: give one in quotes, or pipe it in');
  return piped;
}
