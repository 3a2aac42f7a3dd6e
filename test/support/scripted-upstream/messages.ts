import type { Gate } from './gate.ts';
import type { Answer, Pause, ScriptedToolCall, ScriptedUsage } from './reply.ts';
import type { Asked, Block, WireEvent, WireFormat } from './wire.ts';
import { asOffered, blocksOf, BROKE_DOWN, DEFAULT_USAGE, split, words } from './wire.ts';

type Played = Generator<WireEvent | Gate | Pause, boolean>;

const STOP_REASONS: Readonly<Record<string, string>> = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens', content_filter: 'refusal' };

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 504: 'timeout_error', 529: 'overloaded_error',
};

/**
 * Anthropic Messages. As with the real service, thinking is told only when `thinking` asks for it, and with `display: "omitted"` only its
 * signature.
 */
export const messagesFormat: WireFormat = {
  *events(answer, asked) {
    const { ending = 'complete', usage = DEFAULT_USAGE } = answer;
    let pinged = false;
    let index = 0;
    yield tell('message_start', { message: { ...shell(answer, asked), content: [], stop_reason: null, usage: usageBody(usage && { ...usage, completionTokens: 1 }) } });
    for (const block of blocksOf(answer)) {
      if (block.kind === 'reasoning' && !wantsThinking(asked)) continue;
      for (const event of blockEvents(block, index, asked)) {
        yield event;
        if (!pinged && event.kind === 'event') {
          pinged = true;
          yield tell('ping', {});
        }
      }
      if (block.kind === 'call' || words(block.pieces) !== '') index++;
    }
    if (!pinged) yield tell('ping', {});
    if (ending === 'error-chunk') yield tell('error', { error: { type: 'overloaded_error', message: BROKE_DOWN.message } });
    if (ending !== 'complete' && ending !== 'no-done') return;
    yield tell('message_delta', { delta: { stop_reason: stopReason(answer), stop_sequence: null }, usage: usageBody(usage) });
    if (ending === 'complete') yield tell('message_stop', {});
  },

  plain(answer, asked) {
    const blocks = blocksOf(answer).filter((block) => block.kind !== 'reasoning' || wantsThinking(asked));
    const content = blocks.filter((block) => block.kind === 'call' || words(block.pieces) !== '').map((block) => blockOf(block, asked));
    const { usage = DEFAULT_USAGE } = answer;
    return { ...shell(answer, asked), content, stop_reason: answer.ending === 'no-finish' ? null : stopReason(answer), usage: usageBody(usage) };
  },

  error: (status, { message }) => ({
    type: 'error',
    error: { type: ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message },
    request_id: 'req_scripted',
  }),
};

function tell(type: string, fields: object): WireEvent {
  return { kind: 'event', name: type, data: JSON.stringify({ type, ...fields }) };
}

/** The events of one content block, none when only waits were scripted. */
function* blockEvents(block: Block, index: number, asked: Asked): Played {
  const delta = (fields: object) => tell('content_block_delta', { index, delta: fields });
  if (block.kind === 'call') {
    yield tell('content_block_start', { index, content_block: { ...blockOf(block, asked), input: {} } });
    yield delta({ type: 'input_json_delta', partial_json: '' });
    for (const partial of split(asOffered(block.call, asked).text, block.call.fragments ?? 3)) yield delta({ type: 'input_json_delta', partial_json: partial });
    yield tell('content_block_stop', { index });
    return true;
  }
  const { kind, pieces } = block;
  let open = false;
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      yield piece;
      continue;
    }
    if (!open) yield tell('content_block_start', { index, content_block: kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' } });
    open = true;
    if (kind === 'text') yield delta({ type: 'text_delta', text: piece });
    else if (!omitsThinking(asked)) yield delta({ type: 'thinking_delta', thinking: piece });
  }
  if (!open) return false;
  if (kind === 'reasoning') yield delta({ type: 'signature_delta', signature: (blockOf(block, asked) as { signature: string }).signature });
  yield tell('content_block_stop', { index });
  return true;
}

function blockOf(block: Block, asked: Asked): object {
  switch (block.kind) {
    case 'call': {
      const { name, text } = asOffered(block.call, asked);
      return { type: 'tool_use', id: toolUseId(block.call, block.index, asked), name, input: parsed(text) };
    }
    case 'reasoning': {
      const thinking = omitsThinking(asked) ? '' : words(block.pieces);
      return { type: 'thinking', thinking, signature: asked.mint.seal(thinking) };
    }
    case 'text':
      return { type: 'text', text: words(block.pieces) };
  }
}

/** A plain answer's input is an object: broken JSON cannot be told in it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function toolUseId(call: ScriptedToolCall, index: number, asked: Asked): string {
  return call.id ?? `toolu_${asked.order}_${index}`;
}

function wantsThinking({ body }: Asked): boolean {
  const { type } = (body.thinking ?? {}) as { type?: string };
  return type !== undefined && type !== 'disabled';
}

function omitsThinking({ body }: Asked): boolean {
  return ((body.thinking ?? {}) as { display?: string }).display === 'omitted';
}

function stopReason({ finishReason, toolCalls }: Answer): string {
  const reason = finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop');
  return STOP_REASONS[reason] ?? reason;
}

function shell(answer: Answer, { order, model }: Asked): object {
  return { id: `msg_scripted_${order}`, type: 'message', role: 'assistant', model: answer.model ?? model, stop_sequence: null, ...answer.extra };
}

/** Here the cached tokens are not part of the input tokens. Without usage the zeros that the format insists on. */
function usageBody(usage: ScriptedUsage | null): object {
  const { promptTokens, completionTokens, cachedTokens = 0, reasoningTokens } = usage ?? { promptTokens: 0, completionTokens: 0 };
  return {
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: completionTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: reasoningTokens } }),
  };
}
