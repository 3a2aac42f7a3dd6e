import type { LearnedEntry } from './ledger.ts';

/** What was learned here, for whoever asks. */
export interface LearnedReport {
  /** `auto.learning.enabled`. Off: what stands here is neither used nor added to. */
  enabled: boolean;
  /** By kind of task, then by model. */
  entries: LearnedEntry[];
}
