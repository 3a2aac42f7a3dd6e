import type { ChatMessage } from '../../protocol/types.ts';
import { closesFiles, opensFiles, stripEnvelopes } from './envelopes.ts';

/** What one message says in the user's own words. */
export interface Ask {
  /** Slices of the message's texts, envelopes taken off. */
  pieces: string[];
  chars: number;
}

export interface UserMessage {
  /** Null when nobody but the harness speaks. */
  ask: Ask | null;
  /** Holds the result of a tool. */
  toolResult: boolean;
}

/** At most this much of a task is read: three quarters from its head, one from its tail. */
export const SAMPLE_CHARS = 8_000;
const HEAD_SHARE = 0.75;
const EXCERPT_CHARS = 280;

/** Reads a message of role `user`. A message of nothing but an image is an ask without words. */
export function readUserMessage({ content }: ChatMessage): UserMessage {
  const pieces: string[] = [];
  let toolResult = false, image = false, inFiles = false;
  const take = (text: string): void => {
    const stripped = stripEnvelopes(text);
    if (stripped.toolResult) toolResult = true;
    pieces.push(...stripped.pieces);
  };
  if (typeof content === 'string') take(content);
  else if (content !== null) {
    for (const part of content) {
      if (part.type === 'text') {
        if (inFiles ? closesFiles(part.text) : opensFiles(part.text)) inFiles = !inFiles;
        else if (!inFiles) take(part.text);
      }
      else if (part.type !== 'other') image = true;
      else if (isToolResult(part.raw)) toolResult = true;
    }
  }
  if (pieces.length === 0 && (toolResult || !image)) return { ask: null, toolResult };
  let chars = Math.max(0, pieces.length - 1);
  for (const piece of pieces) chars += piece.length;
  return { ask: { pieces, chars }, toolResult };
}

const isToolResult = (raw: unknown): boolean => typeof raw === 'object' && raw !== null && 'type' in raw && raw.type === 'tool_result';

/** The part of an ask that is read, at most so many characters (three quarters of them from its head), and its text in one. */
export function sampleOf({ pieces, chars }: Ask, most: number = SAMPLE_CHARS): string {
  const only = pieces[0] ?? '', head = most * HEAD_SHARE;
  if (pieces.length <= 1 && chars <= most) return only;
  if (chars <= most) return pieces.join('\n');
  return `${headOf(pieces, head)}\n${tailOf(pieces, most - head)}`;
}

/** The first characters of an ask. */
export function headOf(pieces: readonly string[], chars: number): string {
  let text = '';
  for (const piece of pieces) {
    if (text !== '') text += '\n';
    text += piece.slice(0, chars - text.length);
    if (text.length >= chars) break;
  }
  return text;
}

/** The last characters of an ask. */
export function tailOf(pieces: readonly string[], chars: number): string {
  let text = '';
  for (let i = pieces.length - 1; i >= 0 && text.length < chars; i--) {
    const piece = pieces[i] ?? '';
    text = `${piece.slice(Math.max(0, piece.length - (chars - text.length)))}${text === '' ? '' : '\n'}${text}`;
  }
  return text;
}

/** One line for people: white space folded, the quotes that a shell left around it taken off. */
export function excerptOf({ pieces }: Ask): string {
  const head = headOf(pieces, EXCERPT_CHARS + 60);
  const line = (isEvenlySpaced(head) ? head : head.replace(/\s+/g, ' ')).trim();
  const unquoted = line.startsWith('"') && line.endsWith('"') ? line.slice(1, -1) : line;
  return unquoted.slice(0, EXCERPT_CHARS);
}

/** Single blanks and no other white space; not certain of letters beyond ASCII. A loop, since an expression takes five times as long. */
function isEvenlySpaced(text: string): boolean {
  for (let i = 0, before = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || (code === 32 && before === 32)) return false;
    before = code;
  }
  return true;
}
