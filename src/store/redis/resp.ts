/** The wire format of Redis, version 2, as far as it is needed: https://redis.io/docs/latest/develop/reference/protocol-spec/ */

export type Reply = string | number | null | RedisRefusal | readonly Reply[];

/** The server refused one command; the connection goes on. */
export class RedisRefusal extends Error {}

/** What comes is no answer of a Redis, or more than was asked for: nothing after it can be understood. */
export class RespError extends Error {}

/** One answer may be as long as a trace with the text of a whole panel, and not as long as a hostile server likes. */
const MAX_BULK_BYTES = 16_000_000;
const MAX_ANSWER_BYTES = 64_000_000;
const MAX_LINE_BYTES = 65_536;
const MAX_ITEMS = 100_000;
const MAX_DEPTH = 4;

const CR = 13, LF = 10;

/** Each argument with its length before it: nothing inside one can be taken for a command. */
export function encodeCommand(args: readonly (string | number)[]): string {
  return args.reduce<string>((text, arg) => `${text}$${String(Buffer.byteLength(String(arg)))}\r\n${String(arg)}\r\n`, `*${String(args.length)}\r\n`);
}

/** Takes bytes as they come and gives whole replies. Errors: {@link RespError}. */
export class RespReader {
  #pieces: Buffer[] = [];
  #length = 0;
  /** Below so many bytes there is no use in looking again. */
  #needed = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** The replies that are whole by now. */
  push(piece: Buffer): Reply[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length > MAX_ANSWER_BYTES) throw new RespError('an answer of Redis is too long');
    if (this.#length < this.#needed) return [];
    this.#bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    this.#at = 0;
    this.#needed = 0;
    const replies: Reply[] = [];
    for (;;) {
      const start = this.#at;
      const reply = this.#read(0);
      if (reply !== undefined) {
        replies.push(reply);
        continue;
      }
      const rest = this.#bytes.subarray(start);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#length = rest.length;
      this.#needed = Math.max(0, this.#needed - start);
      return replies;
    }
  }

  /** Undefined: not all of it is there yet. */
  #read(depth: number): Reply | undefined {
    const line = this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+': return rest;
      case '-': return new RedisRefusal(rest.slice(0, 300));
      case ':': return wholeNumber(rest);
      case '$': return this.#bulk(wholeNumber(rest));
      case '*': return this.#array(wholeNumber(rest), depth);
      default: throw new RespError('what answers does not speak the protocol of Redis');
    }
  }

  #line(): string | undefined {
    const end = this.#bytes.indexOf('\r\n', this.#at);
    if (end === -1) {
      if (this.#bytes.length - this.#at > MAX_LINE_BYTES) throw new RespError('what answers does not speak the protocol of Redis');
      return undefined;
    }
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bulk(length: number): string | null | undefined {
    if (length === -1) return null;
    if (length < 0 || length > MAX_BULK_BYTES) throw new RespError(`a value of ${String(length)} bytes is too long`);
    const end = this.#at + length;
    if (this.#bytes.length < end + 2) {
      this.#needed = end + 2;
      return undefined;
    }
    if (this.#bytes[end] !== CR || this.#bytes[end + 1] !== LF) throw new RespError('a value has another length than it says');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return text;
  }

  #array(length: number, depth: number): readonly Reply[] | null | undefined {
    if (length === -1) return null;
    if (length < 0 || length > MAX_ITEMS || depth >= MAX_DEPTH) throw new RespError('a list is too long or too deep');
    const items: Reply[] = [];
    for (let n = 0; n < length; n++) {
      const item = this.#read(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}

function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new RespError('what answers does not speak the protocol of Redis');
  return Number(text);
}
