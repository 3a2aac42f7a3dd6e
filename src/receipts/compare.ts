/** `compare`: the same prompts through one role alone and through the whole panel. */
import { type BaselineRun, runBaseline } from './baseline-run.ts';
import { BUILT_IN_CASES, type ReceiptCase } from './cases.ts';
import { type Check, overallOf } from './check.ts';
import { sha256 } from './content.ts';
import { type EvalReceipt, knownRoles, summaryOf } from './eval.ts';
import { describeError, type FusionRun, runFusion } from './fusion-run.ts';
import { type AnswerPair, gradeAll, type QualityReceipt } from './grade.ts';
import { type ReceiptPort, type RoleModel, roleModelId } from './port.ts';
import type { Progress } from './progress.ts';
import { type RunMode, runModeOf } from './run-mode.ts';

export interface CompareOptions {
  port: ReceiptPort;
  cases?: readonly ReceiptCase[];
  /** Role that answers alone; `fast` unless told. */
  baselineRole?: string;
  /** Let a role compare the two answers of each case. */
  grade?: boolean;
  /** Role that grades; `verifier` unless told. */
  graderRole?: string;
  /** Roles that the configuration knows; an expected role that it does not know is not expected. Absent: all are. */
  configuredRoles?: readonly string[];
  nowMs?: () => number;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

export interface ComparisonCase {
  id: string;
  prompt: string;
  promptSha256: string;
  expectedRoles: string[];
  status: 'PASS' | 'FAIL';
  checks: Check[];
  baseline: BaselineRun;
  fusion: FusionRun;
}

export interface ComparisonReceipt {
  object: 'openfusion.comparison_receipt';
  schema: 'openfusion.comparison_receipt.v1';
  mode: RunMode;
  /** ISO 8601 */
  startedAt: string;
  durationMs: number;
  baseline: RoleModel;
  summary: EvalReceipt['summary'];
  cases: ComparisonCase[];
  /** The second opinion of `grade`; null when it was not asked for. */
  quality: QualityReceipt | null;
  /** Of both: `FAIL` when a case failed or a grade could not be had. */
  status: 'PASS' | 'FAIL';
}

/** A role that was asked for does not exist; the message says which one. Bad usage, not a failed receipt. */
export class UnknownRoleError extends Error {
  readonly role: string;
  constructor(role: string, reason: string) {
    super(`role \`${role}\` cannot be used: ${reason}`);
    this.name = 'UnknownRoleError';
    this.role = role;
  }
}

/**
 * Runs the cases one after the other, baseline first, so that neither side slows the other. Rejects with
 * {@link UnknownRoleError} before any model call, or with the signal's reason when it aborts.
 */
export async function runCompare(options: CompareOptions): Promise<ComparisonReceipt> {
  const { port, cases = BUILT_IN_CASES, baselineRole = 'fast', grade = false, graderRole = 'verifier', nowMs = Date.now, onProgress, signal } = options;
  const startedMs = nowMs();
  const baseline = await resolveRole(port, baselineRole, signal);
  const grader = grade ? await resolveRole(port, graderRole, signal) : null;
  const total = cases.length * (grade ? 3 : 2);

  const pairs: (AnswerPair & { item: ComparisonCase })[] = [];
  for (const [index, case_] of cases.entries()) {
    const step = (name: Progress['step'], offset: number) => onProgress?.({ done: index * 2 + offset, total, caseId: case_.id, step: name });
    pairs.push(await compareOne(case_, baseline, step, options));
  }
  const done = pairs.map(({ item }) => item);
  const mode = runModeOf(done.flatMap((item) => [item.baseline.dryRun, item.fusion.dryRun]), port.dryRun);
  const gradeStep = (index: number, caseId: string) => onProgress?.({ done: cases.length * 2 + index, total, caseId, step: 'grade' });
  const quality = grader === null ? null : await gradeAll({ port, pairs, grader, baseline, mode, nowMs, onStep: gradeStep, signal });
  const summary = summaryOf(done);
  return {
    object: 'openfusion.comparison_receipt', schema: 'openfusion.comparison_receipt.v1',
    mode, startedAt: new Date(startedMs).toISOString(), durationMs: nowMs() - startedMs, baseline, summary, cases: done, quality,
    status: summary.status === 'PASS' && quality?.status !== 'FAIL' ? 'PASS' : 'FAIL',
  };
}

async function compareOne(
  { id, prompt, expectedRoles }: ReceiptCase, baseline: RoleModel, step: (name: Progress['step'], offset: number) => void,
  { port, configuredRoles, signal }: CompareOptions,
): Promise<AnswerPair & { item: ComparisonCase }> {
  step('baseline', 0);
  const alone = await runBaseline(port, prompt, baseline.role, baseline.model, signal);
  signal?.throwIfAborted();
  step('fusion', 1);
  const expected = knownRoles(expectedRoles, configuredRoles);
  const fused = await runFusion(port, prompt, { expectedRoles: expected, signal });
  signal?.throwIfAborted();
  const checks = [...alone.run.checks, ...fused.run.checks];
  const status = overallOf(checks) === 'pass' ? 'PASS' : 'FAIL';
  const item: ComparisonCase = { id, prompt, promptSha256: sha256(prompt), expectedRoles: expected, status, checks, baseline: alone.run, fusion: fused.run };
  return { id, prompt, baselineText: alone.answerText, fusionText: fused.answerText, panel: fused.run.panel, baselineModel: alone.run.model, item };
}

/** Which model a role stands for, as the planner says. */
async function resolveRole(port: ReceiptPort, role: string, signal: AbortSignal | undefined): Promise<RoleModel> {
  const plan = await port.plan({ model: roleModelId(role), messages: [{ role: 'user', content: 'Which model answers for this role?' }] }, signal);
  signal?.throwIfAborted();
  if (!plan.ok) throw new UnknownRoleError(role, describeError(plan.error));
  return { role, model: plan.value.primary?.model ?? '' };
}
