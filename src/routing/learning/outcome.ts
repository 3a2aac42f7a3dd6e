import type { Domain } from '../types.ts';

/** What tells that a model got something right or wrong. */
export type OutcomeSource = 'verifier' | 'retry' | 'escalation' | 'thumb' | 'tests';

export const OUTCOME_SOURCES: readonly OutcomeSource[] = ['thumb', 'tests', 'escalation', 'verifier', 'retry'];

/**
 * How much one outcome counts. Our own judgement of how much each knows: a person's thumb most, a verifier changes words that were not wrong,
 * and who asks the same again may only have been curious.
 */
export const WEIGHT: Readonly<Record<OutcomeSource, number>> = { thumb: 2, tests: 1, escalation: 1, verifier: 0.5, retry: 0.3 };

/** That a model got one thing right or wrong. Names and numbers only: no word of a prompt or an answer. */
export interface Outcome {
  /** Kind of the task. */
  kind: Domain;
  /** `upstream/model` */
  model: string;
  from: OutcomeSource;
  right: boolean;
  /** What was predicted for it before, 0..1. */
  predicted: number;
  /** With `from` what it is known by: one request says one thing of one kind. */
  traceId: string;
  /** Epoch ms. */
  atMs: number;
}
