/** The eval receipt as Markdown. */
import type { EvalCase, EvalReceipt } from '../eval.ts';
import { costText, latencyText, usageText } from './figures.ts';
import { code, table } from './markdown.ts';
import { excerptText, hashText, panelText, promptText, roleModelOrDash, rolesText } from './names.ts';
import { phasesTable, problemsList } from './phases.ts';

export function renderEval(receipt: EvalReceipt): string {
  const { mode, startedAt, summary, cases, diversity } = receipt;
  return `${[
    '# OpenFusion Eval Receipt',
    [`Mode: ${code(mode)}`, `Started: ${code(startedAt)}`, `Overall: **${summary.status}** (${summary.passed}/${summary.total})`].join('\n'),
    table(
      ['Case', 'Status', 'Expected Roles', 'Fusion Panel', 'Judge', 'Synthesizer', 'Phases'],
      cases.map((item) => [code(item.id), item.status, rolesText(item.expectedRoles), panelText(item.panel), roleModelOrDash(item.judge), roleModelOrDash(item.synthesizer), String(item.trace.phaseCount)]),
    ),
    '## Routing Diversity',
    `${diversity.distinctPanels} distinct ${diversity.distinctPanels === 1 ? 'panel' : 'panels'} over ${cases.length} ${cases.length === 1 ? 'case' : 'cases'}.`,
    table(['Panel', 'Cases'], diversity.panels.map(({ roles, cases: ids }) => [rolesText(roles), ids.map(code).join(', ')])),
    ...cases.map(renderCase),
    evidenceNote(mode),
  ].join('\n\n')}\n`;
}

function renderCase(item: EvalCase): string {
  const problems = problemsList(item.checks);
  return [
    `## ${item.id}`,
    promptText(item),
    ...(problems === null ? [] : [problems]),
    table(['Trace', 'Latency', 'Tokens (in + out)', 'Cost', 'Answer SHA-256', 'Answer'], [
      [code(item.trace.id ?? ''), latencyText(item.latencyMs), usageText(item.usage), costText(item.costUsd), hashText(item.answer), excerptText(item.answer)],
    ]),
    phasesTable(item),
  ].join('\n\n');
}

/** What the receipt proves and what not. */
export const evidenceNote = (mode: EvalReceipt['mode']): string =>
  mode === 'dry-run'
    ? 'This is a dry-run: no model was called. It proves routing and orchestration, not the quality of answers.'
    : 'This receipt proves routing and orchestration. It does not say that one answer is better than another.';
