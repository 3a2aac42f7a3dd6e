/** The one redactor: configured keys leave this process in no log, trace, error or answer. */
import { findRanges } from './find-secrets.ts';
import { createByteRedactor, createTextRedactor, replaceRanges, startsOf } from './redact-stream.ts';
import type { Needles, StreamRedactor } from './redact-stream.ts';
import { secretForms } from './secret-forms.ts';
import { createSieve } from './sieve.ts';

export interface Redactor {
  /** True when there is nothing to look for: then every other method gives back what it got. */
  readonly idle: boolean;
  /** The text with every key, also URL-encoded or in base64, replaced by `[redacted]`. */
  redactText(text: string): string;
  /** The same for every string inside plain data, property names included. Gives back the very same object when nothing matches, else a copy. */
  redactDeep<T>(data: T): T;
  /** For one stream of outgoing bytes; see {@link StreamRedactor}. */
  createStreamRedactor(): StreamRedactor<Uint8Array>;
  /** For one text that is rendered in pieces. */
  createTextStreamRedactor(): StreamRedactor<string>;
  /** Takes other keys over; streams that run keep those they began with. */
  replaceSecrets(secretValues: readonly string[]): void;
}

/**
 * `secretValues`: every key and token in use. Values below eight characters and the placeholders that local servers publish
 * are not looked for: they are no secrets and would hit innocent text.
 */
export function createRedactor(secretValues: readonly string[]): Redactor {
  let needles = needlesOf(secretValues);

  const redactText = (text: string): string => {
    const ranges = findRanges(text, needles.texts);
    return ranges.length === 0 ? text : replaceRanges(text, ranges, () => '[redacted]');
  };

  return {
    get idle() { return needles.texts.length === 0; },
    redactText,
    redactDeep: (data) => (needles.texts.length > 0 && holdsSecret(data, needles) ? mapStrings(data, redactText) : data),
    createStreamRedactor: () => createByteRedactor(needles),
    createTextStreamRedactor: () => createTextRedactor(needles),
    replaceSecrets: (values) => { needles = needlesOf(values); },
  };
}

function needlesOf(secretValues: readonly string[]): Needles {
  const texts = secretForms(secretValues);
  const bytes = texts.map((text) => Buffer.from(text));
  return {
    texts, jsonTexts: texts.map((text) => JSON.stringify(text).slice(1, -1)), bytes, sieve: createSieve(bytes),
    textStarts: startsOf(texts, (text, at) => text.charCodeAt(at)), byteStarts: startsOf(bytes, (needle, at) => needle[at] ?? 0),
  };
}

/** Is a key anywhere in this data? The usual answer is no, and one search in its JSON is the cheapest way to it. */
function holdsSecret(data: unknown, { jsonTexts }: Needles): boolean {
  // No JSON for `undefined`, whatever the types say.
  const json = (JSON.stringify(data) as string | undefined) ?? '';
  return jsonTexts.some((needle) => json.includes(needle));
}

/** A copy of plain data with every string mapped. Only plain data comes here: what it gives back has the same shape. */
function mapStrings<T>(data: T, map: (text: string) => string): T {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return map(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(copy);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [map(key), copy(inner)]));
  };
  return copy(data) as T;
}
