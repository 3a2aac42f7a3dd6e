import { createTwoFilesPatch } from 'diff';

/** A unified diff of a file, as `diff -u` prints it; empty when nothing changes. null: there is no such file. */
export function diffOf(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(before === null ? '/dev/null' : path, after === null ? '/dev/null' : path, before ?? '', after ?? '', undefined, undefined, { context: 3 });
  // Without the lines that belong to another format.
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}
