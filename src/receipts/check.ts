/** One thing that was checked; the unit of every receipt. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip';

export interface Check {
  /** Dotted name, e.g. `probe.chat.stream`; stable, scripts may rely on it. */
  name: string;
  status: CheckStatus;
  /** What was found. */
  detail: string;
  /** What to do about it; empty when nothing. */
  hint: string;
  /** How long the check took, where that says something. */
  latencyMs: number | null;
}

/** `fail` when any check failed; `warn` and `skip` do not fail a receipt. */
export type Overall = 'pass' | 'fail';

export const overallOf = (checks: readonly Check[]): Overall => (checks.some(({ status }) => status === 'fail') ? 'fail' : 'pass');

/** Builds a {@link Check}. */
export function check(name: string, status: CheckStatus, detail: string, { hint = '', latencyMs = null }: { hint?: string; latencyMs?: number | null } = {}): Check {
  return { name, status, detail, hint, latencyMs };
}
