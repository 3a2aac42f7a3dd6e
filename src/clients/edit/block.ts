/** Lines of ours between two markers, for configuration that is a script: nothing else of it is read or changed. */
import { BrokenText, eolOf, lineEnd, lineStart, placeOf, splice } from './text.ts';

const OPEN = '# >>> openfusion';
const CLOSE = '# <<< openfusion';

/** The lines between the markers; null when there are none. */
export function linesIn(text: string): string[] | null {
  const range = rangeOf(text);
  return range === null ? null : text.slice(...range).trimEnd().split(/\r?\n/).slice(1, -1);
}

/** The text with these lines between the markers, at its end when there are none yet. */
export function withBlock(text: string, lines: readonly string[]): string {
  const eol = eolOf(text);
  const block = [OPEN, ...lines, CLOSE].join(eol) + eol;
  const range = rangeOf(text);
  if (range !== null) return splice(text, ...range, block);
  return `${text}${text === '' ? '' : text.endsWith('\n') ? eol : eol + eol}${block}`;
}

/** The text without the block and the blank line before it. */
export function withoutBlock(text: string): string {
  const range = rangeOf(text);
  if (range === null) return text;
  const blank = /(?:^|\n)(\r?\n)$/.exec(text.slice(0, range[0]))?.[1] ?? '';
  return splice(text, range[0] - blank.length, range[1], '');
}

function rangeOf(text: string): [number, number] | null {
  const open = indexOfLine(text, OPEN, 0);
  if (open < 0) return null;
  const close = indexOfLine(text, CLOSE, open);
  if (close < 0) throw new BrokenText(`has \`${OPEN}\` without \`${CLOSE}\``, placeOf(text, open));
  return [lineStart(text, open), lineEnd(text, close)];
}

function indexOfLine(text: string, line: string, from: number): number {
  const found = new RegExp(`^${line}[ \\t]*\\r?$`, 'm').exec(text.slice(from));
  return found === null ? -1 : from + found.index;
}
