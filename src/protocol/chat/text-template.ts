import { isRecord, type JsonObject } from '../json.ts';
import type { StreamEvent } from '../wire.ts';

/** Most chunks of a stream are the one before with other words in it: what stands around the words, and the model that it names. */
export interface TextTemplate {
  before: string;
  after: string;
  model: string | null;
}

const KEY = '"content"';
/** Stands in a JSON string only as an escape, or nearly so. */
const ESCAPED = /["\\\p{Cc}]/u;

/**
 * The template of a chunk that holds words and nothing else of meaning. Null unless it is certain where they stand: without a single
 * escape in it, the one `"content"` is the key that they were read from.
 */
export function templateOf({ data, object, model, deltas, finishes, usage, error }: StreamEvent): TextTemplate | null {
  const [delta] = deltas;
  if (deltas.length !== 1 || delta?.type !== 'text' || finishes || usage !== null || error !== null || data.includes('\\')) return null;
  const at = data.indexOf(KEY), from = at + KEY.length + 2;
  if (at < 0 || data.indexOf(KEY, at + 1) >= 0 || contentOf(object) !== delta.text || !data.startsWith(`:"${delta.text}"`, from - 2)) return null;
  return { before: data.slice(0, from), after: data.slice(from + delta.text.length), model };
}

function contentOf(object: JsonObject | null): unknown {
  const choices = object?.['choices'];
  const choice: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : null;
  return isRecord(choice) && isRecord(choice['delta']) ? choice['delta']['content'] : null;
}

/** Reads a chunk of that template without parsing it; null when it is none, or when its words have to be unescaped. */
export function readByTemplate({ before, after, model }: TextTemplate, data: string): StreamEvent | null {
  if (data.length <= before.length + after.length || !data.startsWith(before) || !data.endsWith(after)) return null;
  const text = data.slice(before.length, data.length - after.length);
  return ESCAPED.test(text) ? null : new TextChunk(data, model, text);
}

class TextChunk implements StreamEvent {
  readonly event = null;
  readonly data: string;
  readonly done = false;
  readonly model: string | null;
  readonly deltas: StreamEvent['deltas'];
  readonly content = true;
  readonly finishes = false;
  readonly usage = null;
  readonly error = null;

  constructor(data: string, model: string | null, text: string) {
    this.data = data;
    this.model = model;
    this.deltas = [{ type: 'text', text }];
  }

  get object(): JsonObject {
    return JSON.parse(this.data) as JsonObject;
  }
}
