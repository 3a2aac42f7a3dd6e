import { createInterface } from 'node:readline';
import { CliFailure, EXIT } from './failure.ts';
import { tell } from './output.ts';
import type { World } from './world.ts';

/** A line that nobody sees: typed without an echo, or the first one that is piped in. Never an argument, which other users could read. */
export async function hiddenLine(world: World, question: string): Promise<string> {
  const { stdin } = world;
  if (stdin.isTTY !== true || !canHide(stdin)) {
    for await (const line of createInterface({ input: stdin, crlfDelay: Infinity, terminal: false })) return line.trim();
    return '';
  }
  tell(world, question);
  stdin.setRawMode(true);
  try {
    return (await typed(stdin)).trim();
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
  }
}

type Terminal = NodeJS.ReadableStream & { setRawMode(on: boolean): unknown };
const canHide = (stdin: NodeJS.ReadableStream): stdin is Terminal => 'setRawMode' in stdin && typeof stdin.setRawMode === 'function';

const CTRL_C = '\u0003', CTRL_D = '\u0004', BACKSPACES = new Set(['\b', '\u007f']);

async function typed(stdin: Terminal): Promise<string> {
  let line = '';
  stdin.setEncoding('utf8');
  for await (const piece of stdin) {
    for (const sign of String(piece)) {
      if (sign === '\r' || sign === '\n' || sign === CTRL_D) return line;
      if (sign === CTRL_C) throw new CliFailure('interrupted', EXIT.unwell);
      line = BACKSPACES.has(sign) ? line.slice(0, -1) : line + sign;
    }
  }
  return line;
}
