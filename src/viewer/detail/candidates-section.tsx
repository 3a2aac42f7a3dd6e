import type { VNode } from 'preact';
import type { Plan, RejectedCandidate, ScoredCandidate } from '../../routing/types.ts';
import { costText, percentText, scoreText } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Section } from '../parts/section.tsx';
import { dutiesOf, positivePoints, scoreSentence, segmentsOf } from '../score.ts';
import { visible } from '../text.ts';
import { SCORE_PARTS, reasonText, rejectionText } from '../words.ts';
import { ScoreNumbers } from './score-numbers.tsx';

/** Everyone who could have answered, scored part by part, and who was out of the question. */
export function CandidatesSection({ plan }: { plan: Plan }): VNode {
  const widest = Math.max(0, ...plan.candidates.map(positivePoints));
  const sticky = plan.candidates.some(({ stickyBonus }) => stickyBonus > 0);
  return (
    <Section id="candidates" title="Candidates" note="The bar adds up what each part of the score is worth; right is the predicted chance to get this request right.">
      <Legend sticky={sticky} />
      <table class="candidates" role="table" aria-label="Candidates, best first">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Candidate</th>
            <th role="columnheader" scope="col">Score</th>
            <th role="columnheader" scope="col" class="right">Right</th>
            <th role="columnheader" scope="col" class="right">Cost</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {plan.candidates.map((candidate) => <CandidateRow key={candidate.id} candidate={candidate} duties={dutiesOf(plan, candidate.id)} widest={widest} />)}
        </tbody>
      </table>
      <ScoreNumbers candidates={plan.candidates} />
      {plan.rejected.length === 0 ? null : <Rejected rejected={plan.rejected} />}
    </Section>
  );
}

function Legend({ sticky }: { sticky: boolean }): VNode {
  return (
    <ul class="legend" aria-hidden="true">
      {SCORE_PARTS.map(({ part, label }) => <li key={part}><span class={`swatch part-${part}`} />{label}</li>)}
      {sticky ? <li><span class="swatch part-sticky" />Sticky bonus</li> : null}
    </ul>
  );
}

function CandidateRow({ candidate, duties, widest }: { candidate: ScoredCandidate; duties: string[]; widest: number }): VNode {
  const chosen = duties.includes('chosen') || duties.includes('synthesis');
  return (
    <tr role="row" class={chosen ? 'candidate candidate-chosen' : 'candidate'}>
      <th role="rowheader" scope="row" class="candidate-name">
        <span class="candidate-id">{visible(candidate.id)}</span>{' '}
        {duties.map((duty) => <Badge key={duty} tone={duty === 'chosen' ? 'strong' : 'plain'}>{duty}</Badge>)}
        <span class="candidate-model">{visible(candidate.model)}{candidate.role === candidate.id ? '' : ` · ${visible(candidate.role)}`} · {visible(candidate.upstreamName)}</span>
      </th>
      <td role="cell" class="candidate-score">
        <span class="number candidate-points">{scoreText(candidate.score)}</span>
        <span class="bar" role="img" aria-label={scoreSentence(candidate)}>
          {segmentsOf(candidate, widest).map(({ part, label, points, percent }) => (
            <span key={part} class={`segment part-${part}`} style={{ width: `${percent}%` }} title={`${label} ${scoreText(points)}`} />
          ))}
        </span>
        {candidate.penalties.length === 0 ? null : (
          <span class="penalties">
            {candidate.penalties.map(({ reason, amount }, index) => <Badge key={index} tone="warn">{scoreText(-amount)} {visible(reasonText(reason))}</Badge>)}
          </span>
        )}
      </td>
      <td role="cell" class="right number candidate-right"><span class="cell-label" aria-hidden="true">right </span>{percentText(candidate.quality)}{candidate.predicted === undefined ? null : <span class="fact-note" title="What was learned from outcomes here moved the prediction">learned; was {percentText(candidate.predicted)}</span>}</td>
      <td role="cell" class="right number candidate-cost"><span class="cell-label" aria-hidden="true">cost </span>{costText(candidate.costUsd)}</td>
    </tr>
  );
}

function Rejected({ rejected }: { rejected: readonly RejectedCandidate[] }): VNode {
  return (
    <>
      <h4 class="sub-title">Out of the question</h4>
      <ul class="rejected">
        {rejected.map(({ id, model, reason, detail, quality }) => (
          <li key={id}>
            <span class="candidate-id">{visible(id)}</span> <span class="candidate-model">{visible(model)}</span>
            <span class="rejected-reason"><Badge>{visible(rejectionText(reason))}</Badge> <span dir="auto">{visible(detail)}</span>{quality === undefined ? null : <span class="quiet number"> · right {percentText(quality)}</span>}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
