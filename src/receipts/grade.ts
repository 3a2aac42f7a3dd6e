/** `compare --grade`: one role compares the two answers of each case. A model's judgement, not ground truth. */
import type { Usage } from '../protocol/types.ts';
import { viewAnswer } from './answer-view.ts';
import { describeError } from './fusion-run.ts';
import { type AnswerOrder, answerOrders, gradeQuestion } from './grade-prompt.ts';
import { type GraderVerdict, parseVerdict } from './grade-verdict.ts';
import { type ReceiptPort, type RoleModel, roleModelId } from './port.ts';
import type { RunMode } from './run-mode.ts';

/** What is graded: both whole answers to one prompt. */
export interface AnswerPair {
  id: string;
  prompt: string;
  baselineText: string;
  baselineModel: string;
  fusionText: string;
  panel: RoleModel[];
}

export interface Grade {
  id: string;
  /** Null when there is no verdict; `reason` then says why. */
  winner: 'fusion' | 'baseline' | 'tie' | null;
  reason: string;
  /** 0..10; null where the grader gave none. */
  scores: { baseline: number | null; fusion: number | null };
  rationale: string;
  risks: string[];
  order: AnswerOrder;
  baselineModel: string;
  panel: RoleModel[];
  usage: Usage | null;
  costUsd: number | null;
  latencyMs: number | null;
}

export interface QualityReceipt {
  object: 'openfusion.quality_receipt';
  schema: 'openfusion.quality_receipt.v1';
  mode: RunMode;
  /** ISO 8601 */
  startedAt: string;
  baseline: RoleModel;
  grader: RoleModel;
  summary: { fusionWins: number; baselineWins: number; ties: number; ungraded: number };
  grades: Grade[];
  /** `FAIL` when a real grader gave no verdict; on dry-run no model judges and nothing can fail. */
  status: 'PASS' | 'FAIL';
}

export interface GradeOptions {
  port: ReceiptPort;
  pairs: readonly AnswerPair[];
  grader: RoleModel;
  baseline: RoleModel;
  mode: RunMode;
  nowMs: () => number;
  onStep?: (index: number, caseId: string) => void;
  signal?: AbortSignal | undefined;
}

/** Grades the pairs one after the other. Rejects with the signal's reason when it aborts. */
export async function gradeAll({ port, pairs, grader, baseline, mode, nowMs, onStep, signal }: GradeOptions): Promise<QualityReceipt> {
  const startedAt = new Date(nowMs()).toISOString();
  const orders = answerOrders(pairs);
  const grades: Grade[] = [];
  for (const [index, pair] of pairs.entries()) {
    onStep?.(index, pair.id);
    grades.push(await gradeOne(port, pair, grader, orders.get(pair.id) ?? 'baseline-first', signal));
    signal?.throwIfAborted();
  }
  const count = (winner: Grade['winner']) => grades.filter((grade) => grade.winner === winner).length;
  const summary = { fusionWins: count('fusion'), baselineWins: count('baseline'), ties: count('tie'), ungraded: count(null) };
  return {
    object: 'openfusion.quality_receipt', schema: 'openfusion.quality_receipt.v1', mode, startedAt, baseline, grader, summary, grades,
    status: summary.ungraded > 0 && mode !== 'dry-run' ? 'FAIL' : 'PASS',
  };
}

async function gradeOne(port: ReceiptPort, pair: AnswerPair, grader: RoleModel, order: AnswerOrder, signal: AbortSignal | undefined): Promise<Grade> {
  const ungraded: Grade = {
    id: pair.id, winner: null, reason: '', scores: { baseline: null, fusion: null }, rationale: '', risks: [], order,
    baselineModel: pair.baselineModel, panel: pair.panel, usage: null, costUsd: null, latencyMs: null,
  };
  if (pair.baselineText.trim() === '' || pair.fusionText.trim() === '') return { ...ungraded, reason: 'one side has no answer' };
  const { messages } = gradeQuestion({ ...pair, order });
  const result = await port.complete({ model: roleModelId(grader.role), messages }, signal);
  if (!result.ok) return { ...ungraded, reason: describeError(result.error) };
  const { usage, costUsd, dryRun } = viewAnswer(result.value);
  const called = { ...ungraded, usage, costUsd, latencyMs: result.value.latencyMs };
  if (dryRun === true) return { ...called, reason: 'dry-run: no model judged' };
  const parsed = parseVerdict(result.value.text);
  return parsed.ok ? { ...called, ...unswap(parsed.verdict, order) } : { ...called, reason: parsed.reason };
}

/** From A and B back to the sides that they stand for. */
function unswap({ winner, scoreA, scoreB, rationale, risks }: GraderVerdict, order: AnswerOrder): Pick<Grade, 'winner' | 'scores' | 'rationale' | 'risks'> {
  const baselineIs = order === 'baseline-first' ? 'A' : 'B';
  const side = winner === 'tie' ? 'tie' : winner === baselineIs ? 'baseline' : 'fusion';
  const scores = baselineIs === 'A' ? { baseline: scoreA, fusion: scoreB } : { baseline: scoreB, fusion: scoreA };
  return { winner: side, scores, rationale, risks };
}
