/**
 * Masks secrets in an answer on its way out, also when one comes in pieces. A mask is as long as what it hides, so that a
 * `Content-Length` stays true. Only bytes that could be the start of a secret wait for the next piece.
 */
import { findRanges, mergeRanges } from './find-secrets.ts';
import type { Range } from './find-secrets.ts';
import { HEAD_CHARS } from './secret-forms.ts';
import type { Sieve } from './sieve.ts';

/** One stream's redactor. */
export interface StreamRedactor<Piece> {
  /** What may go out now. The very same object, not a copy, when nothing matches and nothing waits. */
  push(piece: Piece): Piece;
  /** What was still waiting, at the end of the stream; masked where it is the better part of a secret. */
  flush(): Piece;
}

/** A secret as text and as bytes, made once for all streams. */
export interface Needles {
  readonly texts: readonly string[];
  /** How they begin, as that stands inside JSON. */
  readonly jsonHeads: readonly string[];
  readonly bytes: readonly Buffer[];
  /** For the bytes. */
  readonly sieve: Sieve;
  readonly textStarts: Starts<string>;
  readonly byteStarts: Starts<Buffer>;
}

/** Needles by how they begin, for the end of a piece. */
export interface Starts<Piece> {
  /** By the low byte of the first code. */
  readonly byCode: readonly (readonly Piece[] | undefined)[];
  readonly longest: number;
}

export function startsOf<Piece extends { readonly length: number }>(needles: readonly Piece[], codeAt: (needle: Piece, index: number) => number): Starts<Piece> {
  const byCode = Array.from({ length: 256 }, (_, code) => {
    const begun = needles.filter((needle) => (codeAt(needle, 0) & 0xff) === code);
    return begun.length === 0 ? undefined : begun;
  });
  return { byCode, longest: needles.reduce((length, needle) => Math.max(length, needle.length), 0) };
}

/** What differs between text and bytes. */
interface Kind<Piece> {
  readonly needles: readonly Piece[];
  readonly starts: Starts<Piece>;
  readonly empty: Piece;
  concat(a: Piece, b: Piece): Piece;
  slice(piece: Piece, start: number, end: number): Piece;
  codeAt(piece: Piece, index: number): number;
  mask(piece: Piece, ranges: readonly Range[]): Piece;
  /** False: certainly no needle in here. */
  mayHold(piece: Piece): boolean;
}

/** `[redacted****]` of exactly this length; only stars where that is too short. */
export function maskOf(length: number): string {
  return length < 10 ? '*'.repeat(length) : `[redacted${'*'.repeat(length - 10)}]`;
}

/** For outgoing response bytes. */
export function createByteRedactor({ bytes: needles, sieve, byteStarts }: Needles): StreamRedactor<Uint8Array> {
  const inner = createMasker<Buffer>({
    needles,
    starts: byteStarts,
    empty: Buffer.alloc(0),
    concat: (a, b) => Buffer.concat([a, b]),
    slice: (piece, start, end) => piece.subarray(start, end),
    codeAt: (piece, index) => piece[index] ?? 0,
    mayHold: (piece) => sieve.mayHold(piece),
    mask(piece, ranges) {
      // The caller may still hold the buffer that came in: mask a copy.
      const copy = Buffer.from(piece);
      for (const { start, end } of ranges) copy.write(maskOf(end - start), start, 'latin1');
      return copy;
    },
  });
  return {
    push(chunk) {
      const view = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const out = inner.push(view);
      return out === view ? chunk : out;
    },
    flush: () => inner.flush(),
  };
}

/** For text that is rendered piece by piece, e.g. the deltas of one answer: finds a key that is spread over several events. */
export function createTextRedactor({ texts: needles, textStarts }: Needles): StreamRedactor<string> {
  return createMasker<string>({
    needles,
    starts: textStarts,
    empty: '',
    concat: (a, b) => a + b,
    slice: (piece, start, end) => piece.slice(start, end),
    codeAt: (piece, index) => piece.charCodeAt(index),
    mayHold: () => true,
    mask: (piece, ranges) => replaceRanges(piece, ranges, maskOf),
  });
}

/** The text with each range replaced by what `replacement` says for its length. */
export function replaceRanges(text: string, ranges: readonly Range[], replacement: (length: number) => string): string {
  let out = '';
  let from = 0;
  for (const { start, end } of ranges) {
    out += text.slice(from, start) + replacement(end - start);
    from = end;
  }
  return out + text.slice(from);
}

function createMasker<Piece extends { readonly length: number; indexOf(needle: Piece, from: number): number }>(kind: Kind<Piece>): StreamRedactor<Piece> {
  const { needles, empty, starts: { byCode, longest } } = kind;

  let held = empty;
  // So much of `held` belongs to a secret whose head went out masked already, while its tail may begin another one.
  let maskedInHeld = 0;

  const goesOnAs = (needle: Piece, data: Piece, start: number): boolean => {
    const length = data.length - start;
    if (needle.length <= length) return false;
    for (let at = 0; at < length; at++) if (kind.codeAt(needle, at) !== kind.codeAt(data, start + at)) return false;
    return true;
  };
  /** Where the earliest tail begins that could still become a secret. */
  const holdFrom = (data: Piece): number => {
    for (let start = Math.max(0, data.length - longest + 1); start < data.length; start++) {
      const begun = byCode[kind.codeAt(data, start) & 0xff];
      if (begun?.some((needle) => goesOnAs(needle, data, start)) === true) return start;
    }
    return data.length;
  };
  const masked = (data: Piece, ranges: readonly Range[]) => (ranges.length === 0 ? data : kind.mask(data, ranges));

  return {
    push(piece) {
      if (needles.length === 0 || piece.length === 0) return piece;
      const data = held.length === 0 ? piece : kind.concat(held, piece);
      const found = kind.mayHold(data) ? findRanges(data, needles) : [];
      const ranges = maskedInHeld === 0 ? found : mergeRanges([{ start: 0, end: maskedInHeld }, ...found]);
      const end = holdFrom(data);
      // What is held may belong to a secret that was found: remember that, its head is about to leave.
      const across = ranges.find((range) => range.start <= end && range.end > end);
      maskedInHeld = across === undefined ? 0 : across.end - end;
      held = end === data.length ? empty : kind.slice(data, end, data.length);
      if (end === data.length && ranges.length === 0) return data;
      const leaving = ranges.filter(({ start }) => start < end).map(({ start, end: rangeEnd }) => ({ start, end: Math.min(rangeEnd, end) }));
      return masked(kind.slice(data, 0, end), leaving);
    },
    flush() {
      const rest = held;
      const ranges = [...findRanges(rest, needles), ...(maskedInHeld > 0 ? [{ start: 0, end: maskedInHeld }] : [])];
      // What waits is how a secret begins; so much of one is as good as all of it.
      if (rest.length >= HEAD_CHARS) ranges.push({ start: 0, end: rest.length });
      held = empty;
      maskedInHeld = 0;
      return rest.length === 0 ? rest : masked(rest, mergeRanges(ranges));
    },
  };
}
