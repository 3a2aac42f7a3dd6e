import { once } from 'node:events';
import type { World } from './world.ts';

/** Writes and waits while the reader is slow. */
export async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}

export const writeJson = (world: World, value: unknown): Promise<void> => write(world.stdout, `${JSON.stringify(value, null, 2)}\n`);

/** A line for people beside the result: warnings, dry-run, errors. Never on stdout, which scripts read. */
export function tell(world: World, message: string): void {
  world.stderr.write(`${forTerminal(message)}\n`);
}

/**
 * Text of others (models, files, upstreams) as it may stand on a terminal: no control characters but line feed and tab,
 * nothing that turns the direction of writing.
 */
export function forTerminal(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** The same on one line of at most so many characters. */
export function oneLine(text: string, maxChars = Infinity): string {
  const line = forTerminal(text).replace(/\s+/g, ' ').trim();
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1)}…`;
}

/** Columns padded to their widest cell, two blanks between. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** USD with the digits that matter; `?` when it is not known. */
export function usd(amount: number | null | undefined): string {
  if (amount === null || amount === undefined) return '?';
  return `$${amount === 0 ? '0' : amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(3)}`;
}
