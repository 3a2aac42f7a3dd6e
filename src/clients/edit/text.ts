/** Small things about texts that all formats need. Offsets are in UTF-16 units. */

/** A text that cannot be read as what it should be, or that must not be changed as asked; where, from 1. */
export class BrokenText extends Error {
  readonly line: number;
  readonly column: number;
  constructor(problem: string, { line, column }: { line: number; column: number }) {
    super(problem);
    this.name = 'BrokenText';
    this.line = line;
    this.column = column;
  }
}

/** Line and column of an offset, from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** What ends the lines of this text. */
export const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Offset where the line of this offset begins. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Offset behind the line's end: the next line's start or the text's end. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** Blanks and tabs before the first word of the line. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The text with everything from `start` to before `end` replaced. */
export const splice = (text: string, start: number, end: number, put: string): string => text.slice(0, start) + put + text.slice(end);

/** What one step of indentation is in this text; two blanks where it shows none. */
export function indentUnitOf(text: string): string {
  const first = /^([ \t]+)\S/m.exec(text)?.[1];
  return first === undefined ? '  ' : first.startsWith('\t') ? '\t' : first;
}
