/**
 * A 64-bit hash of a text, or of several without joining them, as 16 hexadecimal digits: cyrb53 by bryc (public domain, github.com/bryc/code), with all of its two
 * 32-bit lanes kept. Fast and well mixed; not cryptographic, and nothing here needs that.
 */
export function hash64(...texts: string[]): string {
  let h1 = 0xdeadbeef, h2 = 0x41c6ce57;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      h1 = Math.imul(h1 ^ code, 2_654_435_761);
      h2 = Math.imul(h2 ^ code, 1_597_334_677);
    }
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  return (h2 >>> 0).toString(16).padStart(8, '0') + (h1 >>> 0).toString(16).padStart(8, '0');
}
