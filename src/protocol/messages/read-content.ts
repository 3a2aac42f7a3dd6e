import { isRecord } from '../json.ts';
import { openReasoning } from '../reasoning-carrier.ts';
import type { ChatMessage, ContentPart, ReasoningItem, ToolCall } from '../types.ts';
import type { Block } from './body-schema.ts';

/** Claude Code's accounting for Anthropic, in the place of a system prompt: no words for a model, and not the same in every version. */
const BILLING_HEADER = 'x-anthropic-billing-header:';

/** The `system` field, or a message of role `system`. */
export function systemMessage(content: string | readonly Block[]): ChatMessage {
  if (typeof content === 'string') return { role: 'system', content };
  return { role: 'system', content: content.filter(({ text }) => typeof text !== 'string' || !text.startsWith(BILLING_HEADER)).map(toPart) };
}

/** A user's turn: its tool results as messages of their own, then the user's words, if there are any. */
export function userMessages(content: string | readonly Block[]): ChatMessage[] {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const results: ChatMessage[] = [];
  const parts: ContentPart[] = [];
  for (const block of content) {
    if (block.type === 'tool_result') results.push(toolMessage(block));
    else parts.push(toPart(block));
  }
  return parts.length === 0 && results.length > 0 ? results : [...results, { role: 'user', content: parts }];
}

function toolMessage({ tool_use_id: id, content, is_error: failed, cache_control: cache }: Block): ChatMessage {
  const parts = typeof content === 'string' ? content : ((content ?? []) as readonly Block[]).map(toPart);
  return { role: 'tool', toolCallId: String(id), content: cache == null ? parts : marked(parts, cache), ...(failed === true ? { isError: true } : {}) };
}

/** The mark of a whole result stands on its last part. */
function marked(content: string | ContentPart[], cacheControl: unknown): ContentPart[] {
  const parts: ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const last = parts.at(-1);
  return last === undefined || last.type === 'other' ? parts : [...parts.slice(0, -1), { ...last, cacheControl: last.cacheControl ?? cacheControl }];
}

/** An assistant's turn, as one message for each run of reasoning, words and calls, so that their order stays. */
export function assistantMessages(content: string | readonly Block[]): ChatMessage[] {
  if (typeof content === 'string') return [{ role: 'assistant', content }];
  const runs: Run[] = [];
  for (const block of content) {
    const last = runs.at(-1);
    const run = last !== undefined && follows(block.type, last) ? last : { thoughts: [], items: null, parts: [], calls: [] };
    if (run !== last) runs.push(run);
    if (isThinking(block)) {
      if (typeof block['thinking'] === 'string' && block['thinking'] !== '') run.thoughts.push(block['thinking']);
      run.items = [...(run.items ?? []), ...reasoningItemsOf(block)];
    } else if (block.type === 'tool_use') run.calls.push(toCall(block));
    else run.parts.push(toPart(block));
  }
  return runs.length === 0 ? [{ role: 'assistant', content: '' }] : runs.map(toMessage);
}

/** `items` is empty where all thinking is ours, signed by nobody: it is still there, and no provider may get it. */
interface Run { thoughts: string[]; items: ReasoningItem[] | null; parts: ContentPart[]; calls: ToolCall[] }

/** Within one message reasoning comes first, then words, then calls. */
const follows = (type: string, { parts, calls }: Run): boolean =>
  type === 'tool_use' || (calls.length === 0 && (!THINKING.has(type) || parts.length === 0));

function toMessage({ thoughts, items, parts, calls }: Run): ChatMessage {
  const [first] = parts;
  const plain = parts.length === 1 && first?.type === 'text' && first.cacheControl === undefined ? first.text : null;
  return {
    role: 'assistant', content: parts.length === 0 ? null : (plain ?? parts),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('\n\n') }),
    ...(items === null ? {} : { reasoningItems: items }),
  };
}

const THINKING: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);
export const isThinking = ({ type }: Readonly<Record<string, unknown>>): boolean => THINKING.has(type);

/** What a thinking block holds: what we sealed into its signature, else the block itself. */
export function reasoningItemsOf(block: Readonly<Record<string, unknown>>): ReasoningItem[] {
  const seal = block['type'] === 'thinking' ? block['signature'] : block['data'];
  return (typeof seal === 'string' ? openReasoning(seal) : null) ?? [{ wire: 'messages', provider: null, raw: block }];
}

const toCall = ({ id, name, input }: Block): ToolCall => ({ id: String(id), name: String(name), arguments: JSON.stringify(input ?? {}) });

function toPart(block: Block): ContentPart {
  const { type, text, source, cache_control: mark } = block;
  const cache = mark == null ? {} : { cacheControl: mark };
  if (type === 'text' && typeof text === 'string') return { type: 'text', text, ...cache };
  if (type === 'search_result') return { type: 'text', text: searchResult(block), ...cache };
  const url = urlOf(source);
  if (type === 'image' && url !== null) return { type: 'image', url, ...cache };
  if (type !== 'document') return { type: 'other', raw: block };
  const title = typeof block['title'] === 'string' ? block['title'] : undefined;
  if (url !== null) return { type: 'file', url, ...(title === undefined ? {} : { filename: title }), ...cache };
  const words = wordsOf(source);
  return words === null ? { type: 'other', raw: block } : { type: 'text', text: `<document${title === undefined ? '' : ` title=${JSON.stringify(title)}`}>\n${words}\n</document>`, ...cache };
}

function urlOf(source: unknown): string | null {
  if (!isRecord(source)) return null;
  const { type, url, media_type: mediaType, data } = source;
  if (type === 'url') return typeof url === 'string' ? url : null;
  return type === 'base64' && typeof data === 'string' ? `data:${typeof mediaType === 'string' ? mediaType : 'application/octet-stream'};base64,${data}` : null;
}

/** A document that is given as text; null for one that only its provider has (a file id). */
function wordsOf(source: unknown): string | null {
  if (!isRecord(source)) return null;
  if (source['type'] === 'text') return typeof source['data'] === 'string' ? source['data'] : null;
  return source['type'] === 'content' ? textOf(source['content']) : null;
}

const searchResult = ({ title, source, content }: Block): string =>
  [title, source, textOf(content)].filter((line) => typeof line === 'string' && line !== '').join('\n');

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.flatMap((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : [])).join('\n') : '';
}
