import { CompletionCollector } from '../protocol/completion.ts';
import type { ChatDelta, Completion } from '../protocol/types.ts';
import { UpstreamError } from '../upstream/types.ts';
import { breakOff, collect, readDeltas, settle } from './collect.ts';
import type { Emit } from './engine.ts';
import { finish, release, servedEvent, type Outcome } from './events.ts';
import { errorFor } from './failure.ts';
import { openFirst, type Opened } from './fallback.ts';
import { mayBecomeNoChange, needsWholeProposal, saysNoChange, verifyTurn } from './prompts.ts';
import type { Run } from './run.ts';
import { sendDeltas } from './single.ts';

/**
 * A primary writes a draft that is held; a verifier checks it. "No change" lets the primary's own words out, verbatim. Else
 * the verifier's corrected text is streamed; for a tool turn its own proposal goes out instead, its tool calls untouched.
 */
export async function runVerified(run: Run, emit: Emit): Promise<Outcome> {
  const { plan, signal } = run;
  const drafted = await draft(run);
  if (drafted === null) return errorFor(run.failures);
  const { completion, opened } = drafted;
  run.fallback = opened.fallback;
  run.serve(opened.call);
  if (plan.verifier === null || completion.finishReason === 'content_filter') return release(run, completion, emit);
  const check = await openFirst(run, 'verify', [plan.verifier], { purpose: 'verify', stream: true, turn: verifyTurn(run.request, completion) }, signal);
  if (!check.ok) return signal.aborted ? errorFor(check.failures) : releaseUnchecked(run, completion, emit);
  return needsWholeProposal(run.request, completion) ? verdictOnProposal(run, completion, check.value, emit) : verdictOnText(run, completion, check.value, emit);
}

/** Null when nobody wrote one. */
async function draft(run: Run): Promise<{ completion: Completion; opened: Opened } | null> {
  const calls = [run.plan.primary, ...run.plan.fallbacks];
  while (calls.length > 0 && !run.signal.aborted) {
    const result = await openFirst(run, 'primary', calls, { purpose: 'answer', stream: true }, run.signal);
    if (!result.ok) return null;
    const opened = { ...result.value, fallback: run.failures[0]?.reason ?? result.value.fallback };
    const collected = await collect(run, opened);
    if (collected.ok) return { completion: collected.completion, opened };
    // The draft is held, so even one that broke in the middle can be replaced unseen.
    run.failures.push(collected.failure);
    calls.splice(0, calls.indexOf(opened.call) + 1);
  }
  return null;
}

function releaseUnchecked(run: Run, drafted: Completion, emit: Emit): Promise<Outcome> {
  run.fallback ??= 'verifier_failed';
  return release(run, drafted, emit);
}

/** Streams the verifier's text once it is certain that it is not "no change". */
async function verdictOnText(run: Run, drafted: Completion, check: Opened, emit: Emit): Promise<Outcome> {
  const collector = new CompletionCollector();
  const held: ChatDelta[] = [];
  let started = false;
  const start = async (): Promise<void> => {
    started = true;
    run.serve(check.call);
    await emit(servedEvent(run, 'open'));
    for (const early of held) await emit({ type: 'delta', delta: early });
  };
  try {
    await readDeltas(check, collector, (delta) => {
      if (delta.type === 'text') check.phase.text(delta.text);
      if (delta.type !== 'text' && delta.type !== 'finish') return undefined;
      if (started) return emit({ type: 'delta', delta });
      held.push(delta);
      return delta.type === 'finish' || mayBecomeNoChange(collector.text) || saysNoChange(collector.text) ? undefined : start();
    });
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    await breakOff(run, check, { failure: error.failure, said: collector.result() });
    // `started` is set in a callback, which the compiler cannot see.
    return (started as boolean) || run.signal.aborted ? errorFor([error.failure]) : releaseUnchecked(run, drafted, emit);
  }
  const completion = collector.result();
  check.phase.verdict((started as boolean) ? 'changed' : 'no change');
  settle(run, check, completion);
  if (!(started as boolean)) return release(run, drafted, emit);
  run.trace.answer(completion.text, completion.toolCalls);
  await finish(run, emit);
  return null;
}

/** Tool calls and JSON by a schema have two proposals at most; one of them goes out as it is. */
async function verdictOnProposal(run: Run, drafted: Completion, check: Opened, emit: Emit): Promise<Outcome> {
  const stands = (text: string): boolean => text.trim() === '' || saysNoChange(text);
  const verdict = await collect(run, check, ({ text }) => (stands(text) ? 'no change' : `changed: ${text.slice(0, 300)}`));
  const { verifier } = run.plan;
  if (!verdict.ok || verifier === null) return run.signal.aborted && !verdict.ok ? errorFor([verdict.failure]) : releaseUnchecked(run, drafted, emit);
  if (stands(verdict.completion.text)) return release(run, drafted, emit);
  const second = await openFirst(run, 'primary', [verifier], { purpose: 'answer', stream: true }, run.signal);
  if (!second.ok) return run.signal.aborted ? errorFor(second.failures) : release(run, drafted, emit);
  run.serve(second.value.call);
  return sendDeltas(run, second.value, emit);
}
