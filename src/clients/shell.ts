/** Lines for the user's own shell. */
import { keyVariable, PLACEHOLDER_KEY } from './endpoint.ts';
import type { ClientKey, Place, Step } from './types.ts';

/** Sets a variable for what is started from this shell: POSIX, on Windows PowerShell. */
export function exportLine({ platform }: Pick<Place, 'platform'>, name: string, value: string): string {
  return platform === 'win32' ? `$env:${name} = "${value}"` : `export ${name}=${quoted(value)}`;
}

/** As one word of a POSIX shell. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** How the agent gets its key: the placeholder may be anything; a token is never printed. */
export function keyStep(key: ClientKey, place: Pick<Place, 'platform' | 'env'>): Step {
  const name = keyVariable(key);
  if ((place.env[name] ?? '') !== '') return { text: `It reads its key from ${name}, which is set here.` };
  if (key.kind === 'env') return { text: `It sends the gateway's token, which it reads from ${name}: set that variable where it starts.` };
  return { text: `It reads its key from ${name}; any text will do.`, command: exportLine(place, name, PLACEHOLDER_KEY) };
}

/** For an agent that knows its key by another name: hands it the token where one is wanted, else nothing. */
export function renamedKeyStep(key: ClientKey, place: Pick<Place, 'platform'>, theirName: string): Step[] {
  if (key.kind !== 'env') return [];
  const command = place.platform === 'win32' ? `$env:${theirName} = $env:${key.name}` : `export ${theirName}="$${key.name}"`;
  return [{ text: `Its file cannot refer to a variable: hand it the gateway's token where it starts.`, command }];
}
