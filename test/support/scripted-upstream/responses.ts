import { errorObject } from './chat.ts';
import type { Gate } from './gate.ts';
import type { Answer, Pause, ScriptedToolCall, ScriptedUsage } from './reply.ts';
import type { Asked, Block, WireEvent, WireFormat } from './wire.ts';
import { asOffered, blocksOf, BROKE_DOWN, CREATED, DEFAULT_USAGE, split, words } from './wire.ts';

type Item = Readonly<Record<string, unknown>>;
type Tell = (type: string, fields: object) => WireEvent;
type Played = Generator<WireEvent | Gate | Pause, Item>;

/**
 * OpenAI Responses: every event in the order of the real service, with sequence numbers and indices. As there, a summary of reasoning
 * is told only when `reasoning.summary` asks for it, and encrypted reasoning when `include` does.
 */
export const responsesFormat: WireFormat = {
  *events(answer, asked) {
    let sequence = 0;
    const tell: Tell = (type, fields) => ({ kind: 'event', name: type, data: JSON.stringify({ type, sequence_number: sequence++, ...fields }) });
    const { ending = 'complete' } = answer;
    const output: Item[] = [];

    yield tell('response.created', { response: snapshot(answer, asked, { status: 'in_progress', output }) });
    yield tell('response.in_progress', { response: snapshot(answer, asked, { status: 'in_progress', output }) });
    for (const block of blocksOf(answer)) {
      const item = yield* itemEvents(block, output.length, asked, tell);
      if (item.type !== undefined) output.push(item);
    }
    if (ending === 'error-chunk') {
      const error = { code: BROKE_DOWN.code, message: BROKE_DOWN.message };
      yield tell('response.failed', { response: snapshot(answer, asked, { status: 'failed', output, error }) });
    }
    if (ending !== 'complete' && ending !== 'no-done') return;
    const end = ended(answer);
    yield tell(`response.${end.status}`, { response: snapshot(answer, asked, { ...end, output, usage: usageBody(answer.usage) }) });
  },

  plain(answer, asked) {
    const output = blocksOf(answer).map((block, at) => itemOf(block, at, asked)).filter(({ type }) => type !== undefined);
    const end = answer.ending === 'no-finish' ? { status: 'in_progress' } : ended(answer);
    return snapshot(answer, asked, { ...end, output, usage: usageBody(answer.usage) });
  },

  error: (status, error) => ({ error: errorObject(status, error) }),
};

/** The events of one output item; returns the item as it is in the end, or an empty one when only waits were scripted. */
function* itemEvents(block: Block, at: number, asked: Asked, tell: Tell): Played {
  const done = itemOf(block, at, asked);
  const where = { item_id: done.id, output_index: at };
  if (block.kind === 'call') return yield* callEvents(block.call, done, at, asked, tell);
  const { kind, pieces } = block;
  const told = kind === 'text' || wantsSummary(asked);
  const [part, delta] = kind === 'text' ? ['content_part', 'output_text'] : ['reasoning_summary_part', 'reasoning_summary_text'];
  const index = kind === 'text' ? { content_index: 0 } : { summary_index: 0 };
  const logprobs = kind === 'text' ? { logprobs: [] } : {};
  let open = false;
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      yield piece;
      continue;
    }
    if (!open) {
      yield tell('response.output_item.added', { output_index: at, item: kind === 'text' ? { ...done, status: 'in_progress', content: [] } : { ...done, summary: [] } });
      if (told) yield tell(`response.${part}.added`, { ...where, ...index, part: textPart(kind, '') });
    }
    open = true;
    if (told) yield tell(`response.${delta}.delta`, { ...where, ...index, delta: piece, ...logprobs });
  }
  if (!open) return {};
  const text = words(pieces);
  if (told) {
    yield tell(`response.${delta}.done`, { ...where, ...index, text, ...logprobs });
    yield tell(`response.${part}.done`, { ...where, ...index, part: textPart(kind, text) });
  }
  yield tell('response.output_item.done', { output_index: at, item: done });
  return done;
}

function* callEvents(call: ScriptedToolCall, done: Item, at: number, asked: Asked, tell: Tell): Played {
  const { custom, text } = asOffered(call, asked);
  const [field, name] = custom ? ['input', 'custom_tool_call_input'] : ['arguments', 'function_call_arguments'];
  const where = { item_id: done.id, output_index: at };
  yield tell('response.output_item.added', { output_index: at, item: { ...done, ...(!custom && { status: 'in_progress' }), [field]: '' } });
  for (const delta of split(text, call.fragments ?? 3)) yield tell(`response.${name}.delta`, { ...where, delta });
  yield tell(`response.${name}.done`, { ...where, [field]: text });
  yield tell('response.output_item.done', { output_index: at, item: done });
  return done;
}

function itemOf(block: Block, at: number, asked: Asked): Item {
  const id = `${asked.order}_${at}`;
  switch (block.kind) {
    case 'call': {
      const { name, namespace, custom, text } = asOffered(block.call, asked);
      const call = { call_id: block.call.id ?? `call_${asked.order}_${block.index}`, name, ...(namespace !== undefined && { namespace }) };
      return custom ? { id: `ctc_${id}`, type: 'custom_tool_call', ...call, input: text } : { id: `fc_${id}`, type: 'function_call', status: 'completed', ...call, arguments: text };
    }
    case 'reasoning': {
      const text = words(block.pieces);
      if (text === '') return {};
      const encrypted = wantsEncrypted(asked) ? { encrypted_content: asked.mint.seal('') } : {};
      return { id: `rs_${id}`, type: 'reasoning', summary: wantsSummary(asked) ? [textPart('reasoning', text)] : [], ...encrypted };
    }
    case 'text': {
      const text = words(block.pieces);
      if (text === '') return {};
      return { id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content: [textPart('text', text)] };
    }
  }
}

function textPart(kind: 'reasoning' | 'text', text: string): object {
  return kind === 'text' ? { type: 'output_text', text, annotations: [], logprobs: [] } : { type: 'summary_text', text };
}

function wantsSummary({ body }: Asked): boolean {
  const { summary } = (body.reasoning ?? {}) as { summary?: string | null };
  return summary !== undefined && summary !== null;
}

function wantsEncrypted({ body }: Asked): boolean {
  return Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
}

function ended({ finishReason }: Answer): { status: string; incomplete_details: object | null } {
  if (finishReason === 'length') return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (finishReason === 'content_filter') return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed', incomplete_details: null };
}

/** The response object as it is at some moment. */
function snapshot(answer: Answer, { order, model, body }: Asked, now: { status: string; output: readonly Item[]; [more: string]: unknown }): object {
  return {
    id: responseId(order),
    object: 'response',
    created_at: CREATED,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: answer.model ?? model,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...(body.reasoning as object | null) },
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, ...(body.text as object | null) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
    user: null,
    metadata: body.metadata ?? {},
    ...answer.extra,
    ...now,
    output: [...now.output],
  };
}

export function responseId(order: number): string {
  return `resp_scripted_${order}`;
}

function usageBody(usage: ScriptedUsage | null = DEFAULT_USAGE): object | null {
  if (usage === null) return null;
  const { promptTokens, completionTokens, cachedTokens = 0, reasoningTokens = 0, costUsd } = usage;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
    ...(costUsd !== undefined && { cost: costUsd }),
  };
}
