/** The one redactor: configured keys leave this process in no log, trace, error or answer. */
import type { ChatDelta } from '../protocol/types.ts';
import type { StreamEvent } from '../protocol/wire.ts';
import { findCutRanges, findRanges } from './find-secrets.ts';
import type { Range } from './find-secrets.ts';
import { createByteRedactor, createTextRedactor, replaceRanges, startsOf } from './redact-stream.ts';
import type { Needles, StreamRedactor } from './redact-stream.ts';
import { HEAD_CHARS, secretForms } from './secret-forms.ts';
import { createSieve } from './sieve.ts';
import { createDeltaMask, createEventMask } from './spread-keys.ts';
import type { SpreadMask } from './spread-keys.ts';

export interface Redactor {
  /** True when there is nothing to look for: then every other method gives back what it got. */
  readonly idle: boolean;
  /** The text with every key, also URL-encoded or in base64, replaced by `[redacted]`; also one of which only the beginning is left. */
  redactText(text: string): string;
  /** The same for a whole answer, where the beginning of a key may be an innocent text. */
  redactAnswer(text: string): string;
  /** The same for every string inside plain data, property names included. Gives back the very same object when nothing matches, else a copy. */
  redactDeep<T>(data: T): T;
  /** The same for data that is JSON already. */
  redactJson(json: string): string;
  /** For one stream of outgoing bytes; see {@link StreamRedactor}. */
  createStreamRedactor(): StreamRedactor<Uint8Array>;
  /** For one text that is rendered in pieces. */
  createTextStreamRedactor(): StreamRedactor<string>;
  /** For keys whose pieces stand in several deltas of one answer; null when there is nothing to look for. */
  createDeltaMask(): SpreadMask<ChatDelta> | null;
  /** The same for the events of a stream that is passed on. */
  createEventMask(): SpreadMask<StreamEvent> | null;
  /** Takes other keys over; streams that run keep those they began with. */
  replaceSecrets(secretValues: readonly string[]): void;
}

/**
 * `secretValues`: every key and token in use. Values below eight characters and the placeholders that local servers publish
 * are not looked for: they are no secrets and would hit innocent text.
 */
export function createRedactor(secretValues: readonly string[]): Redactor {
  let needles = needlesOf(secretValues);

  const replaced = (text: string, ranges: readonly Range[]): string => (ranges.length === 0 ? text : replaceRanges(text, ranges, () => '[redacted]'));
  const redactText = (text: string): string => replaced(text, findCutRanges(text, needles.texts, HEAD_CHARS));
  const unlessIdle = <T>(create: (needles: Needles) => T): T | null => (needles.texts.length === 0 ? null : create(needles));

  return {
    get idle() { return needles.texts.length === 0; },
    redactText,
    redactAnswer: (text) => replaced(text, findRanges(text, needles.texts)),
    redactDeep: (data) => (needles.texts.length > 0 && holdsSecret(data, needles) ? mapStrings(data, redactText) : data),
    redactJson: (json) => (needles.jsonHeads.some((needle) => json.includes(needle)) ? JSON.stringify(mapStrings(JSON.parse(json) as unknown, redactText)) : json),
    createStreamRedactor: () => createByteRedactor(needles),
    createTextStreamRedactor: () => createTextRedactor(needles),
    createDeltaMask: () => unlessIdle(createDeltaMask),
    createEventMask: () => unlessIdle(createEventMask),
    replaceSecrets: (values) => { needles = needlesOf(values); },
  };
}

function needlesOf(secretValues: readonly string[]): Needles {
  const texts = secretForms(secretValues);
  const bytes = texts.map((text) => Buffer.from(text));
  return {
    texts, jsonHeads: texts.map((text) => JSON.stringify(text.slice(0, HEAD_CHARS)).slice(1, -1)), bytes, sieve: createSieve(bytes),
    textStarts: startsOf(texts, (text, at) => text.charCodeAt(at)), byteStarts: startsOf(bytes, (needle, at) => needle[at] ?? 0),
  };
}

/** Is a key anywhere in this data? The usual answer is no, and one search in its JSON is the cheapest way to it. */
function holdsSecret(data: unknown, { jsonHeads }: Needles): boolean {
  // No JSON for `undefined`, whatever the types say.
  const json = (JSON.stringify(data) as string | undefined) ?? '';
  return jsonHeads.some((needle) => json.includes(needle));
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
