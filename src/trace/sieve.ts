/**
 * Tells cheaply that none of the needles can be in some bytes, by looking at few of them. Each needle is at least `shortest`
 * bytes long, so wherever it stands, one of the three-byte groups at every `shortest - 2`th place is one of its own.
 */
export interface Sieve {
  /** False: certainly none of them is in here as a whole. */
  mayHold(bytes: Uint8Array): boolean;
}

export function createSieve(needles: readonly Uint8Array[]): Sieve {
  const shortest = needles.reduce((length, needle) => Math.min(length, needle.length), Infinity);
  if (needles.length === 0 || shortest < 3) return { mayHold: () => needles.length > 0 };
  const known = new Uint8Array(65_536);
  for (const needle of needles) {
    for (let at = 0; at <= shortest - 3; at++) known[groupAt(needle, at)] = 1;
  }
  const step = shortest - 2;
  return {
    mayHold(bytes) {
      for (let at = shortest - 3; at + 3 <= bytes.length; at += step) {
        if (known[groupAt(bytes, at)] === 1) return true;
      }
      return false;
    },
  };
}

/** Three bytes in 16 bits. Several groups share a value: that costs a needless search, nothing else. */
function groupAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) ^ ((bytes[at + 1] ?? 0) << 4) ^ ((bytes[at + 2] ?? 0) << 8)) & 0xffff;
}
