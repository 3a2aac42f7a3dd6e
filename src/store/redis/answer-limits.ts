/**
 * Limits on what a server may answer, looked at before the client's decoder sees it: that one makes room for as many items as a
 * list says it has, and keeps a value of any length.
 *
 * What the store keeps on a Redis is JSON, hashes and numbers: a line of them never begins with the mark of a list or a length.
 */

/** One answer may be as long as a trace with the text of a whole panel, and not as long as a hostile server likes. */
const MAX_VALUE_BYTES = 16_000_000;
const MAX_ANSWER_BYTES = 64_000_000;
const MAX_ITEMS = 100_000;
/** `*3` begins a list of three, `$5` a value of five bytes; what version 3 of the protocol adds was not asked for. */
const HEADER = /\r\n([*$~%>|])(\d*)/g;
/** A header may be cut in two; numbers are longer only in lies. */
const OVERLAP_CHARS = 16;

export class AnswerLimits {
  #asked = 0;
  #answered = 0;
  #bytes = 0;
  #lists = 0;
  #tail = '\r\n';

  /** Does anything wait for an answer? */
  get isAsked(): boolean {
    return this.#asked > this.#answered;
  }

  /** So many commands are sent; each may be answered with one list. */
  ask(count: number): void {
    this.#asked += count;
  }

  /** So many were answered, or never will be. When none is left, the next answer counts from zero. */
  answered(count: number): void {
    this.#answered += count;
    if (this.isAsked) return;
    this.#asked = 0;
    this.#answered = 0;
    this.#bytes = 0;
    this.#lists = 0;
    this.#tail = '\r\n';
  }

  /** What is wrong with the bytes that came next, in a few words; null: nothing. */
  problemWith(piece: Buffer): string | null {
    this.#bytes += piece.length;
    if (this.#bytes > MAX_ANSWER_BYTES) return 'an answer of Redis is too long';
    const text = this.#tail + piece.toString('latin1');
    for (const header of text.matchAll(HEADER)) {
      const [whole, mark, digits = ''] = header;
      if (mark === '$' ? Number(digits) > MAX_VALUE_BYTES : Number(digits) > MAX_ITEMS) return 'a value or a list in an answer of Redis is too long';
      if (mark !== '$' && mark !== '*') return 'what answers does not speak the protocol of Redis';
      // One at the end may go on: it is counted when it is whole.
      if (mark === '*' && header.index + whole.length < text.length && ++this.#lists > this.#asked) return 'a list in an answer of Redis is too deep';
    }
    this.#tail = unfinishedLine(text);
    return null;
  }
}

/** The end of the text from its last line break on, as far as a header may begin there. */
function unfinishedLine(text: string): string {
  const at = text.lastIndexOf('\r\n');
  if (at !== -1 && text.length - at <= OVERLAP_CHARS) return text.slice(at);
  return text.endsWith('\r') ? '\r' : '';
}
