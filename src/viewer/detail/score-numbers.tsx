import type { VNode } from 'preact';
import type { ScoredCandidate } from '../../routing/types.ts';
import { percentText, scoreText } from '../format.ts';
import { pointsOf } from '../score.ts';
import { visible } from '../text.ts';
import { SCORE_PARTS } from '../words.ts';

/** The same scores as a table of numbers: value × weight of every part. */
export function ScoreNumbers({ candidates }: { candidates: readonly ScoredCandidate[] }): VNode | null {
  if (candidates.length === 0) return null;
  return (
    <details class="more">
      <summary>All parts in numbers</summary>
      <div class="table-frame" role="region" aria-label="Score parts in numbers" tabIndex={0}>
        <table class="table table-numbers">
          <thead>
            <tr>
              <th scope="col">Candidate</th>
              {SCORE_PARTS.map(({ part, label }) => <th key={part} scope="col" class="right">{label}</th>)}
              <th scope="col" class="right">Sticky</th>
              <th scope="col" class="right">Penalties</th>
              <th scope="col" class="right">Score</th>
            </tr>
          </thead>
          <tbody>{candidates.map((candidate) => <NumbersRow key={candidate.id} candidate={candidate} />)}</tbody>
        </table>
      </div>
    </details>
  );
}

function NumbersRow({ candidate }: { candidate: ScoredCandidate }): VNode {
  const penalty = candidate.penalties.reduce((sum, { amount }) => sum + amount, 0);
  return (
    <tr>
      <th scope="row">{visible(candidate.id)}</th>
      {SCORE_PARTS.map(({ part }) => (
        <td key={part} class="right number">
          {scoreText(pointsOf(candidate, part))}
          <span class="quiet cell-note">{(candidate.parts[part] ?? 0).toFixed(2)} × {percentText(candidate.weights[part] ?? 0)}</span>
        </td>
      ))}
      <td class="right number">{scoreText(candidate.stickyBonus)}</td>
      <td class="right number">{penalty === 0 ? '0.000' : scoreText(-penalty)}</td>
      <td class="right number"><strong>{scoreText(candidate.score)}</strong></td>
    </tr>
  );
}
