import type { Gate } from './gate.ts';
import type { Wire, WireError } from './wire.ts';

/** Waits that long before the next piece. Prefer a gate: this is for pacing that the client under test can see. */
export interface Pause {
  readonly kind: 'pause';
  readonly ms: number;
}

/** One written piece of text, or something to wait for before the next. */
export type Piece = string | Gate | Pause;

export interface ScriptedToolCall {
  readonly name: string;
  /** An object is stringified; a string goes out as it is, so that broken JSON can be scripted. Default `{}`. */
  readonly arguments?: unknown;
  /**
   * The call is one of a custom (freeform) tool, and this its input. Where the request offers that name as a function, the input becomes its
   * one argument, as a model would do it.
   */
  readonly input?: string;
  /** Responses: the namespace of the tool. Where there are none, the tool is looked for whose name has been made of both. */
  readonly namespace?: string;
  /** Default `call_<order>_<n>`, for Messages `toolu_<order>_<n>`. */
  readonly id?: string;
  /** The argument string is sent in this many deltas (streams only). Default 3. */
  readonly fragments?: number;
}

/** Token counts as the upstream reports them. */
export interface ScriptedUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
  /** OpenRouter's `usage.cost`. */
  readonly costUsd?: number;
}

/**
 * How an answer ends.
 * - `complete`: finish_reason, usage when asked for, `[DONE]`; `response.completed`; `message_delta` and `message_stop`.
 * - `no-finish`: the response ends properly, but without any of these.
 * - `no-done`: as `complete`, but without `[DONE]` or `message_stop`.
 * - `cut`: the socket is closed in mid-response (FIN, no final HTTP chunk), after everything before was flushed.
 * - `reset`: as `cut`, with a TCP reset.
 * - `error-chunk`: `data: {"error": …}`, `response.failed` or an `error` event, and a proper end of the response.
 * - `hold`: nothing more comes until the client goes.
 */
export type Ending = 'complete' | 'no-finish' | 'no-done' | 'cut' | 'reset' | 'error-chunk' | 'hold';

export interface AnswerOptions {
  /** Before the text: `delta.reasoning_content`, a reasoning item, a thinking block; the last two only when the request asks for them. */
  readonly reasoning?: string | readonly Piece[];
  /** Text after the tool calls. */
  readonly closing?: string | readonly Piece[];
  /** As chat completions name it, translated for the others. Default `tool_calls` with tool calls, else `stop`. */
  readonly finishReason?: string;
  /** `null`: this upstream never reports usage. In chat streams it goes out only when `stream_options.include_usage` asks for it. */
  readonly usage?: ScriptedUsage | null;
  readonly ending?: Ending;
  /** Default: the request's model, as an upstream answers that knows no aliases. */
  readonly model?: string;
  /** Milliseconds before the response headers. */
  readonly firstByteDelayMs?: number;
  /** The response headers wait for this gate. */
  readonly before?: Gate;
  /** Milliseconds between two written events. */
  readonly chunkDelayMs?: number;
  /** Events end with CRLF CRLF instead of LF LF. */
  readonly crlf?: boolean;
  /** Every event is written in pieces of this many bytes, whatever characters that splits. */
  readonly bytesPerWrite?: number;
  /** An SSE comment before the first event and between all others. */
  readonly comments?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of the provider's own, on the plain answer and on every chunk. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface Answer extends AnswerOptions {
  readonly kind: 'answer';
  readonly text: string | readonly Piece[];
  readonly toolCalls: readonly ScriptedToolCall[];
}

/** A whole HTTP response as it stands: errors, HTML, broken JSON. */
export interface RawResponse {
  readonly kind: 'raw';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The response waits for this gate. */
  readonly before?: Gate;
}

/** An error status, with the body that the request's wire format has for errors. */
export interface StatusReply {
  readonly kind: 'status';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: (wire: Wire) => WireError;
  /** The response waits for this gate. */
  readonly before?: Gate;
}

/** The connection is reset before any response byte. */
export interface ResetBeforeHeaders {
  readonly kind: 'reset';
}

/** No response byte at all, until the client goes. */
export interface Stall {
  readonly kind: 'stall';
}

export type Reply = Answer | StatusReply | RawResponse | ResetBeforeHeaders | Stall;

/** Text as the content; an array gives one streamed chunk a string, with gates and pauses between them. */
export function text(content: string | readonly Piece[], options: AnswerOptions = {}): Answer {
  return { kind: 'answer', text: content, toolCalls: [], ...options };
}

/** Parallel tool calls, arguments in fragments; `options.say` is text before them. */
export function toolCalls(calls: readonly ScriptedToolCall[], { say = '', ...options }: AnswerOptions & { say?: string | readonly Piece[] } = {}): Answer {
  return { kind: 'answer', text: say, toolCalls: calls, ...options };
}

/** The role-only chunk that many upstreams send at once, then nothing until the client goes. */
export function roleOnlyThenHold(options: AnswerOptions = {}): Answer {
  return text([], { ...options, ending: 'hold' });
}

export function pause(ms: number): Pause {
  return { kind: 'pause', ms };
}

export interface StatusOptions {
  readonly message?: string;
  readonly code?: string | null;
  readonly type?: string;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds, sent as `retry-after`. */
  readonly retryAfterS?: number;
  readonly before?: Gate;
}

/** An error status with the error object of the request's wire format. */
export function status(code: number, { message = `scripted ${code}`, type, code: name, param, headers = {}, retryAfterS, before }: StatusOptions = {}): StatusReply {
  const retry: Record<string, string> = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return { kind: 'status', status: code, headers: { ...retry, ...headers }, error: () => ({ message, type, code: name, param }), before };
}

/** What the providers answer when the prompt does not fit the model's window. */
export function contextLengthExceeded(contextTokens = 8192): StatusReply {
  const openAi = `This model's maximum context length is ${contextTokens} tokens. Please reduce the length of the messages.`;
  const error = (wire: Wire): WireError => wire === 'messages'
    ? { message: `prompt is too long: ${contextTokens + 1} tokens > ${contextTokens} maximum` }
    : { message: openAi, code: 'context_length_exceeded', param: wire === 'chat' ? 'messages' : 'input' };
  return { kind: 'status', status: 400, headers: {}, error };
}

/** What the providers answer to a field that this model does not take. */
export function unsupportedParameter(name: string): StatusReply {
  const error = (wire: Wire): WireError => wire === 'messages'
    ? { message: `${name}: Extra inputs are not permitted` }
    : { message: `Unsupported parameter: '${name}' is not supported with this model.`, code: 'unsupported_parameter', param: name };
  return { kind: 'status', status: 400, headers: {}, error };
}

/** A 200 that is no answer: a proxy's login page, say. */
export function html(body = '<!doctype html><title>Sign in</title><p>Please sign in.</p>'): RawResponse {
  return { kind: 'raw', status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** Any response as it stands. */
export function raw(response: Partial<Omit<RawResponse, 'kind'>>): RawResponse {
  return { kind: 'raw', status: 200, headers: { 'content-type': 'application/json' }, body: '', ...response };
}

export function resetBeforeHeaders(): ResetBeforeHeaders {
  return { kind: 'reset' };
}

export function stall(): Stall {
  return { kind: 'stall' };
}
