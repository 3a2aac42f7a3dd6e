import { CompletionCollector } from '../protocol/completion.ts';
import type { StreamEvent } from '../protocol/wire.ts';
import { UpstreamError } from '../upstream/types.ts';
import { breakOff, readDeltas, settle } from './collect.ts';
import type { Emit } from './engine.ts';
import { finish, servedEvent, type Outcome } from './events.ts';
import { errorFor } from './failure.ts';
import { openFirst, type Opened } from './fallback.ts';
import type { OpenStream, WholeAnswer } from './model-call.ts';
import { openfusionObject } from './object.ts';
import type { Run } from './run.ts';

/**
 * One model answers. Where its upstream speaks the client's wire format, its bytes go through with only our fields changed; else
 * they are translated.
 */
export async function runSingle(run: Run, emit: Emit): Promise<Outcome> {
  const { plan, request, signal } = run;
  const result = await openFirst(run, 'primary', [plan.primary, ...plan.fallbacks], { purpose: 'answer', stream: request.stream }, signal);
  if (!result.ok) return errorFor(result.failures);
  const opened = result.value;
  run.fallback = opened.fallback;
  run.serve(opened.call);
  const answer = opened.opened;
  if (!answer.native || (answer.kind === 'plain' && request.stream)) return sendDeltas(run, opened, emit);
  return answer.kind === 'stream' ? passStream(run, opened, answer, emit) : passWhole(run, opened, answer, emit);
}

async function passStream(run: Run, opened: Opened, { wire, first, next }: OpenStream, emit: Emit): Promise<Outcome> {
  const collector = new CompletionCollector();
  const { phase } = opened;
  let settled = false;
  const settleOnce = (): void => { if (!settled) { settled = true; settle(run, opened, collector.result()); } };
  const mask = run.redactor.createEventMask();
  const native = wire.createPassThrough(run.request, {
    model: run.reportedModel,
    openfusion: () => { settleOnce(); return run.request.options.trace ? openfusionObject(run) : null; },
    estimate: () => run.usage,
  });
  const pass = (events: readonly StreamEvent[]): Promise<void> | undefined => {
    for (const event of events) {
      if (event.usage !== null) collector.add({ type: 'usage', usage: event.usage });
      for (const delta of event.deltas) {
        collector.add(delta);
        if (delta.type === 'text') phase.text(delta.text);
      }
    }
    return send(native.push(mask === null ? events : mask.push(events)));
  };
  const rest = (): string => (mask === null ? '' : native.push(mask.flush()));
  const send = (text: string): Promise<void> | undefined => {
    if (text === '') return undefined;
    return native.final === null ? emit({ type: 'wire', text }) : emit({ type: 'wire', text, final: native.final });
  };
  await emit(servedEvent(run, 'open'));
  try {
    for (let events: StreamEvent[] | null = first; events !== null; events = await next()) {
      const slow = pass(events);
      if (slow !== undefined) await slow;
    }
    await send(rest() + native.end());
    settleOnce();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    await breakOff(run, opened, { failure: error.failure, said: settled ? null : collector.result() });
    const told = errorFor([error.failure]);
    const held = rest();
    const text = native.fail(told);
    run.told = text !== null;
    await send(held + (text ?? ''));
    return told;
  }
  run.trace.answer(collector.text, collector.toolCalls);
  return null;
}

async function passWhole(run: Run, opened: Opened, { wire, answer }: WholeAnswer, emit: Emit): Promise<Outcome> {
  const { completion } = answer;
  opened.phase.text(completion.text);
  const usage = settle(run, opened, completion);
  run.trace.answer(completion.text, completion.toolCalls);
  await emit(servedEvent(run, 'known'));
  const { text, final } = wire.patchWhole(answer, {
    model: run.reportedModel, usage: completion.usage === null ? usage : null, openfusion: run.request.options.trace ? openfusionObject(run) : null,
  });
  await emit(final === null ? { type: 'wire', text } : { type: 'wire', text, final });
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
