import { isRecord, tryParseJson } from './json.ts';
import type { ReasoningItem } from './types.ts';

/** Marks an envelope of ours in a field that clients send back unread: a thinking block's signature, an `encrypted_content`. */
const MARK = 'openfusion1.';
const WIRES: ReadonlySet<unknown> = new Set(['chat', 'responses', 'messages']);

/** Puts reasoning of one format into an opaque text, so that it survives a round trip through a client of another. */
export const sealReasoning = (items: readonly ReasoningItem[]): string =>
  MARK + Buffer.from(JSON.stringify(items.map(({ wire, provider, raw }) => ({ wire, provider, raw })))).toString('base64url');

/** What {@link sealReasoning} sealed; null when the text is none of ours, empty when it is ours and broken. */
export function openReasoning(text: string): ReasoningItem[] | null {
  if (!text.startsWith(MARK)) return null;
  const value = tryParseJson(Buffer.from(text.slice(MARK.length), 'base64url').toString('utf8'));
  return Array.isArray(value) ? value.flatMap(itemOf) : [];
}

function itemOf(value: unknown): ReasoningItem[] {
  if (!isRecord(value) || !WIRES.has(value['wire']) || !isRecord(value['raw'])) return [];
  const { wire, provider, raw } = value;
  return [{ wire: wire as ReasoningItem['wire'], provider: typeof provider === 'string' ? provider : null, raw, carried: true }];
}
