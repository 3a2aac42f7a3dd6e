import type { OpenFusionObject } from '../answer.ts';
import type { ChatDelta, Completion, ReasoningItem, ToolCall, Usage } from '../types.ts';
import type { AnswerHead, StreamRenderer } from '../wire.ts';

/** Usage in the chat format. `estimated` stands in it only when it is true. */
export function usageBody(usage: Usage): Record<string, unknown> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    ...(usage.estimated ? { estimated: true } : {}),
  };
}

/** Renders internal deltas as a chat-completions stream. */
export class ChatStreamRenderer implements StreamRenderer {
  readonly final = null;
  readonly #head: AnswerHead;
  readonly #includeUsage: boolean;
  #started = false;
  #finish: string | null = null;

  constructor(head: AnswerHead, includeUsage: boolean) {
    this.#head = head;
    this.#includeUsage = includeUsage;
  }

  delta(delta: ChatDelta): string {
    if (delta.type === 'finish') { this.#finish = delta.reason; return ''; }
    if (delta.type === 'usage') return '';
    const role = this.#started ? {} : { role: 'assistant' };
    this.#started = true;
    return this.#chunk([{ index: 0, delta: { ...role, ...deltaBody(delta) }, finish_reason: null }]);
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

  #chunk(choices: unknown[], more: Record<string, unknown> = {}): string {
    return `data: ${JSON.stringify({ id: this.#head.id, object: 'chat.completion.chunk', created: this.#head.created, model: this.#head.model, choices, ...more })}\n\n`;
  }
}

function deltaBody(delta: ChatDelta): Record<string, unknown> {
  switch (delta.type) {
    case 'text': return { content: delta.text };
    case 'reasoning': return { reasoning_content: delta.text };
    case 'reasoning_item': return detailsBody(delta.item);
    case 'refusal': return { refusal: delta.text };
    case 'tool_call': return { tool_calls: [{ index: delta.index, ...callBody(delta) }] };
    default: return {};
  }
}

const detailsBody = (item: ReasoningItem): Record<string, unknown> => ({ reasoning_details: reasoningDetails(item) });

/** OpenRouter's form, which some chat clients send back: https://openrouter.ai/docs/use-cases/reasoning-tokens */
function reasoningDetails({ wire, raw }: ReasoningItem): Readonly<Record<string, unknown>>[] {
  if (wire === 'chat') return [raw];
  if (wire === 'responses') return [{ type: 'reasoning.encrypted', data: raw['encrypted_content'], id: raw['id'], format: 'openai-responses-v1' }];
  return raw['type'] === 'redacted_thinking'
    ? [{ type: 'reasoning.encrypted', data: raw['data'], format: 'anthropic-claude-v1' }]
    : [{ type: 'reasoning.text', text: raw['thinking'], signature: raw['signature'], format: 'anthropic-claude-v1' }];
}

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
  const details = parts.flatMap((part) => (part.type === 'reasoning_item' ? reasoningDetails(part.item) : []));
  const message: Record<string, unknown> = { role: 'assistant', content: text === '' && toolCalls.length > 0 ? null : text };
  if (refusal !== '') message['refusal'] = refusal;
  if (reasoning !== '') message['reasoning_content'] = reasoning;
  if (details.length > 0) message['reasoning_details'] = details;
  if (toolCalls.length > 0) message['tool_calls'] = toolCalls.map(callBody);
  return JSON.stringify({
    id: head.id, object: 'chat.completion', created: head.created, model: head.model,
    choices: [{ index: 0, message, finish_reason: completion.finishReason ?? 'stop', logprobs: null }],
    usage: usageBody(usage),
    ...(openfusion === null ? {} : { openfusion }),
  });
}
