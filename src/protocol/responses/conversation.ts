import { isRecord, type JsonObject } from '../json.ts';
import { openReasoning } from '../reasoning-carrier.ts';
import type { ChatMessage, ContentPart, ReasoningItem, Role, ToolCall } from '../types.ts';
import { builtInCall, callName, jsonText, textOf } from './calls.ts';

/** Between the texts of several reasoning items, or of the parts of one. */
export const REASONING_GAP = '\n\n';

/** The items of `input` as messages: what belongs to one turn of the assistant is gathered into one message. */
export function messagesOf(items: readonly JsonObject[]): ChatMessage[] {
  const conversation = new Conversation();
  for (const item of items) conversation.add(item);
  return conversation.end();
}

class Turn {
  readonly parts: ContentPart[] = [];
  readonly calls: ToolCall[] = [];
  readonly reasoning: string[] = [];
  readonly reasoningItems: ReasoningItem[] = [];

  /** Null for a turn of reasoning alone: no format takes that as a message. */
  message(): ChatMessage | null {
    const { parts, calls, reasoning, reasoningItems } = this;
    if (parts.length === 0 && calls.length === 0) return null;
    return {
      role: 'assistant',
      content: contentOf(parts),
      ...(calls.length === 0 ? {} : { toolCalls: calls }),
      ...(reasoning.length === 0 ? {} : { reasoning: reasoning.join(REASONING_GAP) }),
      ...(reasoningItems.length === 0 ? {} : { reasoningItems }),
    };
  }
}

class Conversation {
  readonly #messages: ChatMessage[] = [];
  readonly #callIds = new Set<string>();
  #turn: Turn | null = null;

  add(item: JsonObject): void {
    const { type, role } = item;
    switch (type) {
      case 'reasoning': addReasoning(item, this.#open()); return;
      case 'function_call': this.#call({ ...named(item), arguments: textOf(item['arguments']) }); return;
      case 'custom_tool_call': this.#call({ ...named(item), arguments: textOf(item['input']), custom: true }); return;
      case 'function_call_output': case 'custom_tool_call_output': this.#result(textOf(item['call_id']), item['output']); return;
      case 'message': case undefined: this.#message(role as Role, item['content']); return;
      default: this.#other(textOf(type), item);
    }
  }

  end(): ChatMessage[] {
    this.#close();
    return this.#messages;
  }

  #open(): Turn {
    return this.#turn ??= new Turn();
  }

  #close(): void {
    const message = this.#turn?.message() ?? null;
    if (message !== null) this.#messages.push(message);
    this.#turn = null;
  }

  #message(role: Role, content: unknown): void {
    const parts = partsOf(content);
    if (role === 'assistant') { this.#open().parts.push(...parts); return; }
    this.#close();
    this.#messages.push({ role, content: contentOf(parts) });
  }

  #call(call: ToolCall): void {
    this.#callIds.add(call.id);
    this.#open().calls.push(call);
  }

  #result(toolCallId: string, output: unknown): void {
    this.#close();
    this.#messages.push({ role: 'tool', toolCallId, content: typeof output === 'string' ? output : contentOf(partsOf(output)) });
  }

  /** Built-in tools that the client runs are calls and results too; those that the provider ran are part of the assistant's turn. */
  #other(type: string, item: JsonObject): void {
    const call = builtInCall(item);
    if (call !== null) { this.#call(call); return; }
    const { call_id: callId, id } = item;
    // `local_shell_call_output` names the call by `id`.
    const answered = [callId, id].find((one) => typeof one === 'string' && this.#callIds.has(one));
    if (type.endsWith('_output') && typeof answered === 'string') this.#result(answered, resultOf(item));
  }
}

const named = (item: JsonObject): Pick<ToolCall, 'id' | 'name'> => ({ id: textOf(item['call_id']), name: callName(item) });

function resultOf({ output, tools, status }: JsonObject): unknown {
  if (isRecord(output) && typeof output['image_url'] === 'string') return [{ type: 'input_image', image_url: output['image_url'] }];
  return jsonText(output ?? tools ?? status ?? '');
}

function contentOf(parts: ContentPart[]): ChatMessage['content'] {
  const [first] = parts;
  return first === undefined ? null : parts.length === 1 && first.type === 'text' ? first.text : parts;
}

function partsOf(content: unknown): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isRecord).map(partOf) : [];
}

function partOf(part: JsonObject): ContentPart {
  const { type, text, refusal, image_url: image, detail, file_data: data, file_url: address, filename } = part;
  if (typeof text === 'string') return { type: 'text', text };
  if (type === 'refusal' && typeof refusal === 'string') return { type: 'text', text: refusal };
  if (type === 'input_image' && typeof image === 'string') return { type: 'image', url: image, ...(typeof detail === 'string' ? { detail } : {}) };
  const url = typeof data === 'string' ? data : address;
  if (type === 'input_file' && typeof url === 'string') return { type: 'file', url, ...(typeof filename === 'string' ? { filename } : {}) };
  return { type: 'other', raw: part };
}

function addReasoning(item: JsonObject, { reasoning, reasoningItems }: Turn): void {
  const text = reasoningText(item);
  if (text !== '') reasoning.push(text);
  reasoningItems.push(...reasoningItemsOf(item));
}

/** The readable words of a reasoning item: its summary, else its content. */
export function reasoningText({ summary, content }: JsonObject): string {
  const words = (parts: unknown): string => (Array.isArray(parts) ? parts.flatMap((part) => (isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : [])).join(REASONING_GAP) : '');
  const short = words(summary);
  return short === '' ? words(content) : short;
}

/** What a reasoning item of the client holds: a provider's own, or what we sealed into it. */
export function reasoningItemsOf(item: JsonObject): ReasoningItem[] {
  const { encrypted_content: sealed } = item;
  const ours = typeof sealed === 'string' ? openReasoning(sealed) : null;
  return ours ?? [{ wire: 'responses', provider: null, raw: item }];
}
