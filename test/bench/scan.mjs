// Reads the few top-level fields that a gateway needs in the bytes of a JSON object, without building the object.

const [QUOTE, BACKSLASH, COLON, COMMA, SPACE] = [0x22, 0x5c, 0x3a, 0x2c, 0x20];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const LONGEST_NAME = 24;

/** Index of the quote that closes the string opened at `at`; -1 when it is not closed. */
function stringEnd(bytes, at) {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) return i;
    if (bytes[i] === BACKSLASH) i++;
  }
  return -1;
}

/** End of the string, number or literal at `at`. */
function scalarEnd(bytes, at) {
  if (bytes[at] === QUOTE) return stringEnd(bytes, at) + 1;
  let i = at;
  while (i < bytes.length && bytes[i] !== COMMA && bytes[i] !== BRACE_END && bytes[i] > SPACE) i++;
  return i;
}

/** Byte ranges [start, end) of the values of the wanted top-level members (a Set of names), as far as they are scalars. */
export function findTopLevel(bytes, wanted) {
  const found = {};
  let depth = 0;
  let keyNext = false;
  let left = wanted.size;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, i);
      if (end < 0) break;
      const isKey = depth === 1 && keyNext;
      const name = isKey && end - i <= LONGEST_NAME ? bytes.latin1Slice(i + 1, end) : undefined;
      i = end;
      if (!isKey) continue;
      keyNext = false;
      if (!wanted.has(name) || name in found) continue;
      let start = end + 1;
      while (bytes[start] <= SPACE || bytes[start] === COLON) start++;
      found[name] = { start, end: scalarEnd(bytes, start) };
      if (--left === 0) break;
      i = found[name].end - 1;
    } else if (byte === BRACE || byte === BRACKET) {
      depth++;
      if (depth === 1) keyNext = true;
    } else if (byte === BRACE_END || byte === BRACKET_END) {
      depth--;
    } else if (byte === COMMA && depth === 1) {
      keyNext = true;
    }
  }
  return found;
}

/** The bytes with another value in that range. */
export function splice(bytes, { start, end }, value) {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(JSON.stringify(value)), bytes.subarray(end)]);
}
