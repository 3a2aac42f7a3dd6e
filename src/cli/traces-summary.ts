import { InvalidArgumentError } from 'commander';
import type { TraceSummary } from '../trace/types.ts';
import { savedUsd, totalsOf } from '../viewer/totals.ts';
import type { Totals } from '../viewer/totals.ts';
import { columns, usd } from './output.ts';

/** What requests of a time span cost together, and would have cost elsewhere; for scripts. Times are epoch ms, null when nothing bounds them. */
export interface CostSummary extends Totals {
  sinceMs: number | null;
  untilMs: number | null;
  /** When the oldest of them began; null without any. Older ones may have been dropped (`trace.maxTraces`, `trace.maxAgeDays`). */
  oldestMs: number | null;
  /** USD saved next to the strongest alone, below 0 for a loss; null where nothing could be compared. */
  savedUsd: number | null;
}

export interface TimeSpan { sinceMs: number | null; untilMs: number | null }

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as `30m`, `24h`, `7d` ago, or a date that `Date` reads, as epoch ms. */
export function parseMoment(text: string, nowMs = Date.now()): number {
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  const atMs = ago === null ? (/^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN) : nowMs - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? NaN);
  if (Number.isFinite(atMs)) return atMs;
  throw new InvalidArgumentError('Expected so long ago (30m, 24h, 7d) or a date (2026-01-31, 2026-01-31T18:00Z).');
}

/** Sums up the traces that began within the span. */
export function summarise(traces: readonly TraceSummary[], { sinceMs, untilMs }: TimeSpan): CostSummary {
  const within = traces.filter(({ startedAtMs }) => (sinceMs === null || startedAtMs >= sinceMs) && (untilMs === null || startedAtMs < untilMs));
  const totals = totalsOf(within);
  return { sinceMs, untilMs, oldestMs: within.reduce<number | null>((oldest, { startedAtMs }) => (oldest === null ? startedAtMs : Math.min(oldest, startedAtMs)), null), ...totals, savedUsd: savedUsd(totals) };
}

export function summaryText(summary: CostSummary): string {
  const { requests, dryRuns, spentUsd, unpriced, compared, comparedUsd, strongestUsd, cheapestUsd, unanswered, unansweredUsd, oldestMs } = summary;
  const counted = comparedUsd + unansweredUsd;
  const rows = [
    ['Spent', usd(spentUsd), `${count(requests, 'request')}${unanswered === 0 ? '' : `, ${String(unanswered)} of them without an answer (${usd(unansweredUsd)})`}`],
    ...(compared === 0 ? [] : [
      ['Strongest alone', usd(strongestUsd), `routing ${differenceText(counted, strongestUsd)}`],
      ['Cheapest alone', usd(cheapestUsd), `routing ${differenceText(counted, cheapestUsd)}`],
    ]),
  ];
  const notes = [
    ...(compared === 0 ? ['No answer could be compared: there is none, or prices are not known.'] : [
      `Compared: ${count(compared, 'answer')} that cost ${usd(comparedUsd)}${unansweredUsd > 0 ? `; what went into requests without an answer counts against the saving` : ''}.`,
      'The others are priced by the tokens of these answers, with a cache as warm as if the whole session had been theirs; how many tokens they would have written is not known, nor whether they would have been right.',
    ]),
    ...(unpriced === 0 ? [] : [`${count(unpriced, 'request')} at unknown prices: not in these sums.`]),
    ...(dryRuns === 0 ? [] : [`${count(dryRuns, 'dry run')}: no model was called.`]),
  ];
  return `${oldestMs === null ? 'No traces' : `Traces from ${new Date(oldestMs).toISOString().slice(0, 16).replace('T', ' ')} UTC on`}\n${columns(rows.map((row) => row.map((cell, at) => (at === 0 ? `  ${cell}` : cell))))}\n\n${notes.join('\n')}\n`;
}

/** What was spent next to what something else would have cost, as what it did: `cost the same`, `saved …`, `cost … more`. */
export function differenceText(spentUsd: number | null, otherUsd: number | null): string {
  if (spentUsd === null || otherUsd === null) return 'cannot be compared';
  const saved = otherUsd - spentUsd;
  return saved === 0 ? 'cost the same' : saved > 0 ? `saved ${usd(saved)} (${(saved / otherUsd * 100).toFixed(0)} %)` : `cost ${usd(-saved)} more`;
}

const count = (amount: number, what: string): string => `${String(amount)} ${what}${amount === 1 ? '' : 's'}`;
