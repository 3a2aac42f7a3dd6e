/** A text that grows piece by piece and never beyond a limit: of a longer one its head and its tail are kept. */
export interface CappedText {
  append(piece: string): void;
  /** The text so far; where something is left out, a line says how much. */
  value(): string;
}

/** Characters of one model's words that a trace keeps. */
export const MAX_TEXT_CHARS = 65_536;

export function createCappedText(maxChars = MAX_TEXT_CHARS): CappedText {
  const half = Math.floor(maxChars / 2);
  let head = '';
  let tail = '';
  let dropped = 0;
  return {
    append(piece) {
      const toHead = Math.max(0, half - head.length);
      if (toHead > 0) head += piece.slice(0, toHead);
      if (piece.length <= toHead) return;
      tail += piece.slice(toHead);
      // Cut rarely: each cut copies what stays.
      if (tail.length <= 2 * half) return;
      dropped += tail.length - half;
      tail = tail.slice(-half);
    },
    value() {
      const left = dropped + Math.max(0, tail.length - half);
      if (left === 0) return head + tail;
      return `${head}\n[… ${left} characters left out …]\n${tail.slice(-half)}`.toWellFormed();
    },
  };
}

/** The same for a text that is there as a whole. */
export function capText(text: string, maxChars = MAX_TEXT_CHARS): string {
  if (text.length <= maxChars) return text;
  const capped = createCappedText(maxChars);
  capped.append(text);
  return capped.value();
}
