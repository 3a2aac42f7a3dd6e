/** A port to an engine in this process: what the command line uses. */
import { randomUUID } from 'node:crypto';
import type { AnswerEvent } from '../protocol/answer.ts';
import type { ApiError } from '../protocol/errors.ts';
import { parseChatRequest } from '../protocol/chat/parse.ts';
import type { ChatDelta, ChatRequest, FinishReason, RequestContext, ToolCall } from '../protocol/types.ts';
import type { Engine } from '../strategy/engine.ts';
import type { TraceRecord } from '../trace/types.ts';
import { readPlan } from './answer-view.ts';
import { readChatBody } from './chat-body.ts';
import { parseJson } from './guards.ts';
import type { ChatBody, PortAnswer, PortError, PortResult, ReceiptPort } from './port.ts';

export interface EnginePortOptions {
  /** Does the engine answer from the dry-run upstream? Null when only its answers can tell. */
  dryRun?: boolean | null;
  /** Looks a finished trace up, for what each panel role said. */
  traceOf?: (id: string) => TraceRecord | null | undefined | Promise<TraceRecord | null | undefined>;
  models?: () => string[];
  newTraceId?: () => string;
  nowMs?: () => number;
}

/** Wraps an engine. Each call is a session of its own, so that no pin of an earlier one bends the routing. */
export function createEnginePort(engine: Engine, options: EnginePortOptions = {}): ReceiptPort {
  const { dryRun = null, traceOf = () => null, models, newTraceId = randomUUID, nowMs = Date.now } = options;

  const contextOf = (): RequestContext => {
    const traceId = newTraceId();
    return { traceId, startedAtMs: nowMs(), headers: { 'user-agent': 'openfusion-receipt', 'x-session-id': `receipt-${traceId}` } };
  };

  return {
    dryRun,
    plan(body) {
      const request = requestOf(body);
      if (!request.ok) return Promise.resolve(request);
      const planned = engine.plan(request.value, contextOf());
      return Promise.resolve(planned.ok ? { ok: true, value: readPlan(planned.plan) } : { ok: false, error: portError(planned.error) });
    },
    async complete(body, signal = new AbortController().signal) {
      const request = requestOf(body);
      if (!request.ok) return request;
      const context = contextOf();
      const collected = await collectAnswer(engine, request.value, context, signal);
      if (!collected.ok) return collected;
      const latencyMs = nowMs() - context.startedAtMs;
      const trace = (await traceOf(context.traceId)) ?? null;
      return { ok: true, value: { ...collected.value, trace, latencyMs } };
    },
    ...(models === undefined ? {} : { models: () => Promise.resolve({ ok: true as const, value: models() }) }),
  };
}

function requestOf(body: ChatBody): PortResult<ChatRequest> {
  const parsed = parseChatRequest(Buffer.from(JSON.stringify({ ...body, stream: false })));
  return parsed.ok ? parsed : { ok: false, error: portError(parsed.error) };
}

async function collectAnswer(
  engine: Engine, request: ChatRequest, context: RequestContext, signal: AbortSignal,
): Promise<PortResult<Omit<PortAnswer, 'trace' | 'latencyMs'>>> {
  const collector = new DeltaCollector();
  let wire = '';
  let end: Extract<AnswerEvent, { type: 'end' }> | null = null;
  // To the very end, not to the `end` event: the trace is finished after it.
  for await (const event of engine.answer(request, context, signal)) {
    if (event.type === 'failed') return { ok: false, error: portError(event.error) };
    if (event.type === 'delta') collector.add(event.delta);
    else if (event.type === 'wire') wire += event.text;
    else if (event.type === 'end') end = event;
  }
  if (end !== null) return { ok: true, value: { ...collector.answer(), usage: end.usage, openfusion: end.openfusion } };
  if (signal.aborted) return { ok: false, error: { status: 0, code: 'aborted', message: 'the request was aborted' } };
  const passed = readChatBody(parseJson(wire));
  if (passed === null) return { ok: false, error: { status: 502, code: 'incomplete', message: 'the answer ended without its end' } };
  return { ok: true, value: passed };
}

/** Joins the deltas of one answer. */
class DeltaCollector {
  private text = '';
  private finishReason: FinishReason | null = null;
  private readonly toolCalls = new Map<number, ToolCall>();

  add(delta: ChatDelta): void {
    if (delta.type === 'text') this.text += delta.text;
    else if (delta.type === 'tool_call') this.addToolCall(delta);
    else if (delta.type === 'finish') this.finishReason = delta.reason;
  }

  answer(): Pick<PortAnswer, 'text' | 'toolCalls' | 'finishReason'> {
    return { text: this.text, toolCalls: [...this.toolCalls.values()], finishReason: this.finishReason };
  }

  private addToolCall({ index, id, name, arguments: piece }: Extract<ChatDelta, { type: 'tool_call' }>): void {
    const call = this.toolCalls.get(index) ?? { id: '', name: '', arguments: '' };
    this.toolCalls.set(index, { id: id ?? call.id, name: name ?? call.name, arguments: call.arguments + piece });
  }
}

const portError = ({ status, code, message }: ApiError): PortError => ({ status, code, message });
