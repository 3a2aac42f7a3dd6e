import type { VNode } from 'preact';
import { costText, countText, durationText, tickText } from '../format.ts';
import { StatusIcon } from '../parts/icon.tsx';
import { Section } from '../parts/section.tsx';
import { timelineOf } from '../timeline.ts';
import type { TimelineRow } from '../timeline.ts';
import type { TraceRecord } from '../../trace/types.ts';
import { visible } from '../text.ts';
import { attemptText, phaseText, statusText } from '../words.ts';

/** The phases over time: each line says in words what its bar shows. */
export function TimelineSection({ record, nowMs }: { record: TraceRecord; nowMs: number }): VNode {
  const { rows, ticks } = timelineOf(record, nowMs);
  return (
    <Section id="timeline" title="Waterfall">
      <div class="timeline">
        <div class="axis" aria-hidden="true">
          {ticks.map(({ ms, percent }) => <span key={ms} class={percent > 92 ? 'tick tick-last' : 'tick'} style={{ left: `${percent}%` }}>{tickText(ms)}</span>)}
        </div>
        <ol class="lanes" aria-label="Phases in the order of their start">
          {rows.map((row) => <Lane key={row.id} row={row} ticks={ticks} />)}
        </ol>
      </div>
      <p class="timeline-key quiet" aria-hidden="true"><span class="key-wait" />waiting <span class="key-stream" />content <span class="key-first" />first content <span class="key-failed" />failed</p>
    </Section>
  );
}

function Lane({ row, ticks }: { row: TimelineRow; ticks: readonly { ms: number; percent: number }[] }): VNode {
  const { kind, status, startPercent, firstContentPercent, widthPercent } = row;
  return (
    <li class={`lane lane-${kind}`}>
      <span class="lane-words">
        <span class={`status status-${status}`}><StatusIcon status={status} /><span class="sr-only">{statusText(status)}: </span></span>
        <span class="lane-name">{nameOf(row)}</span>
        <span class="lane-times quiet number">{timesOf(row)}</span>
      </span>
      <span class="track" aria-hidden="true">
        {ticks.map(({ ms, percent }) => <span key={ms} class="grid-line" style={{ left: `${percent}%` }} />)}
        <span class={`span span-${status}`} style={{ left: `${startPercent}%`, width: `max(3px, ${widthPercent}%)` }}>
          {firstContentPercent === null || widthPercent <= 0 ? null : (
            <span class="span-content" style={{ left: `${Math.min(100, Math.max(0, ((firstContentPercent - startPercent) / widthPercent) * 100))}%` }} />
          )}
        </span>
      </span>
    </li>
  );
}

function nameOf({ kind, phase, attempt }: TimelineRow): VNode {
  if (phase === null) return <>Whole request</>;
  if (kind === 'attempt' && attempt !== null) {
    const why = [attempt.reason === undefined ? null : attemptText(attempt.reason), attempt.httpStatus === undefined ? null : `HTTP ${attempt.httpStatus}`, attempt.message ?? null, attempt.adapted === undefined ? null : attempt.adapted.join(', ')];
    return <>try {visible(attempt.model)}<span class="quiet"> {visible(why.filter((part) => part !== null).join(', '))}</span></>;
  }
  return <>{phaseText(phase.phase)} <span class="quiet">{visible(phase.role)} · </span>{visible(phase.model)}</>;
}

function timesOf({ startedMs, firstContentMs, endedMs, phase, kind }: TimelineRow): string {
  const first = firstContentMs === null ? '' : `, first content ${durationText(firstContentMs)}`;
  const span = `${durationText(startedMs)} – ${endedMs === null ? 'now' : durationText(endedMs)}${first}`;
  if (kind !== 'phase' || phase === null) return span;
  const tokens = phase.usage === null ? '' : `, ${countText(phase.usage.inputTokens)} → ${countText(phase.usage.outputTokens)} tokens`;
  return `${span}${tokens}${phase.costUsd === null ? '' : `, ${costText(phase.costUsd)}`}`;
}
