import type { TraceSummary } from '../trace/types.ts';

export const STATUS_FILTERS = ['all', 'running', 'done', 'failed', 'aborted', 'fallback'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

export interface Filter {
  /** Words that must all occur somewhere in the line, whatever their case. */
  text: string;
  status: StatusFilter;
}

export const NO_FILTER: Filter = { text: '', status: 'all' };

/** Is this line to be shown? */
export function matches(trace: TraceSummary, { text, status }: Filter): boolean {
  if (status === 'fallback' ? trace.fallback === null : status !== 'all' && trace.status !== status) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const line = [
    trace.id, trace.client, trace.requestedModel, trace.servedModel, trace.strategy, trace.turn, trace.domain, trace.fallback, trace.excerpt,
    trace.status, trace.dryRun ? 'dry-run' : null,
  ].filter((part) => part !== null).join('\n').toLowerCase();
  return words.every((word) => line.includes(word));
}
