import type { TraceSummary } from '../trace/types.ts';
import { clockText, costText, durationText } from './format.ts';
import { oneLine } from './text.ts';
import { reasonText, statusText, turnText } from './words.ts';

/** A line of the list in one sentence, for screen readers. */
export function lineSentence(trace: TraceSummary, nowMs: number): string {
  const { excerpt, client, requestedModel, servedModel, strategy, turn, status, durationMs, costUsd, fallback, dryRun } = trace;
  return [
    oneLine(excerpt, 80),
    `${oneLine(client, 40)} at ${clockText(trace.startedAtMs, { nowMs })}`,
    `${oneLine(requestedModel, 60)}${servedModel === null ? '' : ` served by ${oneLine(servedModel, 60)}`}`,
    strategy,
    turn === null ? null : turnText(turn),
    `${statusText(status)}${durationMs === null ? '' : ` in ${durationText(durationMs)}`}`,
    costUsd === null ? null : costText(costUsd),
    fallback === null ? null : `fallback: ${oneLine(reasonText(fallback), 60)}`,
    dryRun ? 'dry run' : null,
  ].filter((part) => part !== null && part !== '').join(', ');
}
