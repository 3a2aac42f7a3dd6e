/** What a receipt keeps of a text: enough to recognise it, not the text itself. */
import { createHash } from 'node:crypto';

export interface ContentMark {
  /** First 16 hex digits of the SHA-256 over the UTF-8 bytes. */
  sha256: string;
  /** The start of the text on one line, at most 160 characters. */
  excerpt: string;
  /** Length in characters (UTF-16 units). */
  chars: number;
}

const HASH_DIGITS = 16;
const EXCERPT_CHARS = 160;

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, HASH_DIGITS);

/** The start of a text on one line, cut between code points. */
export function excerpt(text: string, maxChars = EXCERPT_CHARS): string {
  const line = text.slice(0, maxChars * 8).replace(/\s+/gu, ' ').trim();
  const points = [...line];
  return points.length <= maxChars && text.length <= maxChars * 8 ? line : `${points.slice(0, maxChars - 1).join('').trimEnd()}…`;
}

/** Null for a text that is empty or was not kept. */
export const markContent = (text: string | null): ContentMark | null =>
  text === null || text === '' ? null : { sha256: sha256(text), excerpt: excerpt(text), chars: text.length };
