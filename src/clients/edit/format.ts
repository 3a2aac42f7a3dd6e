import type { Json, Path } from './data.ts';

/**
 * Reads and changes configuration as text: what is not asked for stays byte for byte. Texts come without a byte order mark.
 * All throw `BrokenText` for what they cannot read or cannot change.
 */
export interface TextFormat {
  /** As in messages: `JSON`. */
  readonly name: string;
  parse(text: string): unknown;
  /** The value's own source text, to be put back some day; undefined when there is none. */
  raw(text: string, path: Path): string | undefined;
  /** Puts a value, in place of one that is there. */
  set(text: string, path: Path, value: Json): string;
  /** Puts a value back in the words that {@link raw} gave. Only where a value stands now. */
  restore(text: string, path: Path, raw: string): string;
  /** Takes key and value out. */
  remove(text: string, path: Path): string;
}
