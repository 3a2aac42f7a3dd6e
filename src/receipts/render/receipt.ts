/** The receipt for one prompt as Markdown. */
import type { FusionReceipt } from '../receipt.ts';
import { evidenceNote } from './eval.ts';
import { costText, latencyText, usageText } from './figures.ts';
import { code, plain, table } from './markdown.ts';
import { excerptText, hashText, panelText, promptText, roleModelOrDash } from './names.ts';
import { phasesTable, problemsList } from './phases.ts';

export function renderReceipt(receipt: FusionReceipt): string {
  const { mode, startedAt, status, route, panel, judge, synthesizer, verdict, checks } = receipt;
  const problems = problemsList(checks);
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  return `${[
    '# OpenFusion Fusion Receipt',
    [`Mode: ${code(mode)}`, `Started: ${code(startedAt)}`, `Overall: **${status}**`].join('\n'),
    promptText(receipt),
    ...(problems === null ? [] : [problems]),
    table(['Fusion Panel', 'Judge', 'Synthesizer', 'Trace', 'Phases'], [[panelText(panel), roleModelOrDash(judge), roleModelOrDash(synthesizer), code(receipt.trace.id ?? ''), String(receipt.trace.phaseCount)]]),
    ...(route.rationale === '' ? [] : [plain(route.rationale)]),
    table(['Several panel roles', 'Judge notes', 'Synthesis', 'Phase trace'], [[yes(verdict.hasMultiplePanelRoles), yes(verdict.hasJudgeNotes), yes(verdict.hasSynthesis), yes(verdict.hasPhaseTrace)]]),
    '## Phases',
    phasesTable(receipt),
    '## Answer',
    table(['Latency', 'Tokens (in + out)', 'Cost', 'SHA-256', 'Excerpt'], [[latencyText(receipt.latencyMs), usageText(receipt.usage), costText(receipt.costUsd), hashText(receipt.answer), excerptText(receipt.answer)]]),
    evidenceNote(mode),
  ].join('\n\n')}\n`;
}
