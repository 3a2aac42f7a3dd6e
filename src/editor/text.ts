/** Text of others, fit for the editor's own surface. */
import type { Translate } from './translate.ts';

/** Without control characters and without the `$(…)` that the editor turns into icons. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').replaceAll('$(', '(').trim();
}

/** The first of several lines, and how many more there are: for notifications, the log has all. */
export function headline(text: string, t: Translate): string {
  const [first = '', ...others] = text.split('\n').filter((line) => line.trim() !== '');
  return others.length === 0 ? oneLine(first) : `${oneLine(first)} ${t('(and {0} more, see the log)', others.length)}`;
}
