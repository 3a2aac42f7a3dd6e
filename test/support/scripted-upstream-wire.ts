import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from './scripted-upstream-gate.ts';
import type { Answer, Piece, RawResponse, Reply, ScriptedToolCall, ScriptedUsage } from './scripted-upstream-reply.ts';

/** What the reply needs to know of its request. */
export interface Asked {
  readonly order: number;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const DEFAULT_USAGE: ScriptedUsage = { promptTokens: 11, completionTokens: 7 };
const CREATED = 1_700_000_000;

/**
 * Plays one reply on the wire. Resolves when it is over; `gone` aborts when the client has left, which ends every wait.
 * Rejects only with that abort.
 */
export async function play(reply: Reply, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  switch (reply.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'stall':
      return untilGone(gone);
    case 'raw':
      return playRaw(reply, response, gone);
    case 'answer':
      return asked.stream ? playStream(reply, asked, response, gone) : playPlain(reply, asked, response, gone);
  }
}

async function playRaw({ status, headers, body, before }: RawResponse, response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (before) await pass(before, gone);
  response.writeHead(status, headers).end(body);
}

async function playPlain(answer: Answer, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await beforeHeaders(answer, gone);
  for (const piece of [...piecesOf(answer.reasoning), ...piecesOf(answer.text)]) if (typeof piece !== 'string') await waitFor(piece, gone);
  const body = JSON.stringify(plainBody(answer, asked));
  const headers = { 'content-type': 'application/json', ...answer.headers };
  switch (answer.ending) {
    case 'cut':
    case 'reset':
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) });
      await write(response, body.slice(0, body.length >> 1), gone);
      return sever(answer.ending, response);
    case 'hold':
      response.writeHead(200, headers);
      await write(response, body.slice(0, body.length >> 1), gone);
      return untilGone(gone);
    case 'error-chunk':
      response.writeHead(200, headers).end(JSON.stringify(ERROR_BODY));
      return;
    default:
      response.writeHead(200, headers).end(body);
  }
}

async function playStream(answer: Answer, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await beforeHeaders(answer, gone);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...answer.headers });
  const events = eventsOf(answer, asked);
  const newline = answer.crlf ? '\r\n' : '\n';
  let first = true;
  for (const event of events) {
    if (typeof event !== 'string') {
      await waitFor(event, gone);
      continue;
    }
    if (!first && answer.chunkDelayMs) await sleep(answer.chunkDelayMs, undefined, { signal: gone });
    first = false;
    const comment = answer.comments ? `: processing${newline}${newline}` : '';
    await writeSplit(response, `${comment}data: ${event}${newline}${newline}`, answer.bytesPerWrite, gone);
  }
  switch (answer.ending) {
    case 'hold':
      return untilGone(gone);
    case 'cut':
    case 'reset':
      return sever(answer.ending, response);
    default:
      response.end();
  }
}

const ERROR_BODY = { error: { message: 'the scripted upstream broke down', type: 'server_error', param: null, code: 'server_error' } };

/** The `data:` payloads of a stream, with what is to be waited for between them. */
function* eventsOf(answer: Answer, asked: Asked): Generator<Piece> {
  const { finishReason = answer.toolCalls.length > 0 ? 'tool_calls' : 'stop', ending = 'complete', usage = DEFAULT_USAGE } = answer;
  const head = { ...identity(answer, asked), object: 'chat.completion.chunk' };
  const chunk = (delta: object, finish: string | null = null) => JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });

  yield chunk({ role: 'assistant', content: '' });
  for (const piece of piecesOf(answer.reasoning)) yield typeof piece === 'string' ? chunk({ reasoning_content: piece }) : piece;
  for (const piece of piecesOf(answer.text)) yield typeof piece === 'string' ? chunk({ content: piece }) : piece;
  for (const delta of toolCallDeltas(answer.toolCalls, asked)) yield chunk({ tool_calls: [delta] });

  if (ending === 'error-chunk') yield JSON.stringify(ERROR_BODY);
  if (ending !== 'complete' && ending !== 'no-done') return;
  yield chunk({}, finishReason);
  if (usage && asked.includeUsage) yield JSON.stringify({ ...head, choices: [], usage: usageBody(usage) });
  if (ending === 'complete') yield '[DONE]';
}

