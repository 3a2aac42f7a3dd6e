/** Kinds of characters, the same for every language. */
export const SPACE = 0, LETTER = 1, DIGIT = 2, WIDE = 3, MARK = 4, BREAK = 5;
const NEWLINE = 10;

function kindOf(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === NEWLINE) return BREAK;
  if (code <= 32 || code === 0xa0 || code === 0x3000) return SPACE;
  if (code < 0xc0) return MARK;
  if ((code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af)) return WIDE;
  if ((code >= 0x2000 && code <= 0x303f) || code >= 0xff00) return MARK;
  return LETTER;
}

/** The kind of each UTF-16 code unit: letters of every script, digits, Chinese, Japanese and Korean characters (`WIDE`), marks, spaces and line ends. */
export const KIND = Uint8Array.from({ length: 1 << 16 }, (_, code) => kindOf(code));

/** At most this much of a prompt is read: two thirds from the head, one third from the tail. */
const MOST_CHARS = 3_000, HEAD_CHARS = 2_000;

/** What is read of a prompt: all of a short one, head and tail of a long one. */
export const sampleOf = (text: string): string =>
  text.length <= MOST_CHARS ? text : `${text.slice(0, HEAD_CHARS)}\n${text.slice(text.length - (MOST_CHARS - HEAD_CHARS))}`;
