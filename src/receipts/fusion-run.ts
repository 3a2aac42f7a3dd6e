/** Runs one prompt through the whole panel and checks what came back: the evidence that every receipt is made of. */
import type { Usage } from '../protocol/types.ts';
import { type AnswerView, type PhaseView, viewAnswer } from './answer-view.ts';
import { check, type Check, overallOf } from './check.ts';
import { type ContentMark, markContent } from './content.ts';
import { FUSION_MODEL_ID, type PortError, type PortResult, type PortAnswer, type ReceiptPort, type RoleModel } from './port.ts';

export interface PhaseReceipt {
  phase: string;
  role: string;
  model: string;
  status: 'done' | 'failed';
  attempts: { model: string; status: string }[];
  latencyMs: number | null;
  /** Null where the trace does not hold what the model said. */
  content: ContentMark | null;
  usage: Usage | null;
  costUsd: number | null;
}

export interface FusionRun {
  status: 'PASS' | 'FAIL';
  checks: Check[];
  route: { selectedRoles: string[]; rationale: string };
  panel: RoleModel[];
  judge: RoleModel | null;
  synthesizer: RoleModel | null;
  trace: { id: string | null; phaseCount: number; phases: PhaseReceipt[] };
  answer: ContentMark | null;
  usage: Usage | null;
  costUsd: number | null;
  latencyMs: number | null;
  dryRun: boolean | null;
  error: PortError | null;
}

/** A receipt, and the whole answer for those who grade it. The text is not part of any receipt. */
export interface FusionRunResult {
  run: FusionRun;
  answerText: string;
}

/** Asks the panel. Fails the run, never throws, when the answer is an error. */
export async function runFusion(
  port: ReceiptPort, prompt: string, { expectedRoles = [], signal }: { expectedRoles?: readonly string[]; signal?: AbortSignal | undefined } = {},
): Promise<FusionRunResult> {
  const result = await port.complete({ model: FUSION_MODEL_ID, messages: [{ role: 'user', content: prompt }] }, signal);
  return { run: receiveFusion(result, expectedRoles), answerText: result.ok ? result.value.text : '' };
}

function receiveFusion(result: PortResult<PortAnswer>, expectedRoles: readonly string[]): FusionRun {
  if (!result.ok) return failedRun(result.error);
  const { text, latencyMs } = result.value;
  const view = viewAnswer(result.value);
  const checks = fusionChecks(view, text, expectedRoles);
  return {
    status: overallOf(checks) === 'pass' ? 'PASS' : 'FAIL',
    checks,
    route: { selectedRoles: view.selectedRoles, rationale: view.rationale },
    panel: view.panel,
    judge: view.judge,
    synthesizer: view.synthesizer,
    trace: { id: view.traceId, phaseCount: view.phaseCount, phases: view.phases.map(receivePhase) },
    answer: markContent(text),
    usage: view.usage,
    costUsd: view.costUsd,
    latencyMs,
    dryRun: view.dryRun,
    error: null,
  };
}

function failedRun(error: PortError): FusionRun {
  return {
    status: 'FAIL', checks: [check('answer', 'fail', describeError(error))], route: { selectedRoles: [], rationale: '' }, panel: [], judge: null, synthesizer: null,
    trace: { id: null, phaseCount: 0, phases: [] }, answer: null, usage: null, costUsd: null, latencyMs: null, dryRun: null, error,
  };
}

const receivePhase = ({ text, ...phase }: PhaseView): PhaseReceipt => ({ ...phase, content: markContent(text) });

/** What has to be true of a run of the whole panel. */
function fusionChecks(view: AnswerView, answer: string, expectedRoles: readonly string[]): Check[] {
  const panelRoles = view.panel.map(({ role }) => role);
  const missing = expectedRoles.filter((role) => !panelRoles.includes(role));
  const done = (phase: string) => view.phases.filter((item) => item.phase === phase && item.status === 'done').length;
  const phases = `${done('panel')} panel, ${done('judge')} judge, ${done('synthesis')} synthesis`;
  const verdict = (good: boolean) => (good ? 'pass' : 'fail');
  return [
    check('answer', verdict(answer.trim() !== ''), answer.trim() === '' ? 'the answer is empty' : `${answer.length} characters`),
    check('roles', verdict(missing.length === 0), missing.length === 0 ? `panel: ${panelRoles.join(', ')}` : `not on the panel: ${missing.join(', ')}; panel: ${panelRoles.join(', ') || 'none'}`),
    check('panel', verdict(view.panel.length >= 2), `${view.panel.length} roles`),
    check('judge', verdict(view.judge !== null), nameOf(view.judge)),
    check('synthesizer', verdict(view.synthesizer !== null), nameOf(view.synthesizer)),
    check('phases', verdict(done('panel') >= 2 && done('judge') >= 1 && done('synthesis') >= 1), phases),
    check('trace', verdict(view.traceId !== null), view.traceId ?? 'the answer names no trace'),
  ];
}

const nameOf = (roleModel: RoleModel | null): string => (roleModel === null ? 'none' : `${roleModel.role}:${roleModel.model}`);

/** An error in one line: its status and what it says. */
export const describeError = ({ status, code, message }: PortError): string =>
  `${status === 0 ? 'no answer' : `HTTP ${status}`}${code === null ? '' : ` (${code})`}: ${message}`;
