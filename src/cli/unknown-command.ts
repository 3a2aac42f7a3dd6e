import { distance } from 'fastest-levenshtein';

/**
 * What stands alone after `openfusion` is a prompt, unless it looks like a command's name: sending a mistyped command to a
 * model would cost money and help nobody.
 * @returns what to say to the user, or null when it is a prompt
 */
export function unknownCommandHint(words: readonly string[], commands: readonly string[]): string | null {
  const [word = ''] = words;
  if (!/^[a-z][a-z-]*$/.test(word)) return null;
  const nearest = [...commands].sort((a, b) => distance(word, a) - distance(word, b))[0] ?? '';
  const close = distance(word, nearest) <= Math.max(1, Math.floor(word.length / 3));
  const guess = close ? `Did you mean \`openfusion ${nearest}\`?` : `Commands: ${commands.join(', ')}.`;
  return `unknown command \`${word}\`. ${guess} A prompt is one argument in quotes; \`openfusion chat ${word}\` sends one word.`;
}
