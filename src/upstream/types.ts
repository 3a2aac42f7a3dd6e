import type { WireFormat } from '../protocol/types.ts';
import type { Refusal } from './refusals.ts';

/** One HTTP-like call to a model. */
export interface UpstreamCall {
  /** What the call is for; only the dry-run upstream looks at it. */
  purpose: 'answer' | 'verify' | 'panel' | 'judge' | 'synthesis';
  wire: WireFormat;
  /** Absent: an answer is wanted. Messages only: how many tokens would the request be? */
  operation?: 'count_tokens';
  model: string;
  stream: boolean;
  /** The body's pieces in order, sent without joining them. */
  body: readonly Uint8Array[];
  /** Headers of the client that may go on (see the contract), lower-cased. */
  headers: Readonly<Record<string, string>>;
}

/** Why a call failed, by name; decides what may be tried next. */
export type FailureReason =
  | 'rate_limited' | 'server_error' | 'timeout' | 'connect' | 'auth' | 'context_length' | 'bad_request' | 'unsupported_parameter' | 'model_not_found'
  | 'incomplete' | 'invalid_response' | 'no_key' | 'content_filter' | 'aborted' | 'cooling_down' | 'credits';

export interface UpstreamFailure {
  reason: FailureReason;
  /** HTTP status of the upstream; 0 when there was none. */
  status: number;
  /** What was wrong, where, and what to do. Never holds a key. */
  message: string;
  code: string | null;
  param: string | null;
  retryAfterS?: number | undefined;
  /** With `unsupported_parameter`: what it is, so that the call can be made without it. */
  refusals?: readonly Refusal[] | undefined;
}

export interface UpstreamReply {
  status: number;
  contentType: string;
  /** The next piece of the body, one a network read; null at its end. Rejects with {@link UpstreamError} when it breaks. */
  read(): Promise<Uint8Array | null>;
  /** Ends the call when nobody will read the (rest of the) body. */
  cancel(): void;
}

/** Thrown by a reply's body when the connection breaks, goes silent, or grows past its limit. */
export class UpstreamError extends Error {
  readonly failure: UpstreamFailure;
  constructor(failure: UpstreamFailure) {
    super(failure.message);
    this.name = 'UpstreamError';
    this.failure = failure;
  }
}

/** One place that answers model calls. */
export interface Upstream {
  readonly name: string;
  readonly kind: 'openai' | 'anthropic' | 'vscode-lm' | 'dry-run';
  readonly protocols: readonly WireFormat[];
  /** Sends a call; resolves when the response's headers are there and its status is 2xx. */
  call(call: UpstreamCall, signal: AbortSignal): Promise<{ ok: true; reply: UpstreamReply } | { ok: false; failure: UpstreamFailure }>;
  /** Lets go of its connections: once running calls are over, or at once. */
  close(options: { now: boolean }): Promise<void>;
}
