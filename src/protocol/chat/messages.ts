import { wrapInput } from '../custom-tools.ts';
import { NO_RESULT, pairedMessages, type PairedCall } from '../paired-messages.ts';
import { fitToolName } from '../tool-names.ts';
import type { ChatMessage, ContentPart } from '../types.ts';
import type { CallBody } from '../wire.ts';
import { extrasOf } from './call-extras.ts';
import { REASONING_PLACEHOLDER } from './history.ts';

type WireMessage = Record<string, unknown>;
type ForCall = Pick<CallBody, 'quirks' | 'ownsReasoning'>;

/**
 * A conversation of any format as chat messages. Each call's result stands right behind it; images of results follow in a message of
 * the user's, since tool messages hold text only.
 */
export const chatMessages = (messages: readonly ChatMessage[], call: ForCall): WireMessage[] =>
  pairedMessages(messages).flatMap(({ message, calls }) => {
    if (message.role === 'assistant') return assistantTurn(message, calls, call);
    const content = contentOf(message.content, call, '');
    // Not all APIs know `developer`; all that do know `system` too.
    return content === '' && message.role === 'user' ? [] : [{ role: message.role === 'developer' ? 'system' : message.role, content }];
  });

function assistantTurn(message: ChatMessage, calls: readonly PairedCall[], forCall: ForCall): WireMessage[] {
  const content = contentOf(message.content, forCall, null);
  if (content === null && calls.length === 0) return [];
  const images = calls.flatMap(({ call, result }) => imagesOf(call.name, result));
  const { extras, reasoning } = extrasOf((message.reasoningItems ?? []).filter((item) => item.wire === 'chat' && forCall.ownsReasoning(item)));
  return [
    {
      role: 'assistant', content, ...reasoningText(message, forCall), ...(reasoning.length === 0 ? {} : { reasoning_details: reasoning.map(({ raw }) => raw) }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((one, place) => ({ ...callOf(one, forCall), ...(extras.get(one.call.id) ?? (place === 0 && extras.size === 0 ? forCall.quirks.callExtras : undefined)) })) }),
    },
    ...calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result === null ? NO_RESULT : resultOf(result, forCall) })),
    ...(images.length === 0 ? [] : [{ role: 'user', content: images }]),
  ];
}

function reasoningText({ reasoning = '' }: ChatMessage, { quirks }: ForCall): WireMessage {
  if (quirks.replayReasoning !== true && quirks.fillReasoning !== true) return {};
  const text = reasoning === '' && quirks.fillReasoning === true ? REASONING_PLACEHOLDER : reasoning;
  return text === '' ? {} : { reasoning_content: text };
}

function callOf({ call, id }: PairedCall, { quirks }: ForCall): WireMessage {
  const name = fitToolName(call.name);
  if (call.custom === true && quirks.customTools === true) return { id, type: 'custom', custom: { name, input: call.arguments } };
  const args = call.custom === true ? wrapInput(call.arguments) : call.arguments;
  return { id, type: 'function', function: { name, arguments: args === '' ? '{}' : args } };
}

/** Text alone is a string, which every API takes; else parts. `empty` is what stands for nothing at all. */
function contentOf<T>(content: ChatMessage['content'], { quirks }: Pick<ForCall, 'quirks'>, empty: T): string | WireMessage[] | T {
  if (typeof content === 'string' || content === null) return content === null || content === '' ? empty : content;
  const parts = content.filter((part) => part.type !== 'other' && !(part.type === 'text' && part.text === ''));
  const cached = quirks.cacheControl === true && parts.some((part) => part.type !== 'other' && part.cacheControl !== undefined);
  if (parts.length === 0) return empty;
  return cached || parts.some(({ type }) => type !== 'text') ? parts.flatMap((part) => partOf(part, quirks.cacheControl === true)) : textOf(parts);
}

const textOf = (parts: readonly ContentPart[]): string => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');

function partOf(part: ContentPart, withCache: boolean): WireMessage[] {
  if (part.type === 'other') return [];
  const cache = withCache && part.cacheControl !== undefined ? { cache_control: part.cacheControl } : {};
  switch (part.type) {
    case 'text': return [{ type: 'text', text: part.text, ...cache }];
    case 'image': return [{ type: 'image_url', image_url: { url: part.url, ...(part.detail === undefined ? {} : { detail: part.detail }) }, ...cache }];
    case 'file': return [{ type: 'file', file: { filename: part.filename ?? 'document.pdf', file_data: part.url }, ...cache }];
  }
}

/** A tool message has no mark for a failure, so its words have to tell. */
function resultOf({ content, isError = false }: ChatMessage, forCall: ForCall): unknown {
  const parts = Array.isArray(content) ? content.filter(({ type }) => type === 'text') : content;
  const text = contentOf(parts, forCall, '');
  return isError && typeof text === 'string' && !/\b(error|fail)/i.test(text) ? `Error: ${text}` : text;
}

function imagesOf(name: string, result: ChatMessage | null): WireMessage[] {
  const parts = Array.isArray(result?.content) ? result.content.filter(({ type }) => type === 'image' || type === 'file') : [];
  return parts.length === 0 ? [] : [{ type: 'text', text: `From the result of the tool ${name}:` }, ...parts.flatMap((part) => partOf(part, false))];
}
