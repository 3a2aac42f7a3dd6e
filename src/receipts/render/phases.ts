/** The phases of a run and what each said, as a table; the checks that did not pass, as a list. */
import type { Check } from '../check.ts';
import type { FusionRun } from '../fusion-run.ts';
import { costText, latencyText, usageText } from './figures.ts';
import { code, plain, table } from './markdown.ts';
import { excerptText, hashText, roleModelText } from './names.ts';

export function phasesTable({ trace }: FusionRun): string {
  const rows = trace.phases.map((phase) => [
    code(phase.phase), roleModelText(phase), phase.status, latencyText(phase.latencyMs), usageText(phase.usage), costText(phase.costUsd), hashText(phase.content), excerptText(phase.content),
  ]);
  return rows.length === 0 ? 'No phases.' : table(['Phase', 'Role', 'Status', 'Latency', 'Tokens (in + out)', 'Cost', 'SHA-256', 'Excerpt'], rows);
}

/** Null when everything passed. */
export function problemsList(checks: readonly Check[]): string | null {
  const problems = checks.filter(({ status }) => status === 'fail' || status === 'warn');
  if (problems.length === 0) return null;
  return problems.map(({ name, status, detail, hint }) => `- ${status.toUpperCase()} ${code(name)}: ${plain(detail)}${hint === '' ? '' : ` ${plain(hint)}`}`).join('\n');
}
