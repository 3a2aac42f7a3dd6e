import { effortFields } from '../protocol/effort.ts';
import { nestsTooDeep } from '../protocol/json-depth.ts';
import { StreamReadError, type CallBody, type OurTurn, type ReadAnswer, type ReaderOptions, type RequestSettings, type StreamEvent, type Wire } from '../protocol/wire.ts';
import { wireFor } from '../protocol/wires.ts';
import { providerOf } from '../protocol/types.ts';
import type { PlannedCall } from '../routing/types.ts';
import { UpstreamError, type FailureReason, type UpstreamCall, type UpstreamFailure, type UpstreamReply } from '../upstream/types.ts';
import type { Run } from './run.ts';

const PASSED_HEADERS = ['anthropic-version', 'anthropic-beta', 'openai-beta', 'http-referer', 'x-title'] as const;

export interface CallSpec {
  purpose: UpstreamCall['purpose'];
  stream: boolean;
  /** Our own turn behind the conversation; absent means: the client's own words. */
  turn?: OurTurn;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: UpstreamFailure };

interface OpenAnswer {
  wire: Wire;
  /** The upstream speaks the client's format: its bytes may go through. */
  native: boolean;
  /** Size of the request body as it was sent. */
  sentBytes: number;
}

/** A stream whose first content is at hand. */
export interface OpenStream extends OpenAnswer {
  kind: 'stream';
  /** What came up to and including the first content. */
  first: StreamEvent[];
  /** What comes after, a batch a network read; null at its end. Rejects with {@link UpstreamError} when it breaks, ends early or reports an error. */
  next(): Promise<StreamEvent[] | null>;
}

/** A whole answer, also when a stream was asked for and the upstream does not stream. */
export interface WholeAnswer extends OpenAnswer {
  kind: 'plain';
  answer: ReadAnswer;
}

/** Makes one call and waits for its first content (stream) or all of it (plain). */
export async function callModel(run: Run, call: PlannedCall, spec: CallSpec, signal: AbortSignal): Promise<Outcome<OpenStream | WholeAnswer>> {
  const upstream = run.upstreams.get(call.upstreamName);
  if (upstream === undefined) return lost('no_key', `upstream \`${call.upstreamName}\` is not configured`);
  const { request } = run;
  const wire = wireFor(request.wire, upstream.protocols);
  const native = wire.name === request.wire;
  const body = wire.writeBody(request, () => settingsFor(run, call), bodyFor(run, call, spec, native));
  const result = await run.health.call(upstream, { purpose: spec.purpose, wire: wire.name, model: call.model, stream: spec.stream, body, headers: passedHeaders(run) }, signal);
  if (!result.ok) return { ok: false, failure: result.failure };
  const where = `${call.model} on upstream \`${call.upstreamName}\``;
  const open: OpenAnswer = { wire, native, sentBytes: body.reduce((sum, piece) => sum + piece.byteLength, 0) };
  const reading: ReaderOptions = { provider: providerOf(call.upstreamName, call.model), tools: native ? null : request.tools };
  const { reply } = result;
  const outcome = await catchBroken<OpenStream | WholeAnswer>(async () => (spec.stream && reply.contentType.includes('event-stream') ? openStream(reply, where, open, reading) : readWhole(reply, where, open, reading)));
  if (!outcome.ok) await run.health.reportBroken(call.upstreamName, call.model, outcome.failure);
  return outcome;
}

/** What a translation needs, with the effort that was decided. */
function settingsFor(run: Run, { effort }: PlannedCall): RequestSettings {
  const settings = run.settings();
  return effort === undefined ? settings : { ...settings, effort, thinkingTokens: undefined };
}

function bodyFor(run: Run, call: PlannedCall, { stream, turn }: CallSpec, native: boolean): CallBody {
  const provider = providerOf(call.upstreamName, call.model);
  const quirks = run.quirks.of(call.upstreamName, call.model, run.session);
  return {
    model: call.model, stream, turn, quirks,
    set: native && call.effort !== undefined ? { ...effortFields(run.request, call.effort), ...call.extraBody } : call.extraBody,
    ownsReasoning: (item) => quirks.dropReasoning !== true && run.minted.owns(item, provider),
  };
}

function passedHeaders(run: Run): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = run.context.headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

