import type { ChatChunk } from '../protocol/chat/chunks.ts';
import { answerText } from '../protocol/chat/plain.ts';
import { NativeChatStream } from '../protocol/chat/native.ts';
import { usageBody } from '../protocol/chat/render.ts';
import { CompletionCollector } from '../protocol/completion.ts';
import { UpstreamError } from '../upstream/types.ts';
import { breakOff, readDeltas, settle } from './collect.ts';
import type { Emit } from './engine.ts';
import { finish, servedEvent, type Outcome } from './events.ts';
import { errorFor } from './failure.ts';
import { openFirst, type Opened } from './fallback.ts';
import type { OpenStream, WholeAnswer } from './model-call.ts';
import { openfusionObject } from './object.ts';
import type { Run } from './run.ts';

/** One model answers, in the client's own wire format: its bytes go through with only our fields changed. */
export async function runSingle(run: Run, emit: Emit): Promise<Outcome> {
  const { plan, request, signal } = run;
  const result = await openFirst(run, 'primary', [plan.primary, ...plan.fallbacks], { purpose: 'answer', stream: request.stream }, signal);
  if (!result.ok) return errorFor(result.failures);
  const opened = result.value;
  run.fallback = opened.fallback;
  run.serve(opened.call);
  if (opened.opened.kind === 'stream') return passStream(run, opened, opened.opened, emit);
  return request.stream ? sendDeltas(run, opened, emit) : passWhole(run, opened, opened.opened, emit);
}

async function passStream(run: Run, opened: Opened, { first, next }: OpenStream, emit: Emit): Promise<Outcome> {
  const collector = new CompletionCollector();
  const { phase } = opened;
  let settled = false;
  const settleOnce = (): void => { if (!settled) { settled = true; settle(run, opened, collector.result()); } };
  const native = new NativeChatStream({
    model: run.reportedModel,
    includeUsage: run.request.includeUsage,
    openfusion: () => { settleOnce(); return run.request.options.trace ? openfusionObject(run) : null; },
    estimate: () => run.usage,
  });
  const pass = (chunks: readonly ChatChunk[]): Promise<void> | undefined => {
    for (const chunk of chunks) {
      if (chunk.usage !== null) collector.add({ type: 'usage', usage: chunk.usage });
      for (const delta of chunk.deltas) {
        collector.add(delta);
        if (delta.type === 'text') phase.text(delta.text);
      }
    }
    return send(native.push(chunks));
  };
  const send = (text: string): Promise<void> | undefined => (text === '' ? undefined : emit({ type: 'wire', text }));
  await emit(servedEvent(run, 'open'));
  try {
    for (let chunks: ChatChunk[] | null = first; chunks !== null; chunks = await next()) {
      const slow = pass(chunks);
      if (slow !== undefined) await slow;
    }
    await send(native.end());
    settleOnce();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    await breakOff(run, opened, { failure: error.failure, said: settled ? null : collector.result() });
    return errorFor([error.failure]);
  }
  run.trace.answer(collector.text, collector.toolCalls);
  return null;
}

async function passWhole(run: Run, opened: Opened, { answer }: WholeAnswer, emit: Emit): Promise<Outcome> {
  const { completion } = answer;
  opened.phase.text(completion.text);
  const usage = settle(run, opened, completion);
  run.trace.answer(completion.text, completion.toolCalls);
  await emit(servedEvent(run, 'known'));
  const added: Record<string, unknown> = {};
  if (completion.usage === null) added['usage'] = usageBody(usage);
  if (run.request.options.trace) added['openfusion'] = openfusionObject(run);
  await emit({ type: 'wire', text: answerText(answer, run.reportedModel, added) });
  return null;
}

/** Sends an opened answer as deltas: for answers that we render ourselves. */
export async function sendDeltas(run: Run, opened: Opened, emit: Emit): Promise<Outcome> {
  const collector = new CompletionCollector();
  await emit(servedEvent(run, 'open'));
  try {
    await readDeltas(opened, collector, (delta) => {
      if (delta.type === 'text') opened.phase.text(delta.text);
      return emit({ type: 'delta', delta });
    });
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    await breakOff(run, opened, { failure: error.failure, said: collector.result() });
    return errorFor([error.failure]);
  }
  const completion = collector.result();
  settle(run, opened, completion);
  run.trace.answer(completion.text, completion.toolCalls);
  await finish(run, emit);
  return null;
}
