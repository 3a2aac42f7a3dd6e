import { pairedMessages, NO_RESULT, type PairedCall } from '../paired-messages.ts';
import { fitToolName } from '../tool-names.ts';
import type { ChatMessage, ContentPart, ReasoningItem } from '../types.ts';
import { REASONING_GAP } from './conversation.ts';

type Item = Readonly<Record<string, unknown>>;

/** A conversation as `instructions` (what the system says before anybody speaks) and `input` items. */
export function inputOf(messages: readonly ChatMessage[], owns: (item: ReasoningItem) => boolean): { instructions: string | undefined; input: Item[] } {
  const spoken = messages.findIndex(({ role, content }) => (role !== 'system' && role !== 'developer') || !isPlain(content));
  // Nobody spoke: the API wants some input.
  if (spoken < 0) return { instructions: undefined, input: messages.flatMap(spokenItem) };
  const leading = messages.slice(0, spoken).map(({ content }) => plainText(content, REASONING_GAP)).filter((text) => text !== '');
  return {
    instructions: leading.length === 0 ? undefined : leading.join(REASONING_GAP),
    input: pairedMessages(messages.slice(spoken)).flatMap(({ message, calls }) => (message.role === 'assistant' ? assistantItems(message, calls, owns) : spokenItem(message))),
  };
}

/** Not all servers know a message without its type. */
export const messageItem = (role: string, content: string | Item[]): Item => ({ type: 'message', role, content });

function spokenItem({ role, content }: ChatMessage): Item[] {
  const parts = isPlain(content) && (typeof content === 'string' || content?.length === 1) ? plainText(content, '') : partsOf(content);
  return parts.length === 0 ? [] : [messageItem(role === 'system' ? 'developer' : role, parts)];
}

/** Reasoning, words, calls, and right behind them the calls' results. */
function assistantItems({ content, reasoningItems = [] }: ChatMessage, calls: readonly PairedCall[], owns: (item: ReasoningItem) => boolean): Item[] {
  const texts = typeof content === 'string' ? [content] : (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return [
    ...reasoningItems.filter((item) => item.wire === 'responses' && owns(item)).map(({ raw }) => raw),
    ...texts.filter((text) => text !== '').map((text) => messageItem('assistant', text)),
    ...calls.map(callItem),
    ...calls.map(resultItem),
  ];
}

function callItem({ call, id }: PairedCall): Item {
  const name = fitToolName(call.name);
  return call.custom === true ? { type: 'custom_tool_call', call_id: id, name, input: call.arguments } : { type: 'function_call', call_id: id, name, arguments: call.arguments };
}

function resultItem({ call, id, result }: PairedCall): Item {
  const content = result === null ? NO_RESULT : result.content;
  return { type: call.custom === true ? 'custom_tool_call_output' : 'function_call_output', call_id: id, output: isPlain(content) ? plainText(content, '\n') : partsOf(content) };
}

const isPlain = (content: ChatMessage['content']): boolean => content === null || typeof content === 'string' || content.every(({ type }) => type === 'text' || type === 'other');

const plainText = (content: ChatMessage['content'], gap: string): string =>
  (typeof content === 'string' ? content : (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(gap));

const partsOf = (content: ChatMessage['content']): Item[] => (typeof content === 'string' ? [{ type: 'input_text', text: content }] : (content ?? []).flatMap(partOf));

function partOf(part: ContentPart): Item[] {
  switch (part.type) {
    case 'text': return [{ type: 'input_text', text: part.text }];
    case 'image': return [{ type: 'input_image', image_url: part.url, detail: part.detail ?? 'auto' }];
    case 'file': return [part.url.startsWith('data:') ? { type: 'input_file', filename: part.filename ?? 'document', file_data: part.url } : { type: 'input_file', file_url: part.url }];
    case 'other': return [];
  }
}
