import type { ChatMessage, ContentPart, ToolCall } from './types.ts';

/** A message, and with an assistant's the calls that it makes together with their results. */
export interface PairedMessage {
  /** Never of role `tool`. */
  message: ChatMessage;
  calls: PairedCall[];
}

export interface PairedCall {
  call: ToolCall;
  /** Unique in its turn, and no longer than any provider takes; one of ours where it came without. */
  id: string;
  /** Null: the history holds none. */
  result: ChatMessage | null;
}

/** Chat and Messages refuse a call without a result; this stands in for one. */
export const NO_RESULT = '[no result]';

/**
 * A conversation with each tool result behind its call, whatever stood between them: chat and Messages refuse other orders. An id may
 * come again in a later turn, so a call takes the first result after it that no other took. A result without a call becomes the user's text.
 */
export function pairedMessages(messages: readonly ChatMessage[]): PairedMessage[] {
  const results = resultsById(messages);
  const taken = new Set<ChatMessage>();
  const paired = messages.map((message, position): PairedMessage => ({
    message,
    calls: (message.role === 'assistant' ? (message.toolCalls ?? []) : []).map((call, index) => {
      const result = results.get(call.id)?.find((one) => one.position > position && !taken.has(one.message))?.message ?? null;
      if (result !== null) taken.add(result);
      return { call, id: uniqueId(message, position, index), result };
    }),
  }));
  return paired.flatMap(({ message, calls }) => {
    if (message.role !== 'tool') return [{ message, calls }];
    return taken.has(message) ? [] : [{ message: asUserText(message), calls }];
  });
}

/** OpenAI's chat completions take no longer ids; Responses take 64 characters. */
const LONGEST_ID = 40;

/** A call's id; one of ours where it came without, with one that is too long, or with the id of a call before it in the same turn. */
function uniqueId({ toolCalls = [] }: ChatMessage, position: number, index: number): string {
  const id = toolCalls[index]?.id ?? '';
  return id === '' || id.length > LONGEST_ID || toolCalls.findIndex((call) => call.id === id) < index ? `call_${position}_${index}` : id;
}

function resultsById(messages: readonly ChatMessage[]): Map<string, { message: ChatMessage; position: number }[]> {
  const results = new Map<string, { message: ChatMessage; position: number }[]>();
  messages.forEach((message, position) => {
    if (message.role !== 'tool') return;
    const id = message.toolCallId ?? '';
    const known = results.get(id);
    if (known === undefined) results.set(id, [{ message, position }]);
    else known.push({ message, position });
  });
  return results;
}

function asUserText({ content }: ChatMessage): ChatMessage {
  const parts: ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  return { role: 'user', content: [{ type: 'text', text: 'Result of a tool call:' }, ...parts] };
}
