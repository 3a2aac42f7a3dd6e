import type { TraceSummary } from '../trace/types.ts';
import { oneLine } from './text.ts';

/** What a screen reader is told of requests that came since it was last told; empty for none. */
export function arrivalSentence({ count, latest }: { count: number; latest: TraceSummary | null }): string {
  if (count === 0 || latest === null) return '';
  const client = oneLine(latest.client, 40) || 'a client';
  return count === 1 ? `New request from ${client} to ${oneLine(latest.requestedModel, 60)}.` : `${count} new requests, the latest from ${client}.`;
}
