import { CompletionCollector, deltasOf, estimateUsage } from '../protocol/completion.ts';
import type { ChatDelta, Completion, Usage } from '../protocol/types.ts';
import type { StreamEvent } from '../protocol/wire.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream/types.ts';
import type { Opened } from './fallback.ts';
import type { Run } from './run.ts';

/**
 * Reads an opened answer to its end, whichever way it came, and shows each delta to `take`; a promise from it is waited for.
 * Rejects with {@link UpstreamError} when it breaks.
 */
export async function readDeltas({ opened }: Opened, collector: CompletionCollector, take: (delta: ChatDelta) => Promise<void> | undefined): Promise<void> {
  if (opened.kind === 'plain') {
    const { completion } = opened.answer;
    if (completion.usage !== null) collector.add({ type: 'usage', usage: completion.usage });
    for (const delta of deltasOf(completion)) { collector.add(delta); await take(delta); }
    return;
  }
  for (let events: StreamEvent[] | null = opened.first; events !== null; events = await opened.next()) {
    for (const event of events) {
      if (event.usage !== null) collector.add({ type: 'usage', usage: event.usage });
      for (const delta of event.deltas) {
        collector.add(delta);
        const slow = take(delta);
        if (slow !== undefined) await slow;
      }
    }
  }
}

/** Reads an opened answer to its end without showing it: a panelist, a judge, a held draft. `verdictOf` is for those who judge. */
export async function collect(run: Run, opened: Opened, verdictOf?: (completion: Completion) => string): Promise<{ ok: true; completion: Completion } | { ok: false; failure: UpstreamFailure }> {
  const collector = new CompletionCollector();
  try {
    await readDeltas(opened, collector, (delta) => { if (delta.type === 'text') opened.phase.text(delta.text); return undefined; });
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    await breakOff(run, opened, { failure: error.failure, said: collector.result() });
    return { ok: false, failure: error.failure };
  }
  const completion = collector.result();
  if (verdictOf !== undefined) opened.phase.verdict(verdictOf(completion));
  settle(run, opened, completion);
  return { ok: true, completion };
}

/** Ends a phase whose answer broke in the middle. What was `said` until then was paid for; null when it has been counted already. */
export async function breakOff(run: Run, { call, phase, opened }: Opened, { failure, said }: { failure: UpstreamFailure; said: Completion | null }): Promise<void> {
  const usage = said === null ? null : (said.usage ?? estimateOf(opened, said));
  const costUsd = usage === null ? null : run.account(call, usage);
  phase.end(run.signal.aborted ? 'aborted' : 'failed', { usage, costUsd });
  await run.health.reportBroken(call.upstreamName, call.model, failure);
}

/** Ends a phase that went well: usage and cost are counted. */
export function settle(run: Run, { call, phase, opened }: Opened, completion: Completion): Usage {
  const usage = completion.usage ?? estimateOf(opened, completion);
  const costUsd = run.account(call, usage);
  for (const part of completion.parts) if (part.type === 'reasoning_item') run.minted.remember(part.item);
  phase.toolCalls(completion.toolCalls);
  phase.end('done', { usage, costUsd });
  return usage;
}

/** Usage of a call that told none: of what was really sent, which for a verifier or a judge is more than the client's request. */
const estimateOf = ({ sentBytes }: Opened['opened'], { text, reasoning, toolCalls }: Completion): Usage =>
  estimateUsage(sentBytes, text.length + reasoning.length + toolCalls.reduce((sum, call) => sum + call.arguments.length + call.name.length, 0));