/** All calls are opened first, then their fragments come in turns: the order that a client by index must cope with. */
function* toolCallDeltas(calls: readonly ScriptedToolCall[], asked: Asked): Generator<object> {
  const open = calls.map((call, index) => ({ call, index, fragments: split(argumentText(call), call.fragments ?? 3) }));
  for (const { call, index } of open) yield { index, id: callId(call, index, asked), type: 'function', function: { name: call.name, arguments: '' } };
  const longest = Math.max(0, ...open.map(({ fragments }) => fragments.length));
  for (let at = 0; at < longest; at++) {
    for (const { index, fragments } of open) {
      const fragment = fragments[at];
      if (fragment !== undefined) yield { index, function: { arguments: fragment } };
    }
  }
}

function plainBody(answer: Answer, asked: Asked): object {
  const { finishReason = answer.toolCalls.length > 0 ? 'tool_calls' : 'stop', usage = DEFAULT_USAGE, ending } = answer;
  const content = words(answer.text);
  const reasoning = words(answer.reasoning);
  const calls = answer.toolCalls.map((call, index) => ({
    id: callId(call, index, asked),
    type: 'function',
    function: { name: call.name, arguments: argumentText(call) },
  }));
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

function piecesOf(content: string | readonly Piece[] | undefined): readonly Piece[] {
  if (content === undefined || content === '') return [];
  return typeof content === 'string' ? [content] : content;
}

function words(content: string | readonly Piece[] | undefined): string {
  return piecesOf(content)
    .filter((piece) => typeof piece === 'string')
    .join('');
}

function argumentText(call: ScriptedToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

function callId(call: ScriptedToolCall, index: number, asked: Asked): string {
  return call.id ?? `call_${asked.order}_${index}`;
}

function split(value: string, parts: number): string[] {
  const size = Math.max(1, Math.ceil(value.length / Math.max(1, parts)));
  return Array.from({ length: Math.ceil(value.length / size) }, (_, at) => value.slice(at * size, (at + 1) * size));
}

async function beforeHeaders({ before, firstByteDelayMs }: Answer, gone: AbortSignal): Promise<void> {
  if (before) await pass(before, gone);
  if (firstByteDelayMs) await sleep(firstByteDelayMs, undefined, { signal: gone });
}

async function waitFor(piece: Exclude<Piece, string>, gone: AbortSignal): Promise<void> {
  if (piece.kind === 'gate') await pass(piece, gone);
  else await sleep(piece.ms, undefined, { signal: gone });
}

async function pass(gate: Gate, gone: AbortSignal): Promise<void> {
  gate.arrive();
  await Promise.race([gate.opened, untilGone(gone)]);
  gone.throwIfAborted();
}

async function writeSplit(response: ServerResponse, value: string, bytesPerWrite: number | undefined, gone: AbortSignal): Promise<void> {
  const bytes = Buffer.from(value);
  const size = bytesPerWrite ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) await write(response, bytes.subarray(at, at + size), gone);
}

/** Resolves when the bytes have been handed to the system. */
async function write(response: ServerResponse, bytes: string | Uint8Array, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted();
  const written = new Promise<void>((resolve) => {
    response.write(bytes, () => resolve());
  });
  await Promise.race([written, untilGone(gone)]);
  gone.throwIfAborted();
}

function sever(how: 'cut' | 'reset', response: ServerResponse): void {
  if (how === 'cut') response.socket?.destroy();
  else response.socket?.resetAndDestroy();
}

function untilGone(gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