async function openStream(reply: UpstreamReply, where: string, open: OpenAnswer, reading: ReaderOptions): Promise<Outcome<OpenStream>> {
  const next = eventReader(reply, where, open.wire, reading);
  const first: StreamEvent[] = [];
  for (let events = await next(); events !== null; events = await next()) {
    first.push(...events);
    if (events.some(({ content }) => content)) break;
  }
  // Only a stream that finished may end without content: the reader throws else.
  return { ok: true, value: { kind: 'stream', ...open, first, next } };
}

/** No model calls this many tools at once, and who works on them compares each with all. */
const MAX_CALLS = 1_000;

/** Reads the events of a reply, none behind the end of the answer. Rejects with {@link UpstreamError} unless the stream really finishes. */
function eventReader(reply: UpstreamReply, where: string, wire: Wire, reading: ReaderOptions): () => Promise<StreamEvent[] | null> {
  const reader = wire.createReader(reading);
  let finished = false, over = false, calls = 0;
  const incomplete = (): UpstreamFailure => broken('incomplete', `${where} ended its stream without ${END_NAMES[wire.name]}`);
  const checked = (events: StreamEvent[]): StreamEvent[] => {
    for (const [index, event] of events.entries()) {
      if (event.error !== null) throw new UpstreamError(reported(where, event.error));
      for (const delta of event.deltas) if (delta.type === 'reasoning_item' || (delta.type === 'tool_call' && delta.name !== undefined)) calls++;
      if (calls > MAX_CALLS) throw new StreamReadError(`more than ${MAX_CALLS} tool calls`);
      finished ||= event.finishes;
      if (!isLast(event, wire)) continue;
      // Behind the mark nobody reads on, so what had not finished before it never does.
      if (!finished) throw new UpstreamError(incomplete());
      if (!over) letEnd(reply);
      over = true;
      return index + 1 === events.length ? events : events.slice(0, index + 1);
    }
    return events;
  };
  return async () => {
    try {
      while (!over) {
        const bytes = await reply.read();
        over = bytes === null;
        const events = checked(bytes === null ? reader.end() : reader.push(bytes));
        if (events.length > 0) return events;
      }
      if (!finished) throw new UpstreamError(incomplete());
      return null;
    } catch (error) {
      reply.cancel();
      throw error instanceof StreamReadError ? new UpstreamError(broken('invalid_response', `${where}: ${error.message}`)) : error;
    }
  };
}

/** Behind a chat answer's finish its usage may follow; the other formats end with the event that finishes. */
const isLast = ({ done, finishes }: StreamEvent, { name }: Wire): boolean => done || (finishes && name !== 'chat');

/** What may stand between the last event and the end of the response, and how long that may take; a connection that ends in time is used again. */
const TAIL_BYTES = 65_536;
const TAIL_MS = 2_000;

/** Reads on behind the last event and throws it away; nobody waits for it. */
function letEnd(reply: UpstreamReply): void {
  const timer = setTimeout(() => { reply.cancel(); }, TAIL_MS).unref();
  const read = async (): Promise<void> => {
    let bytes = 0;
    for (let piece = await reply.read(); piece !== null; piece = await reply.read()) {
      bytes += piece.byteLength;
      if (bytes > TAIL_BYTES) { reply.cancel(); return; }
    }
  };
  read().catch(() => undefined).finally(() => { clearTimeout(timer); });
}

/** What a stream of each format ends with. */
const END_NAMES: Record<Wire['name'], string> = { chat: 'a finish_reason', responses: 'response.completed', messages: 'message_stop' };

async function readWhole(reply: UpstreamReply, where: string, open: OpenAnswer, reading: ReaderOptions): Promise<Outcome<WholeAnswer>> {
  const pieces: Uint8Array[] = [];
  for (let piece = await reply.read(); piece !== null; piece = await reply.read()) pieces.push(piece);
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  if (nestsTooDeep(bytes)) return { ok: false, failure: broken('invalid_response', `${where}: the answer is nested too deeply`) };
  const answer = open.wire.readWhole(bytes, reading);
  if (answer.ok && answer.completion.toolCalls.length > MAX_CALLS) return { ok: false, failure: broken('invalid_response', `${where}: more than ${MAX_CALLS} tool calls`) };
  if (!answer.ok) return { ok: false, failure: answer.reason === 'server_error' ? reported(where, answer) : broken(answer.reason, `${where}: ${answer.message}`) };
  return { ok: true, value: { kind: 'plain', ...open, answer } };
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
