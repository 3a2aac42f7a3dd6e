import { ChatChunkReader, ChunkError, type ChatChunk } from '../protocol/chat/chunks.ts';
import { nativeBody, serialised } from '../protocol/chat/body.ts';
import { readPlainAnswer, type PlainAnswer } from '../protocol/chat/plain.ts';
import type { PlannedCall } from '../routing/types.ts';
import { UpstreamError, type FailureReason, type UpstreamCall, type UpstreamFailure, type UpstreamReply } from '../upstream/types.ts';
import type { Run } from './run.ts';

/** Fields of a body that are never for an upstream as they came: our own, and the one that OpenRouter routes by, for which the plan decided. */
const DROPPED: readonly string[] = ['openfusion', 'models'];
const PASSED_HEADERS = ['anthropic-version', 'anthropic-beta', 'openai-beta', 'http-referer', 'x-title'] as const;

export interface CallSpec {
  purpose: UpstreamCall['purpose'];
  stream: boolean;
  /** Replaces fields of the client's body; absent means: the client's own bytes. */
  rewrite?: { set: Readonly<Record<string, unknown>>; drop: readonly string[] };
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: UpstreamFailure };

/** A stream whose first content is at hand. */
export interface OpenStream {
  kind: 'stream';
  /** Size of the request body as it was sent. */
  sentBytes: number;
  /** What came up to and including the first content. */
  first: ChatChunk[];
  /** What comes after, a batch a network read; null at its end. Rejects with {@link UpstreamError} when it breaks, ends early or reports an error. */
  next(): Promise<ChatChunk[] | null>;
}

/** A whole answer, also when a stream was asked for and the upstream does not stream. */
export interface WholeAnswer {
  kind: 'plain';
  sentBytes: number;
  answer: Extract<PlainAnswer, { ok: true }>;
}

/** Makes one call and waits for its first content (stream) or all of it (plain). */
export async function callModel(run: Run, call: PlannedCall, spec: CallSpec, signal: AbortSignal): Promise<Outcome<OpenStream | WholeAnswer>> {
  const upstream = run.upstreams.get(call.upstreamName);
  if (upstream === undefined) return lost('no_key', `upstream \`${call.upstreamName}\` is not configured`);
  const body = bodyFor(run, call, spec);
  const result = await run.health.call(upstream, {
    purpose: spec.purpose, wire: 'chat', model: call.model, stream: spec.stream, body, headers: passedHeaders(run),
  }, signal);
  if (!result.ok) return { ok: false, failure: result.failure };
  const where = `${call.model} on upstream \`${call.upstreamName}\``;
  const sentBytes = body.reduce((sum, piece) => sum + piece.byteLength, 0);
  const outcome = await catchBroken<OpenStream | WholeAnswer>(async () => (spec.stream && result.reply.contentType.includes('event-stream') ? openStream(result.reply, where, sentBytes) : readWhole(result.reply, where, sentBytes)));
  if (!outcome.ok) await run.health.reportBroken(call.upstreamName, call.model, outcome.failure);
  return outcome;
}

function bodyFor(run: Run, call: PlannedCall, { stream, rewrite }: CallSpec): Uint8Array[] {
  const { request } = run;
  if (rewrite === undefined) {
    const set = call.extraBody;
    return nativeBody(request, { model: call.model, stream, set, drop: 'models' in set || 'openfusion' in set ? DROPPED.filter((key) => !(key in set)) : DROPPED });
  }
  const set = { ...call.extraBody, ...rewrite.set };
  return [serialised(request, { model: call.model, stream, set, drop: [...DROPPED, ...rewrite.drop].filter((key) => !(key in set)) })];
}

function passedHeaders(run: Run): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = run.context.headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

async function openStream(reply: UpstreamReply, where: string, sentBytes: number): Promise<Outcome<OpenStream>> {
  const next = chunkReader(reply, where);
  const first: ChatChunk[] = [];
  for (let chunks = await next(); chunks !== null; chunks = await next()) {
    first.push(...chunks);
    if (chunks.some((chunk) => chunk.content)) break;
  }
  // Only a stream that finished may end without content: the reader throws else.
  return { ok: true, value: { kind: 'stream', sentBytes, first, next } };
}

/** Reads the chunks of a reply. Rejects with {@link UpstreamError} unless the stream really finishes. */
function chunkReader(reply: UpstreamReply, where: string): () => Promise<ChatChunk[] | null> {
  const reader = new ChatChunkReader();
  let finished = false, over = false;
  const checked = (chunks: ChatChunk[]): ChatChunk[] => {
    for (const { error, finishes } of chunks) {
      if (error !== null) throw new UpstreamError(reported(where, error));
      finished ||= finishes;
    }
    return chunks;
  };
  return async () => {
    try {
      while (!over) {
        const bytes = await reply.read();
        over = bytes === null;
        const chunks = checked(bytes === null ? reader.end() : reader.push(bytes));
        if (chunks.length > 0) return chunks;
      }
      if (!finished) throw new UpstreamError(broken('incomplete', `${where} ended its stream without a finish_reason`));
      return null;
    } catch (error) {
      reply.cancel();
      throw error instanceof ChunkError ? new UpstreamError(broken('invalid_response', `${where}: ${error.message}`)) : error;
    }
  };
}

async function readWhole(reply: UpstreamReply, where: string, sentBytes: number): Promise<Outcome<WholeAnswer>> {
  const pieces: Uint8Array[] = [];
  for (let piece = await reply.read(); piece !== null; piece = await reply.read()) pieces.push(piece);
  const answer = readPlainAnswer(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces));
  if (!answer.ok) return { ok: false, failure: answer.reason === 'server_error' ? reported(where, answer) : broken(answer.reason, `${where}: ${answer.message}`) };
  return { ok: true, value: { kind: 'plain', sentBytes, answer } };
}

async function catchBroken<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UpstreamError) return { ok: false, failure: error.failure };
    throw error;
  }
}

/** An error object inside a 200: its code says what kind it is. */
function reported(where: string, { message, code }: { message: string; code: string | null }): UpstreamFailure {
  const text = `${code ?? ''} ${message}`;
  const reason: FailureReason = /\b429\b|rate.?limit/i.test(text) ? 'rate_limited' : /context.?length|too long|maximum context/i.test(text) ? 'context_length' : 'server_error';
  return { reason, status: 200, message: `${where} reported: ${message.slice(0, 500)}`, code, param: null };
}

const broken = (reason: FailureReason, message: string): UpstreamFailure => ({ reason, status: 200, message, code: null, param: null });
const lost = (reason: FailureReason, message: string): { ok: false; failure: UpstreamFailure } => ({ ok: false, failure: { reason, status: 0, message, code: null, param: null } });
