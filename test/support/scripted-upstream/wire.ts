import type { Conversation } from './conversation.ts';
import type { Gate } from './gate.ts';
import type { Mint } from './mint.ts';
import type { Answer, Pause, Piece, ScriptedToolCall, ScriptedUsage } from './reply.ts';

/** The wire formats that the scripted upstream plays. */
export type Wire = 'chat' | 'responses' | 'messages';

/** What a reply needs to know of its request. */
export interface Asked {
  readonly wire: Wire;
  readonly order: number;
  readonly model: string;
  readonly stream: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  readonly conversation: Conversation;
  readonly mint: Mint;
}

/** One server-sent event; without a name it goes out as `data:` alone. */
export interface WireEvent {
  readonly kind: 'event';
  readonly name?: string;
  readonly data: string;
}

/** An error as a provider tells it, before it has the form of a wire format. */
export interface WireError {
  readonly message: string;
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
}

/** How one wire format writes an answer. */
export interface WireFormat {
  events(answer: Answer, asked: Asked): Generator<WireEvent | Gate | Pause>;
  plain(answer: Answer, asked: Asked): object;
  error(status: number, error: WireError): object;
}

export const DEFAULT_USAGE: ScriptedUsage = { promptTokens: 11, completionTokens: 7 };
/** Epoch seconds that every answer claims. */
export const CREATED = 1_700_000_000;
export const BROKE_DOWN: WireError = { message: 'the scripted upstream broke down', type: 'server_error', code: 'server_error' };

/** A part of an answer, in the order in which it is told. */
export type Block = { readonly kind: 'reasoning' | 'text'; readonly pieces: readonly Piece[] } | { readonly kind: 'call'; readonly call: ScriptedToolCall; readonly index: number };

/** Reasoning, text, tool calls, closing text; what is empty is left out. */
export function blocksOf({ reasoning, text, toolCalls, closing }: Answer): Block[] {
  const told = (kind: 'reasoning' | 'text', content: string | readonly Piece[] | undefined): Block[] => {
    const pieces = piecesOf(content);
    return pieces.length > 0 ? [{ kind, pieces }] : [];
  };
  return [...told('reasoning', reasoning), ...told('text', text), ...toolCalls.map((call, index): Block => ({ kind: 'call', call, index })), ...told('text', closing)];
}

export function piecesOf(content: string | readonly Piece[] | undefined): readonly Piece[] {
  if (content === undefined || content === '') return [];
  return typeof content === 'string' ? [content] : content;
}

/** All strings of a content, joined. */
export function words(content: string | readonly Piece[] | undefined): string {
  return piecesOf(content)
    .filter((piece) => typeof piece === 'string')
    .join('');
}

/** In about equal parts; none of an empty value. */
export function split(value: string, parts: number): string[] {
  const size = Math.max(1, Math.ceil(value.length / Math.max(1, parts)));
  return Array.from({ length: Math.ceil(value.length / size) }, (_, at) => value.slice(at * size, (at + 1) * size));
}

export function argumentText({ arguments: args = {} }: ScriptedToolCall): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

/**
 * The call as a model makes it that was offered these tools: under the name that the tool has in this request, and as a function with
 * one string where a custom tool was offered as such.
 */
export function asOffered(call: ScriptedToolCall, { conversation: { tools } }: Asked): { name: string; namespace?: string; custom: boolean; text: string } {
  const namespace = call.namespace;
  const same = tools.find((tool) => tool.name === call.name && (namespace === undefined || tool.namespace === namespace));
  // A translator has no namespaces to offer: it flattens them into the name.
  const flat = namespace === undefined ? undefined : tools.find(({ name }) => name.includes(namespace) && name.endsWith(call.name));
  const tool = same ?? flat;
  const name = tool?.name ?? call.name;
  const within = tool?.namespace === undefined ? {} : { namespace: tool.namespace };
  if (call.input === undefined) return { name, ...within, custom: false, text: argumentText(call) };
  if (tool === undefined || tool.kind === 'custom') return { name, ...within, custom: true, text: call.input };
  return { name, ...within, custom: false, text: JSON.stringify({ [tool.properties[0] ?? 'input']: call.input }) };
}
