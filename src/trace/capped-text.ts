/** Characters of one model's words that a trace keeps. */
export const MAX_TEXT_CHARS = 65_536;

/** A text that grows piece by piece and never beyond a limit: of a longer one its head and its tail are kept. */
export interface CappedText {
  append(piece: string): void;
  /** The text so far; where something is left out, a line says how much. */
  value(): string;
}

export const createCappedText = (maxChars = MAX_TEXT_CHARS): CappedText => new Capped(maxChars);

class Capped implements CappedText {
  readonly #half: number;
  #head = '';
  #tail = '';
  #dropped = 0;

  constructor(maxChars: number) {
    this.#half = Math.floor(maxChars / 2);
  }

  append(piece: string): void {
    const toHead = this.#half - this.#head.length;
    if (piece.length <= toHead) { this.#head += piece; return; }
    if (toHead > 0) this.#head += piece.slice(0, toHead);
    this.#tail += toHead > 0 ? piece.slice(toHead) : piece;
    // Cut rarely: each cut copies what stays.
    if (this.#tail.length <= 2 * this.#half) return;
    this.#dropped += this.#tail.length - this.#half;
    this.#tail = this.#tail.slice(-this.#half);
  }

  value(): string {
    const left = this.#dropped + Math.max(0, this.#tail.length - this.#half);
    if (left === 0) return this.#head + this.#tail;
    return `${this.#head}\n[… ${left} characters left out …]\n${this.#tail.slice(-this.#half)}`.toWellFormed();
  }
}

/** The same for a text that is there as a whole. */
export function capText(text: string, maxChars = MAX_TEXT_CHARS): string {
  if (text.length <= maxChars) return text;
  const capped = createCappedText(maxChars);
  capped.append(text);
  return capped.value();
}
