import { isRecord, type JsonObject } from '../json.ts';
import { openReasoning, sealReasoning } from '../reasoning-carrier.ts';
import type { ChatDelta, ReasoningItem } from '../types.ts';

/** An entry of `reasoning_details` as a client sends it back: a provider's own, or what we sealed into it. */
export function itemsOf(entry: JsonObject): ReasoningItem[] {
  const { data } = entry;
  const ours = typeof data === 'string' ? openReasoning(data) : null;
  return ours ?? [{ wire: 'chat', provider: null, raw: entry }];
}

/**
 * An item in OpenRouter's form, which chat clients send back: https://openrouter.ai/docs/use-cases/reasoning-tokens. Clients merge
 * entries of the same `index`, so each one has its own. Another format's item travels sealed.
 */
export const detailOf = (item: ReasoningItem, index: number): JsonObject =>
  (item.wire === 'chat' ? item.raw : { type: 'reasoning.encrypted', data: sealReasoning([item]), format: 'unknown', index });

/**
 * Puts the pieces of `reasoning_details` together as a stream brings them: text and summaries come in fragments under one index, and
 * are whole when their signature, another entry or anything but reasoning follows.
 */
export class ReasoningDetails {
  readonly #provider: string;
  readonly #whole: boolean;
  #held: Record<string, unknown> | null = null;

  /** `whole`: the entries of a plain answer, which are no fragments. */
  constructor(provider: string, form: 'fragments' | 'whole') {
    this.#provider = provider;
    this.#whole = form === 'whole';
  }

  get holds(): boolean {
    return this.#held !== null;
  }

  /** One entry; `out` gets the items that are whole with it. */
  add(entry: JsonObject, out: ChatDelta[]): void {
    const held = this.#held;
    if (held === null || held['type'] !== entry['type'] || held['index'] !== entry['index'] || textKey(entry) === null) {
      this.flush(out);
      this.#held = { ...entry };
    } else merge(held, entry);
    if (this.#whole || textKey(entry) === null || isText(entry['signature'])) this.flush(out);
  }

  flush(out: ChatDelta[]): void {
    if (this.#held === null) return;
    out.push({ type: 'reasoning_item', item: { wire: 'chat', provider: this.#provider, raw: this.#held } });
    this.#held = null;
  }
}

/** The readable words of an entry; OpenRouter tells them in `reasoning` too. */
export function wordsOf(entry: unknown): string {
  const key = isRecord(entry) ? textKey(entry) : null;
  const words = isRecord(entry) && key !== null ? entry[key] : undefined;
  return typeof words === 'string' ? words : '';
}

const textKey = ({ type }: JsonObject): 'text' | 'summary' | null => (type === 'reasoning.text' ? 'text' : type === 'reasoning.summary' ? 'summary' : null);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

function merge(held: Record<string, unknown>, entry: JsonObject): void {
  const key = textKey(entry);
  for (const [name, value] of Object.entries(entry)) {
    if (name === key && typeof value === 'string') held[name] = `${typeof held[name] === 'string' ? held[name] : ''}${value}`;
    else if (value !== null && value !== undefined) held[name] = value;
  }
}
