import type { ChatDelta, Completion, CompletionPart, ToolCall, Usage } from './types.ts';

/** Collects deltas into a {@link Completion}: what a non-streaming answer and the trace are made of. */
export class CompletionCollector {
  readonly #parts: CompletionPart[] = [];
  readonly #calls: ToolCall[] = [];
  /** The newest call of each index. */
  readonly #byIndex = new Map<number, ToolCall>();
  #finish: Completion['finishReason'] = null;
  #usage: Usage | null = null;

  add(delta: ChatDelta): void {
    switch (delta.type) {
      case 'text': case 'refusal': this.#addText(delta.type, delta.text); break;
      case 'reasoning': this.#addReasoning(delta); break;
      case 'reasoning_item': this.#parts.push({ type: 'reasoning_item', item: delta.item }); break;
      case 'finish': this.#finish = delta.reason; break;
      case 'usage': this.#usage = delta.usage; break;
      case 'tool_call': this.#addCall(delta); break;
    }
  }

  #addReasoning({ text, itemId }: Extract<ChatDelta, { type: 'reasoning' }>): void {
    const last = this.#parts.at(-1);
    if (last?.type === 'reasoning' && (itemId === undefined || last.itemId === itemId)) last.text += text;
    else this.#parts.push({ type: 'reasoning', text, ...(itemId === undefined ? {} : { itemId }) });
  }

  #addText(type: 'text' | 'refusal', text: string): void {
    const last = this.#parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.#parts.push({ type, text });
  }

  #addCall({ index, id, name, arguments: piece, custom, more }: Extract<ChatDelta, { type: 'tool_call' }>): void {
    let call = this.#byIndex.get(index);
    // Some providers give every parallel call the index 0: a new id under a known index is a new call.
    if (call === undefined || (id !== undefined && call.id !== '' && id !== call.id)) {
      call = { id: id ?? '', name: '', arguments: '' };
      this.#calls.push(call);
      this.#byIndex.set(index, call);
      this.#parts.push({ type: 'tool_call', call });
    }
    if (id !== undefined) call.id = id;
    if (name !== undefined && call.name === '') call.name = name;
    call.arguments += piece;
    if (custom === true) call.custom = true;
    if (more !== undefined) call.more = { ...call.more, ...more };
  }

  get toolCalls(): ToolCall[] {
    return [...this.#calls];
  }

  get text(): string {
    return textOf(this.#parts, 'text');
  }

  result(): Completion {
    return completionOf(this.#parts, this.#finish, this.#usage);
  }
}

/** A {@link Completion} of parts that are there already. */
export function completionOf(parts: CompletionPart[], finishReason: Completion['finishReason'], usage: Usage | null): Completion {
  return {
    parts, text: textOf(parts, 'text'), reasoning: textOf(parts, 'reasoning'), refusal: textOf(parts, 'refusal'),
    toolCalls: parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : [])), finishReason, usage,
  };
}

function textOf(parts: readonly CompletionPart[], type: 'text' | 'reasoning' | 'refusal'): string {
  let text = '';
  for (const part of parts) if (part.type === type) text += part.text;
  return text;
}

/** A finished answer as deltas again: what goes out when a held draft is released, verbatim. */
export function deltasOf({ parts, toolCalls, finishReason }: Completion): ChatDelta[] {
  let index = 0;
  const deltas = parts.map((part): ChatDelta => (part.type === 'tool_call' ? { type: 'tool_call', index: index++, ...part.call } : part));
  return [...deltas, { type: 'finish', reason: finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop') }];
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };

/** Sum over several model calls; estimated as soon as one of them is. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    ...(a.cacheWriteTokens === undefined && b.cacheWriteTokens === undefined ? {} : { cacheWriteTokens: (a.cacheWriteTokens ?? 0) + (b.cacheWriteTokens ?? 0) }),
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    estimated: a.estimated || b.estimated,
  };
}

/** Characters per token of mixed code and prose; good to about ±10 % (`platform-and-libraries`: estimate, then calibrate by usage). */
const CHARS_PER_TOKEN = 3.6;

/** Usage for an upstream that told none: from sizes, and marked as an estimate. */
export function estimateUsage(requestBytes: number, answerChars: number): Usage {
  return { inputTokens: Math.ceil(requestBytes / CHARS_PER_TOKEN), outputTokens: Math.ceil(answerChars / CHARS_PER_TOKEN), cachedInputTokens: 0, reasoningTokens: 0, estimated: true };
}
