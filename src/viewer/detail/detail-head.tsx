import type { VNode } from 'preact';
import type { Usage } from '../../protocol/types.ts';
import type { TraceRecord } from '../../trace/types.ts';
import { bytesText, clockText, costText, countText, durationText, plural } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { Icon, StatusIcon } from '../parts/icon.tsx';
import { elapsedMs } from '../timeline.ts';
import { oneLine, visible } from '../text.ts';
import { reasonText, statusText, strategyText, turnText, wireText } from '../words.ts';

/** The heading of a record: its task's beginning, or who asked. */
export function headingOf({ client, plan, requestedModel }: TraceRecord): string {
  return oneLine(plan?.task.excerpt ?? '', 200) || `${oneLine(client, 40) || 'Someone'} asked ${oneLine(requestedModel, 60)}`;
}

/** What was asked of whom, who served it, why, and what it took. */
export function DetailHead({ record, nowMs }: { record: TraceRecord; nowMs: number }): VNode {
  const { status, httpStatus, client, startedAtMs, wire, stream, dryRun, plan } = record;
  return (
    <div class="head">
      <p class="head-line">
        <span class={`status status-${status}`}><StatusIcon status={status} />{statusText(status)}</span>
        {httpStatus === null || httpStatus === 200 ? null : <span class="number">HTTP {httpStatus}</span>}
        <span>{oneLine(client, 40)}</span>
        <time class="number">{clockText(startedAtMs, { nowMs })}</time>
        <span class="quiet">{wireText(wire)}{stream ? ', streaming' : ''}</span>
        {plan ? <Badge>{turnText(plan.task.turn)}</Badge> : null}
        {dryRun ? <Badge tone="warn">dry run</Badge> : null}
      </p>
      <Route record={record} />
      <Facts facts={factsOf(record, nowMs)} />
    </div>
  );
}

function Route({ record: { requestedModel, served, status } }: { record: TraceRecord }): VNode {
  return (
    <p class="route">
      <span class="route-end"><span class="quiet">asked for</span> <strong>{visible(requestedModel)}</strong></span>
      <Icon name="arrow" />
      <span class="route-end">
        <span class="quiet">served by</span>{' '}
        {served ? <><strong>{visible(served.model)}</strong> <span class="quiet">at {visible(served.upstreamName)}</span></> : <span>{status === 'running' ? 'not decided yet' : 'no model'}</span>}
      </span>
    </p>
  );
}

function factsOf(record: TraceRecord, nowMs: number): ({ label: string; value: VNode | string } | null)[] {
  const { plan, served, usage, costUsd, durationMs, firstContentMs, messageCount, toolCount, requestBytes, feedback } = record;
  const strategy = served?.strategy ?? plan?.strategy ?? null;
  return [
    strategy === null ? null : {
      label: 'Strategy',
      value: <><strong title={strategyText(strategy)}>{visible(strategy)}</strong>{plan ? <span class="fact-note">{visible(reasonText(plan.reason))}</span> : null}</>,
    },
    {
      label: 'Time',
      value: (
        <>
          <strong class="number">{durationText(elapsedMs(record, nowMs))}{durationMs === null ? ' so far' : ''}</strong>
          <span class="fact-note">{firstContentMs === null ? (durationMs === null ? 'no content yet' : 'no content') : `first content ${durationText(firstContentMs)}`}</span>
        </>
      ),
    },
    { label: 'Tokens', value: <Tokens usage={usage} /> },
    { label: 'Cost', value: <><strong class="number">{costText(costUsd)}</strong>{usage?.estimated ? <span class="fact-note">estimated</span> : null}</> },
    {
      label: 'Request',
      value: <><strong class="number">{bytesText(requestBytes)}</strong><span class="fact-note">{plural(messageCount, 'message')}, {plural(toolCount, 'tool')}</span></>,
    },
    feedback?.note === undefined ? null : { label: 'Feedback', value: oneLine(feedback.note, 120) },
  ];
}

function Tokens({ usage }: { usage: Usage | null }): VNode {
  if (usage === null) return <span>–</span>;
  const more = [
    usage.cachedInputTokens > 0 && `${countText(usage.cachedInputTokens)} cached`,
    usage.reasoningTokens > 0 && `${countText(usage.reasoningTokens)} reasoning`,
    usage.estimated && 'estimated',
  ].filter((part) => part !== false);
  return (
    <>
      <strong class="number">{countText(usage.inputTokens)} in, {countText(usage.outputTokens)} out</strong>
      {more.length === 0 ? null : <span class="fact-note">{more.join(', ')}</span>}
    </>
  );
}
