import type { JsonObject } from '../json.ts';
import type { ChatMessage, ContentPart, ReasoningItem, ToolCall } from '../types.ts';
import { wrapInput } from '../custom-tools.ts';
import { NO_RESULT } from '../paired-messages.ts';
import { fitToolName } from '../tool-names.ts';
import { inputOf } from './input.ts';

/** Picture types that Anthropic takes: https://docs.anthropic.com/en/docs/build-with-claude/vision */
const PICTURES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

export const textBlock = (text: string, cacheControl?: unknown): JsonObject => ({ type: 'text', text, ...(cacheControl == null ? {} : { cache_control: cacheControl }) });

/** A message's content as blocks of a user's turn or a tool's result. Anthropic refuses texts without a word, so they are left out. */
export function contentBlocks(content: ChatMessage['content']): JsonObject[] {
  if (content === null) return [];
  if (typeof content === 'string') return content.trim() === '' ? [] : [textBlock(content)];
  return content.flatMap((part): JsonObject[] => {
    if (part.type === 'text' && part.text.trim() === '') return [];
    return [part.type === 'text' ? textBlock(part.text, part.cacheControl) : mediaBlock(part)];
  });
}

/** Only text; for the assistant and the system, whose turns take no pictures. */
export function textBlocks(content: ChatMessage['content']): JsonObject[] {
  return contentBlocks(typeof content === 'string' || content === null ? content : content.filter(({ type }) => type === 'text'));
}

function mediaBlock(part: Exclude<ContentPart, { type: 'text' }>): JsonObject {
  if (part.type === 'other') return textBlock(`[content of type ${typeOf(part.raw)} left out]`);
  const cache = part.cacheControl == null ? {} : { cache_control: part.cacheControl };
  const data = dataOf(part.url);
  if (part.type === 'image') {
    if (data === null) return isAddress(part.url) ? { type: 'image', source: { type: 'url', url: part.url }, ...cache } : textBlock('[picture left out]');
    const mediaType = data.mediaType === 'image/jpg' ? 'image/jpeg' : data.mediaType;
    if (!PICTURES.has(mediaType)) return textBlock(`[picture of type ${mediaType} left out]`);
    return { type: 'image', source: { type: 'base64', media_type: mediaType, data: data.base64() }, ...cache };
  }
  const source = documentSource(part.url, data);
  if (source === null) return textBlock(`[file ${part.filename ?? ''} of type ${data?.mediaType ?? 'unknown'} left out]`);
  return { type: 'document', source, ...(part.filename === undefined ? {} : { title: part.filename }), ...cache };
}

function documentSource(url: string, data: DataUrl | null): JsonObject | null {
  if (data === null) return isAddress(url) ? { type: 'url', url } : null;
  if (data.mediaType === 'application/pdf') return { type: 'base64', media_type: data.mediaType, data: data.base64() };
  if (!/^text\/|[/+]json$|[/+]xml$/.test(data.mediaType)) return null;
  const text = Buffer.from(data.base64(), 'base64').toString('utf8');
  return text.trim() === '' ? null : { type: 'text', media_type: 'text/plain', data: text };
}

interface DataUrl { mediaType: string; base64(): string }

function dataOf(url: string): DataUrl | null {
  const head = /^data:([^;,]*)([^,]*),/i.exec(url.slice(0, 256));
  if (head === null) return null;
  const rest = url.slice(head[0].length);
  const encoded = /;\s*base64$/i.test(head[2] ?? '');
  return { mediaType: (head[1] ?? '').toLowerCase() || 'text/plain', base64: () => (encoded ? rest : Buffer.from(unescaped(rest)).toString('base64')) };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isAddress = (url: string): boolean => /^https?:\/\//i.test(url);
const typeOf = (raw: unknown): string => String((raw as { type?: unknown } | null)?.type ?? 'unknown');

/** An assistant's turn: reasoning that this provider minted, then words, then calls. */
export function assistantBlocks({ content, reasoningItems = [] }: ChatMessage, calls: readonly { id: string; call: ToolCall }[], owns: (item: ReasoningItem) => boolean): JsonObject[] {
  return [
    ...reasoningItems.filter((item) => item.wire === 'messages' && owns(item)).map(({ raw }) => raw),
    ...textBlocks(content),
    ...calls.map(({ id, call }) => ({ type: 'tool_use', id, name: fitToolName(call.name), input: inputOf(call.custom === true ? wrapInput(call.arguments) : call.arguments) })),
  ];
}

/** A tool's result; `result` is null where the history holds none. A mark for the cache inside it counts for all of it. */
export function resultBlock(id: string, result: ChatMessage | null): JsonObject {
  const parts = result === null ? [textBlock(NO_RESULT)] : contentBlocks(result.content);
  const mark = parts.findLast(({ cache_control: own }) => own !== undefined)?.['cache_control'];
  const blocks = mark === undefined ? parts : parts.map(({ cache_control: _own, ...block }) => block);
  const failed = result?.isError === true;
  // A failure has to say something.
  const said = blocks.length === 0 ? (failed ? 'error' : undefined) : blocks.length === 1 && blocks[0]?.['type'] === 'text' ? blocks[0]['text'] : blocks;
  return { type: 'tool_result', tool_use_id: id, ...(said === undefined ? {} : { content: said }), ...(failed ? { is_error: true } : {}), ...(mark === undefined ? {} : { cache_control: mark }) };
}
