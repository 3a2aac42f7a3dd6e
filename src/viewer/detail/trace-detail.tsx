import type { VNode } from 'preact';
import type { Phase, PhaseName, TraceRecord } from '../../trace/types.ts';
import { useNow } from '../hooks.ts';
import { memo } from '../memo.ts';
import type { SectionName } from '../parts/section.tsx';
import { AnswerSection, PanelSection, VerdictSection } from './answers.tsx';
import { CandidatesSection } from './candidates-section.tsx';
import { CostSection } from './cost-section.tsx';
import { DetailActions } from './detail-actions.tsx';
import { DetailHead, headingOf } from './detail-head.tsx';
import { StrategySection } from './strategy-section.tsx';
import { TaskSection } from './task-section.tsx';
import type { Thumb } from './thumbs.tsx';
import { TimelineSection } from './timeline-section.tsx';
import { ErrorNote, FallbackNote } from './trouble.tsx';

/** Everything about one request. Redrawn when its record changes, and by the clock while it runs. */
export const TraceDetail = memo(({ record, onDelete, onRate }: { record: TraceRecord; onDelete(id: string): void; onRate(id: string, thumb: Thumb | null): void }): VNode => {
  const nowMs = useNow(record.status === 'running');
  const { plan, error, savings = null } = record;
  const panel = phasesOf(record, 'panel');
  const checks = checksOf(record);
  return (
    <article class="detail" data-trace={record.id} aria-labelledby="detail-heading">
      <h2 class="detail-title" id="detail-heading" tabIndex={-1} dir="auto">{headingOf(record)}</h2>
      <DetailHead record={record} nowMs={nowMs} />
      <DetailActions record={record} onDelete={() => onDelete(record.id)} onRate={(thumb) => onRate(record.id, thumb)} />
      {error === null ? null : <ErrorNote error={error} />}
      <FallbackNote record={record} />
      <SectionLinks names={namesOf(record)} />
      {plan ? <TaskSection task={plan.task} /> : null}
      {plan ? <CandidatesSection plan={plan} /> : null}
      {plan ? <StrategySection plan={plan} /> : null}
      {savings === null ? null : <CostSection savings={savings} costUsd={record.costUsd} served={record.served?.model ?? null} />}
      <TimelineSection record={record} nowMs={nowMs} />
      {panel.length === 0 ? null : <PanelSection phases={panel} />}
      {checks.phases.length === 0 ? null : <VerdictSection title={checks.title} phases={checks.phases} />}
      <AnswerSection record={record} />
    </article>
  );
});

/** Buttons, because a webview's address has no fragments of ours. */
function SectionLinks({ names }: { names: readonly SectionName[] }): VNode {
  const jump = (id: string): void => {
    document.getElementById(`section-${id}`)?.scrollIntoView({ block: 'start' });
    document.getElementById(`heading-${id}`)?.focus({ preventScroll: true });
  };
  return (
    <nav class="section-links" aria-label="Parts of this trace">
      {names.map(({ id, title }) => <button key={id} type="button" class="link" onClick={() => jump(id)}>{title}</button>)}
    </nav>
  );
}

function namesOf(record: TraceRecord): SectionName[] {
  const checks = checksOf(record);
  return [
    ...(record.plan ? [{ id: 'task', title: 'Task' }, { id: 'candidates', title: 'Candidates' }, { id: 'strategy', title: 'Strategy' }] : []),
    ...(record.savings ? [{ id: 'cost', title: 'Cost' }] : []),
    { id: 'timeline', title: 'Waterfall' },
    ...(phasesOf(record, 'panel').length > 0 ? [{ id: 'panel', title: 'Panel' }] : []),
    ...(checks.phases.length > 0 ? [{ id: 'verdict', title: checks.title }] : []),
    { id: 'answer', title: 'Answer' },
  ];
}

function phasesOf({ phases }: TraceRecord, name: PhaseName): Phase[] {
  return phases.filter(({ phase }) => phase === name);
}

/** A judge's notes stand alone; a verifier's finding stands beside the draft that it is about. */
function checksOf(record: TraceRecord): { title: string; phases: Phase[] } {
  const verdicts = phasesOf(record, 'verify');
  if (verdicts.length === 0) return { title: 'Judge’s notes', phases: phasesOf(record, 'judge') };
  const draft = record.phases.findLast(({ phase, status }) => (phase === 'primary' || phase === 'fallback') && status === 'done');
  return { title: 'Draft and verdict', phases: [...(draft ? [draft] : []), ...verdicts] };
}
