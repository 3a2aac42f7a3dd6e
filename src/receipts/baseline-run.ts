/** Asks one role alone: what the panel is compared with. */
import type { Usage } from '../protocol/types.ts';
import { type AnswerView, viewAnswer } from './answer-view.ts';
import { check, type Check } from './check.ts';
import { type ContentMark, markContent } from './content.ts';
import { describeError } from './fusion-run.ts';
import { type PortError, type ReceiptPort, roleModelId } from './port.ts';

export interface BaselineRun {
  role: string;
  /** The model that really answered; the planned one where the answer does not tell. */
  model: string;
  checks: Check[];
  traceId: string | null;
  answer: ContentMark | null;
  usage: Usage | null;
  costUsd: number | null;
  latencyMs: number | null;
  dryRun: boolean | null;
  error: PortError | null;
}

export interface BaselineRunResult {
  run: BaselineRun;
  answerText: string;
}

/** Fails the run, never throws, when the answer is an error. `plannedModel` is the model that the role stands for. */
export async function runBaseline(port: ReceiptPort, prompt: string, role: string, plannedModel: string, signal?: AbortSignal): Promise<BaselineRunResult> {
  const result = await port.complete({ model: roleModelId(role), messages: [{ role: 'user', content: prompt }] }, signal);
  if (!result.ok) {
    const checks = [check('baseline.answer', 'fail', describeError(result.error))];
    return { answerText: '', run: { role, model: plannedModel, checks, traceId: null, answer: null, usage: null, costUsd: null, latencyMs: null, dryRun: null, error: result.error } };
  }
  const { text, latencyMs } = result.value;
  const view = viewAnswer(result.value);
  const model = answeringModel(view) ?? plannedModel;
  const { traceId, usage, costUsd, dryRun } = view;
  const checks = baselineChecks(text, model, plannedModel);
  return { answerText: text, run: { role, model, checks, traceId, answer: markContent(text), usage, costUsd, latencyMs, dryRun, error: null } };
}

function baselineChecks(text: string, model: string, plannedModel: string): Check[] {
  const answered = text.trim() === '' ? check('baseline.answer', 'fail', 'the answer is empty') : check('baseline.answer', 'pass', `${text.length} characters`);
  const replaced = model !== plannedModel && plannedModel !== '';
  const hint = 'The baseline fell back to another model: compare again when the role’s own model answers.';
  return [answered, replaced ? check('baseline.model', 'warn', `${model} answered instead of ${plannedModel}`, { hint }) : check('baseline.model', 'pass', model)];
}

/** The model of the last attempt that succeeded. */
function answeringModel(view: AnswerView): string | null {
  const last = view.phases.filter(({ status }) => status === 'done').at(-1);
  const attempt = last?.attempts.filter(({ status }) => status === 'success').at(-1);
  const model = attempt?.model ?? last?.model;
  return model === undefined || model === '' ? null : model;
}
