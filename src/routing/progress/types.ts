import type { FindingName } from './progress.ts';

/** Named reasons to change the model inside a session. */
export type EscalationReason = FindingName | 'past_p90_steps';

/** What speaks for a stronger model, in numbers: never in the transcript's own words, since a plan is kept longer than a prompt. */
export interface EscalationNote {
  name: EscalationReason;
  evidence: string;
}

/**
 * What the transcript of a session made of its model.
 * - `raised`: a stronger model, or more effort of the same one, takes over.
 * - `held`: it was raised before and stays so.
 * - `released`: it was raised, that worked, and from here on the planner chooses freely.
 * - `flagged`: enough for a stronger model, and there is none, or the configuration does not want one.
 * - `noted`: seen, and not enough.
 */
export interface Escalation {
  level: 'raised' | 'held' | 'released' | 'flagged' | 'noted';
  reasons: EscalationNote[];
  /** Ids of candidates; the same twice where only the effort was raised. Null where nobody moves. */
  from: string | null;
  to: string | null;
}

/** What the pin of a session remembers of an escalation. */
export interface PinnedEscalation {
  /** Whom the session left, and for whom. */
  fromId: string;
  toId: string;
  /** Effort that it was raised to instead; null when the model was changed. */
  effort: string | null;
  /** Number of messages of the request that raised it: what stands before them was evidence already. */
  atMessages: number;
  reasons: EscalationReason[];
  /** What tests have said since. */
  state: 'open' | 'failing' | 'succeeded';
}
