import type { LearnedEntry } from '../routing/learning/ledger.ts';
import type { LearnedReport } from '../routing/learning/report.ts';
import { columns, oneLine } from './output.ts';

/** A table for people, one line for each kind of task and model. */
export function learnedText({ enabled, entries }: LearnedReport): string {
  const off = enabled ? '' : 'Learning is off (auto.learning.enabled): nothing of this is used or added to.\n';
  if (entries.length === 0) return `${off}Nothing was learned yet.\n`;
  return `${off}${columns([['kind', 'model', 'right', 'wrong', 'predicted → learned', 'from (right:wrong)', 'since'], ...entries.map(row)])}\n`;
}

function row({ kind, model, right, wrong, predicted, learned, by, sinceMs }: LearnedEntry): string[] {
  const points = (learned - predicted) * 100;
  return [
    oneLine(kind), oneLine(model, 60), right.toFixed(1), wrong.toFixed(1), `${percent(predicted)} → ${percent(learned)} (${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)})`,
    Object.entries(by).map(([from, counts]) => `${oneLine(from)} ${counts.right.toFixed(1)}:${counts.wrong.toFixed(1)}`).join(', '), new Date(sinceMs).toISOString().slice(0, 10),
  ];
}

const percent = (chance: number): string => `${(chance * 100).toFixed(0)} %`;
