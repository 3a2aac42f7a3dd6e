import type { VNode } from 'preact';
import type { TraceSummary } from '../../trace/types.ts';
import { clockText, costText, durationText } from '../format.ts';
import { lineSentence } from '../line.ts';
import { memo } from '../memo.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon, StatusIcon } from '../parts/icon.tsx';
import { oneLine } from '../text.ts';
import { reasonText, statusText, turnText } from '../words.ts';

export interface TraceRowProps {
  trace: TraceSummary;
  selected: boolean;
  onChoose(id: string): void;
}

/** The `id` attribute of a line's option. */
export function optionId(traceId: string): string {
  return `trace-${encodeURIComponent(traceId)}`;
}

export const TraceRow = memo(({ trace, selected, onChoose }: TraceRowProps): VNode => {
  const { id, startedAtMs, durationMs, status, client, requestedModel, servedModel, strategy, turn, fallback, excerpt, costUsd, dryRun } = trace;
  const nowMs = Date.now();
  return (
    <li class={`row row-${status}`} role="option" id={optionId(id)} aria-selected={selected} aria-label={lineSentence(trace, nowMs)} onClick={() => onChoose(id)}>
      <span class="row-top">
        <span class={`status status-${status}`} title={statusText(status)}><StatusIcon status={status} /></span>
        <span class="row-client">{oneLine(client, 40)}</span>
        <time class="quiet number">{clockText(startedAtMs, { nowMs })}</time>
        <span class="row-numbers number">
          <span>{status === 'running' ? 'running' : durationText(durationMs)}</span>
          <span class="row-cost">{costText(costUsd)}</span>
        </span>
      </span>
      {excerpt === '' ? null : <span class="row-excerpt">{oneLine(excerpt, 160)}</span>}
      <span class="row-models">
        <span>{oneLine(requestedModel, 80)}</span>
        <Icon name="arrow" />
        <span>{servedModel === null ? (status === 'running' ? 'deciding' : 'none') : oneLine(servedModel, 80)}</span>
      </span>
      <span class="row-badges">
        {status === 'failed' || status === 'aborted' ? <Badge tone={status === 'failed' ? 'bad' : 'plain'}>{status}</Badge> : null}
        {turn === null ? null : <Badge>{turnText(turn)}</Badge>}
        {strategy === null ? null : <Badge>{strategy}</Badge>}
        {fallback === null ? null : <Badge tone="warn"><Icon name="fallback" />fallback: {oneLine(reasonText(fallback), 40)}</Badge>}
        {dryRun ? <Badge>dry run</Badge> : null}
      </span>
    </li>
  );
});
