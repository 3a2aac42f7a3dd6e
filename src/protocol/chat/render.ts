import type { OpenFusionObject } from '../answer.ts';
import type { ChatDelta, Completion, ToolCall, Usage } from '../types.ts';
import type { AnswerHead, StreamRenderer } from '../wire.ts';
import { detailOf } from './reasoning-details.ts';

/** Usage in the chat format. `estimated` stands in it only when it is true. */
export function usageBody(usage: Usage): Record<string, unknown> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }) },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    ...(usage.estimated ? { estimated: true } : {}),
  };
}

/** Renders internal deltas as a chat-completions stream. */
export class ChatStreamRenderer implements StreamRenderer {
  readonly final = null;
  readonly #head: AnswerHead;
  readonly #includeUsage: boolean;
  readonly #calls: CallPlaces;
  #started = false;
  #details = 0;
  #finish: string | null = null;

  constructor(head: AnswerHead, includeUsage: boolean) {
    this.#head = head;
    this.#includeUsage = includeUsage;
    this.#calls = new CallPlaces(head.id);
  }

  delta(delta: ChatDelta): string {
    if (delta.type === 'finish') { this.#finish = delta.reason; return ''; }
    if (delta.type === 'usage') return '';
    const role = this.#started ? {} : { role: 'assistant' };
    this.#started = true;
    return this.#chunk([{ index: 0, delta: { ...role, ...this.#body(delta) }, finish_reason: null }]);
  }

  end(usage: Usage, openfusion: OpenFusionObject | null): string {
    const finish = this.#chunk([{ index: 0, delta: this.#started ? {} : { role: 'assistant', content: '' }, finish_reason: this.#finish ?? 'stop' }], openfusion === null ? {} : { openfusion });
    const counted = this.#includeUsage ? this.#chunk([], { usage: usageBody(usage) }) : '';
    return `${finish}${counted}data: [DONE]\n\n`;
  }

  /** No client reads an error chunk as well as a reset connection. */
  fail(): null {
    return null;
  }

  #body(delta: ChatDelta): Record<string, unknown> {
    switch (delta.type) {
      case 'text': return { content: delta.text };
      case 'reasoning': return { reasoning_content: delta.text };
      case 'reasoning_item': return { reasoning_details: [detailOf(delta.item, this.#details++)] };
      case 'refusal': return { refusal: delta.text };
      case 'tool_call': {
        const { index, id } = this.#calls.of(delta);
        return { tool_calls: [{ index, ...callBody({ ...delta, id }) }] };
      }
      default: return {};
    }
  }

  #chunk(choices: unknown[], more: Record<string, unknown> = {}): string {
    return `data: ${JSON.stringify({ id: this.#head.id, object: 'chat.completion.chunk', created: this.#head.created, model: this.#head.model, choices, ...more })}\n\n`;
  }
}

/** Where calls stand in our answer: some providers number all parallel ones 0, or give them no id. */
class CallPlaces {
  readonly #answerId: string;
  readonly #open = new Map<number, { place: number; id: string }>();
  #count = 0;

  constructor(answerId: string) {
    this.#answerId = answerId;
  }

  of({ index, id }: { index: number; id?: string | undefined }): { index: number; id?: string } {
    const known = this.#open.get(index);
    if (known !== undefined && (id === undefined || id === known.id)) return { index: known.place };
    const place = this.#count++;
    const own = id ?? callIdOf(this.#answerId, place);
    this.#open.set(index, { place, id: own });
    return { index: place, id: own };
  }
}

/** Stable for an answer and a place in it. */
const callIdOf = (answerId: string, place: number): string => `call_${answerId.replace(/^chatcmpl-/, '')}_${place}`;

/** A call, or a piece of one, in the form that it came in. */
function callBody({ id, name, arguments: text, custom = false, more }: Omit<ToolCall, 'id' | 'name'> & { id?: string | undefined; name?: string | undefined }): Record<string, unknown> {
  const named = name === undefined ? {} : { name };
  return {
    ...(id === undefined ? {} : { id, type: custom ? 'custom' : 'function' }),
    ...(custom ? { custom: { ...named, input: text } } : { function: { ...named, arguments: text } }),
    ...more,
  };
}

/** A collected answer as a plain chat completion. */
export function completionBody(head: AnswerHead, completion: Completion, usage: Usage, openfusion: OpenFusionObject | null): string {
  const { parts, text, reasoning, refusal, toolCalls } = completion;
  const details = parts.flatMap((part) => (part.type === 'reasoning_item' ? [part.item] : [])).map(detailOf);
  const message: Record<string, unknown> = { role: 'assistant', content: text === '' && toolCalls.length > 0 ? null : text };
  if (refusal !== '') message['refusal'] = refusal;
  if (reasoning !== '') message['reasoning_content'] = reasoning;
  if (details.length > 0) message['reasoning_details'] = details;
  if (toolCalls.length > 0) message['tool_calls'] = toolCalls.map((call, place) => callBody({ ...call, id: call.id === '' ? callIdOf(head.id, place) : call.id }));
  return JSON.stringify({
    id: head.id, object: 'chat.completion', created: head.created, model: head.model,
    choices: [{ index: 0, message, finish_reason: completion.finishReason ?? 'stop', logprobs: null }],
    usage: usageBody(usage),
    ...(openfusion === null ? {} : { openfusion }),
  });
}
