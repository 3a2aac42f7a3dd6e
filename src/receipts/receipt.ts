/** `receipt "prompt"`: the evidence for one prompt of the user's own. */
import { sha256 } from './content.ts';
import { type FusionRun, runFusion } from './fusion-run.ts';
import type { ReceiptPort } from './port.ts';
import { type RunMode, runModeOf } from './run-mode.ts';

export interface ReceiptOptions {
  port: ReceiptPort;
  prompt: string;
  nowMs?: () => number;
  signal?: AbortSignal;
}

export interface FusionReceipt extends FusionRun {
  object: 'openfusion.fusion_receipt';
  schema: 'openfusion.fusion_receipt.v1';
  mode: RunMode;
  /** ISO 8601 */
  startedAt: string;
  prompt: string;
  promptSha256: string;
  verdict: { hasMultiplePanelRoles: boolean; hasJudgeNotes: boolean; hasSynthesis: boolean; hasPhaseTrace: boolean };
}

/** Runs the prompt through the panel. Rejects with the signal's reason when it aborts; nothing else makes it reject. */
export async function runReceipt({ port, prompt, nowMs = Date.now, signal }: ReceiptOptions): Promise<FusionReceipt> {
  const startedAt = new Date(nowMs()).toISOString();
  const { run } = await runFusion(port, prompt, { signal });
  signal?.throwIfAborted();
  const done = (phase: string) => run.trace.phases.some((item) => item.phase === phase && item.status === 'done');
  return {
    object: 'openfusion.fusion_receipt',
    schema: 'openfusion.fusion_receipt.v1',
    mode: runModeOf([run.dryRun], port.dryRun),
    startedAt,
    prompt,
    promptSha256: sha256(prompt),
    verdict: {
      hasMultiplePanelRoles: run.panel.length >= 2,
      hasJudgeNotes: run.judge !== null && done('judge'),
      hasSynthesis: run.synthesizer !== null && done('synthesis') && run.answer !== null,
      hasPhaseTrace: run.trace.id !== null && run.trace.phaseCount > 0,
    },
    ...run,
  };
}
