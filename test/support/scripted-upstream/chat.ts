import type { Answer, Piece, ScriptedToolCall, ScriptedUsage } from './reply.ts';
import type { Asked, WireError, WireEvent, WireFormat } from './wire.ts';
import { asOffered, BROKE_DOWN, CREATED, DEFAULT_USAGE, piecesOf, split, words } from './wire.ts';

/** OpenAI chat completions, with the `reasoning_content` that others add to it. */
export const chatFormat: WireFormat = {
  *events(answer, asked) {
    for (const piece of payloads(answer, asked)) yield typeof piece === 'string' ? event(piece) : piece;
  },

  plain(answer, asked) {
    const { finishReason = answer.toolCalls.length > 0 ? 'tool_calls' : 'stop', usage = DEFAULT_USAGE, ending } = answer;
    const content = words(answer.text) + words(answer.closing);
    const reasoning = words(answer.reasoning);
    const calls = answer.toolCalls.map((call, index) => {
      const { name, custom, text } = asOffered(call, asked);
      const id = callId(call, index, asked);
      return custom ? { id, type: 'custom', custom: { name, input: text } } : { id, type: 'function', function: { name, arguments: text } };
    });
    const message = {
      role: 'assistant',
      content: content === '' && calls.length > 0 ? null : content,
      ...(reasoning && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    return {
      ...identity(answer, asked),
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: ending === 'no-finish' ? null : finishReason, logprobs: null }],
      ...(usage && { usage: usageBody(usage) }),
    };
  },

  error: (status, error) => ({ error: errorObject(status, error) }),
};

/** OpenAI's error object, which chat and Responses share. */
export function errorObject(status: number, { message, type = status < 500 ? 'invalid_request_error' : 'server_error', code = null, param = null }: WireError): object {
  return { message, type, param, code };
}

const event = (data: string): WireEvent => ({ kind: 'event', data });

/** The `data:` payloads of a stream, with what is to be waited for between them. */
function* payloads(answer: Answer, asked: Asked): Generator<Piece> {
  const { finishReason = answer.toolCalls.length > 0 ? 'tool_calls' : 'stop', ending = 'complete', usage = DEFAULT_USAGE } = answer;
  const head = { ...identity(answer, asked), object: 'chat.completion.chunk' };
  const chunk = (delta: object, finish: string | null = null) => JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });

  yield chunk({ role: 'assistant', content: '' });
  for (const piece of piecesOf(answer.reasoning)) yield typeof piece === 'string' ? chunk({ reasoning_content: piece }) : piece;
  for (const piece of piecesOf(answer.text)) yield typeof piece === 'string' ? chunk({ content: piece }) : piece;
  for (const delta of toolCallDeltas(answer.toolCalls, asked)) yield chunk({ tool_calls: [delta] });
  for (const piece of piecesOf(answer.closing)) yield typeof piece === 'string' ? chunk({ content: piece }) : piece;

  if (ending === 'error-chunk') yield JSON.stringify({ error: errorObject(500, BROKE_DOWN) });
  if (ending !== 'complete' && ending !== 'no-done') return;
  yield chunk({}, finishReason);
  if (usage && includesUsage(asked)) yield JSON.stringify({ ...head, choices: [], usage: usageBody(usage) });
  if (ending === 'complete') yield '[DONE]';
}

/** All calls are opened first, then their fragments come in turns: the order that a client by index must cope with. */
function* toolCallDeltas(calls: readonly ScriptedToolCall[], asked: Asked): Generator<object> {
  const open = calls.map((call, index) => ({ call, index, ...asOffered(call, asked) })).map((entry) => ({ ...entry, fragments: split(entry.text, entry.call.fragments ?? 3) }));
  for (const { call, index, name, custom } of open) {
    const id = callId(call, index, asked);
    yield custom ? { index, id, type: 'custom', custom: { name, input: '' } } : { index, id, type: 'function', function: { name, arguments: '' } };
  }
  const longest = Math.max(0, ...open.map(({ fragments }) => fragments.length));
  for (let at = 0; at < longest; at++) {
    for (const { index, custom, fragments } of open) {
      const fragment = fragments[at];
      if (fragment !== undefined) yield custom ? { index, custom: { input: fragment } } : { index, function: { arguments: fragment } };
    }
  }
}

function includesUsage({ body }: Asked): boolean {
  return (body.stream_options as { include_usage?: unknown } | null | undefined)?.include_usage === true;
}

function identity(answer: Answer, asked: Asked): object {
  return { id: `chatcmpl-scripted-${asked.order}`, created: CREATED, model: answer.model ?? asked.model, ...answer.extra };
}

function usageBody({ promptTokens, completionTokens, cachedTokens, reasoningTokens, costUsd }: ScriptedUsage): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedTokens } }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    ...(costUsd !== undefined && { cost: costUsd }),
  };
}

function callId(call: ScriptedToolCall, index: number, asked: Asked): string {
  return call.id ?? `call_${asked.order}_${index}`;
}
