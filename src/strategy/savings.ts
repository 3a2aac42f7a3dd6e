import type { Usage } from '../protocol/types.ts';
import type { Savings } from '../routing/savings.ts';
import type { Phase, TraceRecord } from '../trace/types.ts';
import { costOf } from './cost.ts';
import type { Run } from './run.ts';

/** So many sessions are remembered; an older one that goes on is thought to be warm by its share. */
const MAX_SESSIONS = 4_000;

/** How much each session's newest request sent, so that the next one knows which part of its input is not new. */
export class SessionInputs {
  readonly #sessions = new Map<string, { inputTokens: number; atMs: number }>();
  readonly #ttlMs: number;

  /** @param ttlMs how long a provider's prompt cache is thought to live */
  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** Input tokens of the session's request before; null when its cache is cold by now, undefined when nobody remembers one. */
  earlier(sessionId: string, nowMs: number): number | null | undefined {
    const known = this.#sessions.get(sessionId);
    return known === undefined ? undefined : nowMs - known.atMs <= this.#ttlMs ? known.inputTokens : null;
  }

  remember(sessionId: string, inputTokens: number, nowMs: number): void {
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, { inputTokens, atMs: nowMs });
    if (this.#sessions.size <= MAX_SESSIONS) return;
    for (const oldest of this.#sessions.keys()) { this.#sessions.delete(oldest); break; }
  }
}

/**
 * What the answer of a run would have cost elsewhere. Null for a dry run, and while there is no whole answer: of one that failed
 * nobody knows what others would have made of it.
 */
export function savingsOf({ trace, planned, dryRun, plan }: Run, inputs: SessionInputs, nowMs: number): Savings | null {
  const usage = dryRun ? null : answerUsage(trace.record);
  if (usage === null || planned.compare === undefined) return null;
  const { id } = plan.session;
  return planned.compare({ usage, earlierInputTokens: id === null ? null : inputs.earlier(id, nowMs) }, costOfKnown);
}

const costOfKnown = (usage: Usage, pricing: NonNullable<Parameters<typeof costOf>[1]>): number => costOf(usage, pricing) ?? 0;

const READS_REQUEST: ReadonlySet<Phase['phase']> = new Set(['primary', 'fallback', 'panel']);

/** The client's request as a model read it, and the answer as its model wrote it: one call's worth, however many there were. */
export function answerUsage({ phases, served }: Pick<TraceRecord, 'phases' | 'served'>): Usage | null {
  const read = phases.find(({ phase, status, usage }) => READS_REQUEST.has(phase) && status === 'done' && usage !== null)?.usage ?? null;
  const written = phases.findLast((phase) => phase.status === 'done' && phase.usage !== null && wroteAnswer(phase, served))?.usage ?? null;
  if (read === null || written === null) return null;
  return read === written ? read : { ...read, outputTokens: written.outputTokens, reasoningTokens: written.reasoningTokens, estimated: read.estimated || written.estimated };
}

/** A judge writes no answer, and a verifier only where it changed one. */
const wroteAnswer = ({ phase, model, upstreamName, verdict }: Phase, served: TraceRecord['served']): boolean =>
  model === served?.model && upstreamName === served.upstreamName && phase !== 'judge' && verdict !== 'no change';
