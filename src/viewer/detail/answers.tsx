import type { VNode } from 'preact';
import type { Phase, TraceRecord } from '../../trace/types.ts';
import { costText, durationText } from '../format.ts';
import { judgeNotes } from '../judge-notes.ts';
import type { JudgeNote } from '../judge-notes.ts';
import { Badge } from '../parts/badge.tsx';
import { StatusIcon } from '../parts/icon.tsx';
import { ModelText, ToolCalls } from '../parts/model-text.tsx';
import { Section } from '../parts/section.tsx';
import { visible } from '../text.ts';
import { attemptText, phaseText, statusText } from '../words.ts';

const NO_ANSWER: Partial<Record<TraceRecord['status'], string>> = {
  running: 'Nothing yet.', failed: 'No answer was given.', aborted: 'The client left before there was an answer, or its text is not kept.',
  done: 'Its text is not kept: see `trace.keepPrompts` in the config.',
};

/** What each member of the panel said, side by side. */
export function PanelSection({ phases }: { phases: readonly Phase[] }): VNode {
  return (
    <Section id="panel" title="Panel answers">
      <div class={phases.length % 3 === 1 ? 'cards cards-even' : 'cards'}>{phases.map((phase) => <PhaseCard key={phase.id} phase={phase} />)}</div>
    </Section>
  );
}

/** What the judge noted, or how a verifier found the draft. */
export function VerdictSection({ title, phases }: { title: string; phases: readonly Phase[] }): VNode {
  return (
    <Section id="verdict" title={title}>
      <div class="cards">{phases.map((phase) => <PhaseCard key={phase.id} phase={phase} />)}</div>
    </Section>
  );
}

/** What the client was given. */
export function AnswerSection({ record: { answer, toolCalls, status } }: { record: TraceRecord }): VNode {
  return (
    <Section id="answer" title="Final answer">
      {answer === '' ? null : <ModelText text={answer} label="Final answer" />}
      <ToolCalls calls={toolCalls} />
      {answer === '' && toolCalls.length === 0 ? <p class="quiet">{NO_ANSWER[status] ?? NO_ANSWER.done}</p> : null}
    </Section>
  );
}

function Notes({ notes }: { notes: readonly JudgeNote[] }): VNode {
  return (
    <dl class="judge-notes">
      {notes.map(({ label, items }) => (
        <div key={label}>
          <dt>{label}</dt>
          {items.map((item, index) => <dd key={index} dir="auto">{visible(item)}</dd>)}
        </div>
      ))}
    </dl>
  );
}

function PhaseCard({ phase }: { phase: Phase }): VNode {
  const { role, model, status, startedMs, endedMs, costUsd, text, toolCalls, verdict, attempts } = phase;
  const failure = attempts.findLast((attempt) => attempt.status === 'error');
  const label = `${phaseText(phase.phase)} ${role}`;
  const notes = phase.phase === 'judge' ? judgeNotes(text) : null;
  return (
    <article class={`card card-${status}`} aria-label={`${label}: ${model}`}>
      <header class="card-head">
        <span class={`status status-${status}`}><StatusIcon status={status} /><span class="sr-only">{statusText(status)}</span></span>
        <h4 class="card-title">{visible(role)}</h4>
        <span class="card-model">{visible(model)}</span>
        <span class="card-numbers quiet number">{endedMs === null ? 'running' : durationText(endedMs - startedMs)}{costUsd === null ? '' : ` · ${costText(costUsd)}`}</span>
      </header>
      {verdict === undefined ? null : <p class="verdict"><Badge tone="strong">{phaseText(phase.phase)}</Badge> <span dir="auto">{visible(verdict)}</span></p>}
      {status === 'failed' ? <p class="card-failure">{failure === undefined ? 'Failed.' : `${visible(attemptText(failure.reason ?? 'failed'))}${failure.message === undefined ? '' : `: ${visible(failure.message)}`}`}</p> : null}
      {notes ? <Notes notes={notes} /> : text === '' ? null : <ModelText text={text} label={label} />}
      <ToolCalls calls={toolCalls} />
      {text === '' && toolCalls.length === 0 && status === 'done' && verdict === undefined ? <p class="quiet">Text not kept.</p> : null}
      {text === '' && toolCalls.length === 0 && status === 'running' ? <p class="quiet">Nothing yet.</p> : null}
    </article>
  );
}
