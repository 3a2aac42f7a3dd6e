const QUOTE = 0x22, BACKSLASH = 0x5c, OPEN_OBJECT = 0x7b, OPEN_ARRAY = 0x5b, CLOSE_OBJECT = 0x7d, CLOSE_ARRAY = 0x5d;

/** What an upstream says may nest this deep: a request that it repeats, and some levels around it. Far deeper values overflow the stack of whoever writes them. */
const MAX_ANSWER_DEPTH = 500;
/** Shorter JSON cannot do harm. */
const HARMLESS_BYTES = 8_000;

/** Does an upstream's JSON nest deeper than anybody needs? */
export function nestsTooDeep(json: Uint8Array | string): boolean {
  if (json.length <= HARMLESS_BYTES) return false;
  const bytes = typeof json === 'string' ? Buffer.from(json) : Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  return nestsDeeperThan(bytes, MAX_ANSWER_DEPTH);
}

/** Does this JSON nest deeper than so many levels? Found without parsing it, and as soon as it is certain. Of what is no JSON it says something. */
export function nestsDeeperThan(json: Buffer, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at + 1);
      if (at < 0) return false;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > levels) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
    }
  }
  return false;
}

/** Where the quote stands that ends a string; -1 when there is none. */
function endOfString(json: Buffer, from: number): number {
  for (let at = json.indexOf(QUOTE, from); at >= 0; at = json.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === BACKSLASH && at - 1 - slashes >= from) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
