import type { VNode } from 'preact';
import type { TraceRecord } from '../../trace/types.ts';
import { adviceFor } from '../advice.ts';
import { durationText } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { visible } from '../text.ts';
import { attemptText, phaseText, reasonText } from '../words.ts';

/** The error of a failed request, and what to do about it. */
export function ErrorNote({ error }: { error: NonNullable<TraceRecord['error']> }): VNode {
  return (
    <div class="note note-bad" role="group" aria-label="Error">
      <p class="note-title"><Icon name="failed" /><span>Failed with <span class="number">{error.status}</span> <code>{visible(error.code ?? error.type)}</code>{error.param === null ? null : <> at <code>{visible(error.param)}</code></>}</span></p>
      <p class="note-text" dir="auto">{visible(error.message)}</p>
      <p class="note-advice">{adviceFor(error)}</p>
    </div>
  );
}

/** Which models failed before another one answered. */
export function FallbackNote({ record: { served, phases } }: { record: TraceRecord }): VNode | null {
  const failures = phases.flatMap((phase) => phase.attempts.filter(({ status }) => status === 'error').map((attempt) => ({ phase, attempt })));
  const reason = served?.fallback ?? null;
  if (reason === null && failures.length === 0) return null;
  return (
    <div class="note note-warn" role="group" aria-label="Fallbacks">
      <p class="note-title"><Icon name="fallback" /><span>{reason === null ? (served === null ? 'What was tried' : 'A model call failed on the way') : `Not the first choice: ${visible(reasonText(reason))}`}</span></p>
      <ul class="plain-list">
        {failures.map(({ phase, attempt }, index) => (
          <li key={index}>
            {phaseText(phase.phase)}: <code>{visible(attempt.model)}</code> at {visible(attempt.upstreamName)}{' '}
            {attempt.reason === undefined ? 'failed' : visible(attemptText(attempt.reason))}
            {attempt.httpStatus === undefined ? '' : ` (HTTP ${attempt.httpStatus})`} after <span class="number">{durationText(attempt.durationMs)}</span>
            {attempt.message === undefined ? '' : `: ${visible(attempt.message)}`}
          </li>
        ))}
      </ul>
    </div>
  );
}
