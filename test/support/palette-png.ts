// Screenshots of text have few colours that matter: with a palette of 256 a PNG takes half the bytes and looks the same.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256, RGB = 2, PALETTE = 3;

/** The same picture with its 256 most frequent colours; others become the nearest of these. Errors: no 8-bit RGB PNG without interlacing. */
export function withPalette(png: Buffer): Buffer {
  const { header, data } = partsOf(png);
  const width = header.readUInt32BE(0), height = header.readUInt32BE(4);
  if (header[8] !== 8 || header[9] !== RGB || header[12] !== 0) throw new Error('this PNG is not of 8-bit RGB');
  const pixels = unfiltered(inflateSync(data), width * 3, height);
  const colours: number[] = [];
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    colours.push(colour);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts].sort(([, one], [, other]) => other - one).slice(0, COLOURS).map(([colour]) => colour);
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, colour] of colours.entries()) rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = index.get(colour) ?? 0;
  const entries = Buffer.alloc(palette.length * 3);
  for (const [at, colour] of palette.entries()) entries.writeUIntBE(colour, at * 3, 3);
  header[9] = PALETTE;
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', entries), chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function partsOf(png: Buffer): { header: Buffer; data: Buffer } {
  const data: Buffer[] = [];
  let header = Buffer.alloc(13);
  for (let at = SIGNATURE.length; at < png.length;) {
    const bytes = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), content = png.subarray(at + 8, at + 8 + bytes);
    if (type === 'IHDR') header = Buffer.from(content);
    if (type === 'IDAT') data.push(content);
    at += bytes + 12;
  }
  return { header, data: Buffer.concat(data) };
}

/** Takes the filter off each line (PNG specification, section 9). */
function unfiltered(lines: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const here = y * stride + x;
      const left = x < 3 ? 0 : pixels[here - 3] ?? 0, up = y === 0 ? 0 : pixels[here - stride] ?? 0, corner = x < 3 || y === 0 ? 0 : pixels[here - stride - 3] ?? 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[here] = (lines[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner, toLeft = Math.abs(guess - left), toUp = Math.abs(guess - up), toCorner = Math.abs(guess - corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0, least = Infinity;
  for (const [at, other] of palette.entries()) {
    const distance = [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
    if (distance < least) [best, least] = [at, distance];
  }
  return best;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]), size = Buffer.alloc(4), check = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([size, named, check]);
}
