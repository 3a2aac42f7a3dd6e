import type { Step } from '../clients/types.ts';

/** Steps for people, each command on a line of its own. */
export function stepLines(steps: readonly Step[]): string[] {
  return steps.flatMap(({ text, command }) => [...(text === '' ? [] : [text]), ...(command === undefined ? [] : [`  ${command}`])]);
}
