import type { ChatRequest } from '../../protocol/types.ts';
import { hash64 } from '../hash.ts';
import { headOf, tailOf } from '../profile/ask.ts';
import { isGoOn, readTurn } from '../profile/turn.ts';

/** Of the beginning and of the end; two asks that differ in between alone, and are of one length, count as the same. */
const SAMPLE_CHARS = 128;

/** What the user asked, as a hash; null where nothing new was asked: in a tool loop, by a "go on", by an image without words. */
export function askKey(request: ChatRequest): string | null {
  const { kind, newest } = readTurn(request);
  if ((kind !== 'task' && kind !== 'followup') || newest === null || newest.chars === 0 || isGoOn(newest)) return null;
  return hash64(headOf(newest.pieces, SAMPLE_CHARS), '\u0000', tailOf(newest.pieces, SAMPLE_CHARS), '\u0000', String(newest.chars));
}
