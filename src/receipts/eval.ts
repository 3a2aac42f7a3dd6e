/** `eval`: the built-in prompts through the whole panel; evidence of routing and orchestration, not of quality. */
import { BUILT_IN_CASES, type ReceiptCase } from './cases.ts';
import { sha256 } from './content.ts';
import { type FusionRun, runFusion } from './fusion-run.ts';
import type { ReceiptPort } from './port.ts';
import type { Progress } from './progress.ts';
import { type RunMode, runModeOf } from './run-mode.ts';

export interface EvalOptions {
  port: ReceiptPort;
  cases?: readonly ReceiptCase[];
  /** Roles that the configuration knows; an expected role that it does not know is not expected. Absent: all are. */
  configuredRoles?: readonly string[];
  nowMs?: () => number;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

export interface EvalCase extends FusionRun {
  id: string;
  prompt: string;
  promptSha256: string;
  expectedRoles: string[];
}

export interface EvalReceipt {
  object: 'openfusion.eval_receipt';
  schema: 'openfusion.eval_receipt.v1';
  mode: RunMode;
  /** ISO 8601 */
  startedAt: string;
  durationMs: number;
  summary: { total: number; passed: number; failed: number; status: 'PASS' | 'FAIL' };
  cases: EvalCase[];
  diversity: RoutingDiversity;
}

/** Do different prompts convene different panels? */
export interface RoutingDiversity {
  distinctPanels: number;
  panels: { roles: string[]; cases: string[] }[];
}

/** Runs the cases one after the other. Rejects with the signal's reason when it aborts; nothing else makes it reject. */
export async function runEval({ port, cases = BUILT_IN_CASES, configuredRoles, nowMs = Date.now, onProgress, signal }: EvalOptions): Promise<EvalReceipt> {
  const startedMs = nowMs();
  const done: EvalCase[] = [];
  for (const [index, { id, prompt, expectedRoles }] of cases.entries()) {
    onProgress?.({ done: index, total: cases.length, caseId: id, step: 'fusion' });
    const expected = knownRoles(expectedRoles, configuredRoles);
    const { run } = await runFusion(port, prompt, { expectedRoles: expected, signal });
    signal?.throwIfAborted();
    done.push({ id, prompt, promptSha256: sha256(prompt), expectedRoles: expected, ...run });
  }
  return {
    object: 'openfusion.eval_receipt',
    schema: 'openfusion.eval_receipt.v1',
    mode: runModeOf(done.map(({ dryRun }) => dryRun), port.dryRun),
    startedAt: new Date(startedMs).toISOString(),
    durationMs: nowMs() - startedMs,
    summary: summaryOf(done),
    cases: done,
    diversity: diversityOf(done),
  };
}

/** The expected roles that the configuration knows. */
export const knownRoles = (expected: readonly string[], configured: readonly string[] | undefined): string[] =>
  expected.filter((role) => configured === undefined || configured.includes(role));

/** A receipt without a single case proves nothing and fails. */
export function summaryOf(cases: readonly { status: 'PASS' | 'FAIL' }[]): EvalReceipt['summary'] {
  const passed = cases.filter(({ status }) => status === 'PASS').length;
  const failed = cases.length - passed;
  return { total: cases.length, passed, failed, status: failed === 0 && passed > 0 ? 'PASS' : 'FAIL' };
}

/** Groups the cases by the set of roles on their panel, whatever its order. */
export function diversityOf(cases: readonly Pick<EvalCase, 'id' | 'panel'>[]): RoutingDiversity {
  const panels = new Map<string, RoutingDiversity['panels'][number]>();
  for (const { id, panel } of cases) {
    if (panel.length === 0) continue;
    const key = panel.map(({ role, model }) => `${role}:${model}`).sort().join('\n');
    const known = panels.get(key);
    if (known === undefined) panels.set(key, { roles: panel.map(({ role }) => role), cases: [id] });
    else known.cases.push(id);
  }
  return { distinctPanels: panels.size, panels: [...panels.values()] };
}
