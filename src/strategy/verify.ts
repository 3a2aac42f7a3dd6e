import type { AnswerEvent } from '../protocol/answer.ts';
import { CompletionCollector } from '../protocol/completion.ts';
import type { ChatDelta, Completion } from '../protocol/types.ts';
import { UpstreamError } from '../upstream/types.ts';
import { collect, deltasFrom, settle } from './collect.ts';
import { release, servedEvent } from './events.ts';
import { errorFor } from './failure.ts';
import { openFirst, type Opened } from './fallback.ts';
import { openfusionObject } from './object.ts';
import { DROPPED_FOR_REVIEW, mayBecomeNoChange, needsWholeProposal, saysNoChange, toolsOff, verifyMessages } from './prompts.ts';
import type { Run } from './run.ts';
import { sendDeltas } from './single.ts';

/**
 * A primary writes a draft that is held; a verifier checks it. "No change" lets the primary's own words out, verbatim. Else
 * the verifier's corrected text is streamed; for a tool turn its own proposal goes out instead, its tool calls untouched.
 */
export async function* runVerified(run: Run): AsyncGenerator<AnswerEvent> {
  const { plan, signal } = run;
  const drafted = await draft(run);
  if (!drafted.ok) { yield drafted.event; return; }
  const { completion, opened } = drafted;
  run.fallback = opened.fallback;
  run.serve(opened.call);
  if (plan.verifier === null || completion.finishReason === 'content_filter') { yield* release(run, completion); return; }
  const check = await openFirst(run, 'verify', [plan.verifier], {
    purpose: 'verify', stream: true, rewrite: { set: { messages: verifyMessages(run.request, completion), ...toolsOff(run.request) }, drop: DROPPED_FOR_REVIEW },
  }, signal);
  if (!check.ok) {
    if (signal.aborted) { yield { type: 'failed', error: errorFor(check.failures) }; return; }
    run.fallback ??= 'verifier_failed';
    yield* release(run, completion);
    return;
  }
  yield* needsWholeProposal(run.request, completion) ? verdictOnProposal(run, completion, check.value) : verdictOnText(run, completion, check.value);
}

async function draft(run: Run): Promise<{ ok: true; completion: Completion; opened: Opened } | { ok: false; event: AnswerEvent }> {
  const calls = [run.plan.primary, ...run.plan.fallbacks];
  for (;;) {
    const result = await openFirst(run, 'primary', calls, { purpose: 'answer', stream: true }, run.signal);
    if (!result.ok) return { ok: false, event: { type: 'failed', error: errorFor(run.failures) } };
    const opened = { ...result.value, fallback: run.failures[0]?.reason ?? result.value.fallback };
    const collected = await collect(run, opened);
    if (collected.ok) return { ok: true, completion: collected.completion, opened };
    // The draft is held, so even one that broke in the middle can be replaced unseen.
    run.failures.push(collected.failure);
    calls.splice(0, calls.indexOf(opened.call) + 1);
    if (calls.length === 0 || run.signal.aborted) return { ok: false, event: { type: 'failed', error: errorFor(run.failures) } };
  }
}

/** Streams the verifier's text once it is certain that it is not "no change". */
async function* verdictOnText(run: Run, drafted: Completion, check: Opened): AsyncGenerator<AnswerEvent> {
  const collector = new CompletionCollector();
  const held: ChatDelta[] = [];
  let started = false;
  try {
    for await (const delta of deltasFrom(check, collector)) {
      if (delta.type === 'text') check.phase.text(delta.text);
      if (delta.type !== 'text' && delta.type !== 'finish') continue;
      if (!started) {
        held.push(delta);
        if (delta.type === 'finish' || mayBecomeNoChange(collector.text) || saysNoChange(collector.text)) continue;
        started = true;
        run.serve(check.call);
        yield servedEvent(run);
        for (const early of held) yield { type: 'delta', delta: early };
        continue;
      }
      yield { type: 'delta', delta };
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    check.phase.end(run.signal.aborted ? 'aborted' : 'failed');
    if (started || run.signal.aborted) { yield { type: 'failed', error: errorFor([error.failure]) }; return; }
    run.fallback ??= 'verifier_failed';
    yield* release(run, drafted);
    return;
  }
  const completion = collector.result();
  check.phase.verdict(started ? 'changed' : 'no change');
  settle(run, check, completion);
  if (!started) { yield* release(run, drafted); return; }
  run.trace.answer(completion.text, completion.toolCalls);
  yield { type: 'end', usage: run.usage, openfusion: openfusionObject(run), served: servedEvent(run).served };
}

/** Tool calls and JSON by a schema have two proposals at most; one of them goes out as it is. */
async function* verdictOnProposal(run: Run, drafted: Completion, check: Opened): AsyncGenerator<AnswerEvent> {
  const stands = (text: string): boolean => text.trim() === '' || saysNoChange(text);
  const verdict = await collect(run, check, ({ text }) => (stands(text) ? 'no change' : `changed: ${text.slice(0, 300)}`));
  const { verifier } = run.plan;
  if (!verdict.ok || verifier === null) {
    if (run.signal.aborted && !verdict.ok) { yield { type: 'failed', error: errorFor([verdict.failure]) }; return; }
    run.fallback ??= 'verifier_failed';
    yield* release(run, drafted);
    return;
  }
  if (stands(verdict.completion.text)) { yield* release(run, drafted); return; }
  const second = await openFirst(run, 'primary', [verifier], { purpose: 'answer', stream: true }, run.signal);
  if (!second.ok) { yield* release(run, drafted); return; }
  run.serve(second.value.call);
  yield* sendDeltas(run, second.value);
}
