import type { AnswerEvent } from '../protocol/answer.ts';
import { NativeChatStream } from '../protocol/chat/native.ts';
import { usageBody } from '../protocol/chat/render.ts';
import type { ChatChunk } from '../protocol/chat/chunks.ts';
import { CompletionCollector } from '../protocol/completion.ts';
import type { Completion } from '../protocol/types.ts';
import { UpstreamError } from '../upstream/types.ts';
import { deltasFrom, estimateOf, settle } from './collect.ts';
import { errorFor } from './failure.ts';
import { openFirst, type Opened } from './fallback.ts';
import { servedEvent } from './events.ts';
import type { OpenStream, WholeAnswer } from './model-call.ts';
import { openfusionObject } from './object.ts';
import type { Run } from './run.ts';

/** One model answers, in the client's own wire format: its bytes go through with only our fields changed. */
export async function* runSingle(run: Run): AsyncGenerator<AnswerEvent> {
  const { plan, request, signal } = run;
  const result = await openFirst(run, 'primary', [plan.primary, ...plan.fallbacks], { purpose: 'answer', stream: request.stream }, signal);
  if (!result.ok) { yield { type: 'failed', error: errorFor(result.failures) }; return; }
  const opened = result.value;
  run.fallback = opened.fallback;
  run.serve(opened.call);
  if (opened.opened.kind === 'stream') yield* passStream(run, opened, opened.opened);
  else if (request.stream) yield* sendDeltas(run, opened);
  else yield* passWhole(run, opened, opened.opened);
}

async function* passStream(run: Run, opened: Opened, { first, rest }: OpenStream): AsyncGenerator<AnswerEvent> {
  const collector = new CompletionCollector();
  const { phase } = opened;
  let settled = false;
  const finish = (): void => { if (!settled) { settled = true; settle(run, opened, done(run, collector)); } };
  const native = new NativeChatStream({
    model: run.reportedModel,
    includeUsage: run.request.includeUsage,
    openfusion: () => { finish(); return run.request.options.trace ? openfusionObject(run) : null; },
    estimate: () => run.usage,
  });
  const pass = (chunks: readonly ChatChunk[]): Uint8Array => {
    for (const chunk of chunks) {
      if (chunk.usage !== null) collector.add({ type: 'usage', usage: chunk.usage });
      for (const delta of chunk.deltas) {
        collector.add(delta);
        if (delta.type === 'text') phase.text(delta.text);
      }
    }
    return native.push(chunks);
  };
  yield servedEvent(run);
  try {
    yield { type: 'bytes', bytes: pass(first) };
    for await (const chunks of rest) {
      const bytes = pass(chunks);
      if (bytes.byteLength > 0) yield { type: 'bytes', bytes };
    }
    const bytes = native.end();
    if (bytes.byteLength > 0) yield { type: 'bytes', bytes };
    finish();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    phase.end(run.signal.aborted ? 'aborted' : 'failed');
    await run.health.reportBroken(opened.call.upstreamName, opened.call.model, error.failure);
    yield { type: 'failed', error: errorFor([error.failure]) };
    return;
  }
  run.trace.answer(collector.text, collector.toolCalls);
}

const done = (run: Run, collector: CompletionCollector): Completion => {
  const completion = collector.result();
  return completion.usage === null ? { ...completion, usage: estimateOf(run, completion) } : completion;
};

async function* passWhole(run: Run, opened: Opened, { answer: { object, completion } }: WholeAnswer): AsyncGenerator<AnswerEvent> {
  opened.phase.text(completion.text);
  const usage = settle(run, opened, completion);
  run.trace.answer(completion.text, completion.toolCalls);
  yield servedEvent(run);
  const body = {
    ...object, model: run.reportedModel,
    ...(completion.usage === null ? { usage: usageBody(usage) } : {}),
    ...(run.request.options.trace ? { openfusion: openfusionObject(run) } : {}),
  };
  yield { type: 'bytes', bytes: Buffer.from(JSON.stringify(body)) };
}

/** Sends an opened answer as deltas: for answers that we render ourselves. */
export async function* sendDeltas(run: Run, opened: Opened): AsyncGenerator<AnswerEvent> {
  const collector = new CompletionCollector();
  yield servedEvent(run);
  try {
    for await (const delta of deltasFrom(opened, collector)) {
      if (delta.type === 'text') opened.phase.text(delta.text);
      yield { type: 'delta', delta };
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    opened.phase.end(run.signal.aborted ? 'aborted' : 'failed');
    await run.health.reportBroken(opened.call.upstreamName, opened.call.model, error.failure);
    yield { type: 'failed', error: errorFor([error.failure]) };
    return;
  }
  const completion = collector.result();
  settle(run, opened, completion);
  run.trace.answer(completion.text, completion.toolCalls);
  yield { type: 'end', usage: run.usage, openfusion: openfusionObject(run), served: servedEvent(run).served };
}
