import * as z from 'zod';
import type { LearnedCounts } from '../../config/known-facts.ts';
import { OUTCOME_SOURCES, WEIGHT, type Outcome, type OutcomeSource } from './outcome.ts';

/** An outcome counts half after 30 days: models change under their names, and so does one's work. */
export const HALF_LIFE_MS = 30 * 86_400_000;
/** One of more than six half-lives counts less than a sixtieth, and is dropped. */
const LIFE_MS = 6 * HALF_LIFE_MS;
/** Outcomes of one model on one kind of task that are kept: with more, those that say least of the oldest go. */
export const MOST_OUTCOMES = 100;

const entrySchema = z.object({
  at: z.number().nonnegative(), from: z.enum(OUTCOME_SOURCES), right: z.boolean(), predicted: z.number().min(0).max(1), trace: z.string().max(80),
});
const lineSchema = z.object({ version: z.literal(1), changedAtMs: z.number().nonnegative(), outcomes: z.array(entrySchema).max(MOST_OUTCOMES) });

type Entry = z.output<typeof entrySchema>;

/** What is seen of a line now. */
export interface LineCounts extends Required<LearnedCounts> {
  /** Weighted, by what told. */
  by: Partial<Record<OutcomeSource, { right: number; wrong: number }>>;
  /** How many outcomes these are. */
  outcomes: number;
  /** Epoch ms. */
  sinceMs: number;
  lastMs: number;
}

/**
 * The outcomes of one model on one kind of task. They are kept one by one, which makes each of them reversible without a rest, and the
 * whole bounded; counts follow from them.
 */
export class Line {
  #entries: Entry[] = [];
  changedAtMs = 0;

  /** What was stored, or null when that is nothing readable. */
  static parse(stored: unknown): Line | null {
    const parsed = lineSchema.safeParse(stored);
    if (!parsed.success) return null;
    const line = new Line();
    line.#entries = parsed.data.outcomes;
    line.changedAtMs = parsed.data.changedAtMs;
    return line;
  }

  stored(): unknown {
    return { version: 1, changedAtMs: this.changedAtMs, outcomes: [...this.#entries] } satisfies z.input<typeof lineSchema>;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Puts one in, in the place of what the same source said of the same request. */
  add({ from, right, predicted, traceId, atMs }: Outcome): void {
    this.withdraw(traceId, from);
    this.#entries.push({ at: atMs, from, right, predicted: Math.round(predicted * 1_000) / 1_000, trace: traceId });
    this.#entries = this.#entries.filter(({ at }) => atMs - at < LIFE_MS);
    if (this.#entries.length > MOST_OUTCOMES) this.#entries.splice(this.#leastTelling(), 1);
  }

  /** False when there was nothing of that. */
  withdraw(traceId: string, from: OutcomeSource): boolean {
    const kept = this.#entries.filter((entry) => entry.trace !== traceId || entry.from !== from);
    const found = kept.length < this.#entries.length;
    this.#entries = kept;
    return found;
  }

  counts(nowMs: number): LineCounts {
    const counts: LineCounts = { right: 0, wrong: 0, expected: 0, by: {}, outcomes: this.#entries.length, sinceMs: Infinity, lastMs: 0 };
    for (const { at, from, right, predicted } of this.#entries) {
      // A clock that was set back makes nothing grow.
      const weight = WEIGHT[from] * 0.5 ** (Math.max(0, nowMs - at) / HALF_LIFE_MS);
      const verdict = right ? 'right' : 'wrong';
      counts[verdict] += weight;
      counts.expected += weight * predicted;
      (counts.by[from] ??= { right: 0, wrong: 0 })[verdict] += weight;
      counts.sinceMs = Math.min(counts.sinceMs, at);
      counts.lastMs = Math.max(counts.lastMs, at);
    }
    return counts;
  }

  #leastTelling(): number {
    let least = 0;
    for (const [at, { from }] of this.#entries.entries()) if (WEIGHT[from] < WEIGHT[this.#entries[least]?.from ?? 'retry']) least = at;
    return least;
  }
}
