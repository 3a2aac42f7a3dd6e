import type { ChatDelta, Completion, ToolCall, Usage } from './types.ts';

/** Collects deltas into a {@link Completion}: what a non-streaming answer and the trace are made of. */
export class CompletionCollector {
  #text = '';
  #reasoning = '';
  #refusal = '';
  readonly #reasoningDetails: unknown[] = [];
  readonly #calls: (ToolCall & { index: number })[] = [];
  #finish: Completion['finishReason'] = null;
  #usage: Usage | null = null;

  add(delta: ChatDelta): void {
    switch (delta.type) {
      case 'text': this.#text += delta.text; break;
      case 'reasoning': this.#reasoning += delta.text; break;
      case 'reasoning_details': this.#reasoningDetails.push(...delta.items); break;
      case 'refusal': this.#refusal += delta.text; break;
      case 'finish': this.#finish = delta.reason; break;
      case 'usage': this.#usage = delta.usage; break;
      case 'tool_call': this.#addCall(delta); break;
    }
  }

  #addCall({ index, id, name, arguments: piece, custom, more }: Extract<ChatDelta, { type: 'tool_call' }>): void {
    let call = this.#calls.findLast((known) => known.index === index);
    // Some providers give every parallel call the index 0: a new id under a known index is a new call.
    if (call === undefined || (id !== undefined && call.id !== '' && id !== call.id)) {
      call = { index, id: id ?? '', name: '', arguments: '' };
      this.#calls.push(call);
    }
    if (id !== undefined) call.id = id;
    if (name !== undefined && call.name === '') call.name = name;
    call.arguments += piece;
    if (custom === true) call.custom = true;
    if (more !== undefined) call.more = { ...call.more, ...more };
  }

  get toolCalls(): ToolCall[] {
    return this.#calls.map(({ index: _index, ...call }) => call);
  }

  get text(): string {
    return this.#text;
  }

  result(): Completion {
    return {
      text: this.text, reasoning: this.#reasoning, refusal: this.#refusal, toolCalls: this.toolCalls, finishReason: this.#finish, usage: this.#usage,
      ...(this.#reasoningDetails.length === 0 ? {} : { reasoningDetails: this.#reasoningDetails }),
    };
  }
}

/** A finished answer as deltas again: what goes out when a held draft is released, verbatim. */
export function deltasOf({ text, reasoning, reasoningDetails = [], refusal, toolCalls, finishReason }: Completion): ChatDelta[] {
  const deltas: ChatDelta[] = [];
  if (reasoning !== '') deltas.push({ type: 'reasoning', text: reasoning });
  if (reasoningDetails.length > 0) deltas.push({ type: 'reasoning_details', items: reasoningDetails });
  if (text !== '') deltas.push({ type: 'text', text });
  if (refusal !== '') deltas.push({ type: 'refusal', text: refusal });
  toolCalls.forEach((call, index) => deltas.push({ type: 'tool_call', index, ...call }));
  deltas.push({ type: 'finish', reason: finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop') });
  return deltas;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };

/** Sum over several model calls; estimated as soon as one of them is. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
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
