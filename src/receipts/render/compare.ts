/** The comparison receipt as Markdown, with the quality receipt behind it when there is one. */
import type { ComparisonCase, ComparisonReceipt } from '../compare.ts';
import { costText, latencyText, usageText } from './figures.ts';
import { code, table } from './markdown.ts';
import { excerptText, hashText, panelText, promptText, roleModelOrDash, roleModelText } from './names.ts';
import { phasesTable, problemsList } from './phases.ts';
import { renderQuality } from './quality.ts';

export function renderComparison(receipt: ComparisonReceipt): string {
  const { mode, startedAt, durationMs, baseline, summary, cases, quality } = receipt;
  const own = `${[
    '# OpenFusion Single-vs-Fusion Comparison Receipt',
    [`Mode: ${code(mode)}`, `Baseline: ${roleModelText(baseline)}`, `Overall: **${summary.status}** (${summary.passed}/${summary.total})`].join('\n'),
    table(
      ['Case', 'Status', 'Baseline', 'Fusion Panel', 'Judge', 'Synthesizer'],
      cases.map((item) => [code(item.id), item.status, roleModelText(item.baseline), panelText(item.fusion.panel), roleModelOrDash(item.fusion.judge), roleModelOrDash(item.fusion.synthesizer)]),
    ),
    '## Answers',
    table(['Case', 'Side', 'Latency', 'Tokens (in + out)', 'Cost', 'SHA-256', 'Excerpt'], cases.flatMap(sideRows)),
    ...cases.map(renderCase),
    comparisonNote(mode),
    `Started ${code(startedAt)}, took ${latencyText(durationMs)}.`,
  ].join('\n\n')}\n`;
  return quality === null ? own : `${own}\n${renderQuality(quality)}`;
}

function sideRows({ id, baseline, fusion }: ComparisonCase): string[][] {
  const row = (side: string, { latencyMs, usage, costUsd, answer }: Pick<ComparisonCase['baseline'], 'latencyMs' | 'usage' | 'costUsd' | 'answer'>) =>
    [code(id), side, latencyText(latencyMs), usageText(usage), costText(costUsd), hashText(answer), excerptText(answer)];
  return [row('baseline', baseline), row('fusion', fusion)];
}

function renderCase(item: ComparisonCase): string {
  const problems = problemsList(item.checks);
  const traces = `Traces: baseline ${code(item.baseline.traceId ?? '')}, fusion ${code(item.fusion.trace.id ?? '')}`;
  return [`## ${item.id}`, promptText(item), ...(problems === null ? [] : [problems]), traces, phasesTable(item.fusion)].join('\n\n');
}

const comparisonNote = (mode: ComparisonReceipt['mode']): string =>
  mode === 'dry-run'
    ? 'This is a dry-run: no model was called. It proves that the same prompts went through one role and through the panel, not which answer is better.'
    : 'The same prompts went once through one role and once through the panel. That says nothing about which answer is better: add `--grade` for a model’s opinion, or judge by tests.';
