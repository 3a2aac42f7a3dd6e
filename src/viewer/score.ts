/** A candidate's score taken apart into what is drawn and read out. */
import type { Plan, ScorePart, ScoredCandidate } from '../routing/types.ts';
import { scoreText } from './format.ts';
import { SCORE_PARTS, reasonText } from './words.ts';

export interface ScoreSegment {
  part: ScorePart | 'sticky';
  label: string;
  /** Part value times weight; the sticky bonus as it is. */
  points: number;
  /** Width in percent of the widest candidate of the plan. */
  percent: number;
}

/** Points of one part: its value times its weight. */
export function pointsOf({ parts, weights }: Pick<ScoredCandidate, 'parts' | 'weights'>, part: ScorePart): number {
  return (parts[part] ?? 0) * (weights[part] ?? 0);
}

/** What a candidate has before its penalties; the length of its bar. */
export function positivePoints(candidate: ScoredCandidate): number {
  return SCORE_PARTS.reduce((sum, { part }) => sum + Math.max(0, pointsOf(candidate, part)), Math.max(0, candidate.stickyBonus));
}

/** The bar's segments, in the order of the parts; `widestPoints` is the longest bar of the plan. */
export function segmentsOf(candidate: ScoredCandidate, widestPoints: number): ScoreSegment[] {
  const scale = widestPoints > 0 ? 100 / widestPoints : 0;
  const segments: ScoreSegment[] = SCORE_PARTS.map(({ part, label }) => {
    const points = pointsOf(candidate, part);
    return { part, label, points, percent: Math.max(0, points) * scale };
  });
  const { stickyBonus } = candidate;
  if (stickyBonus > 0) segments.push({ part: 'sticky', label: 'Sticky bonus', points: stickyBonus, percent: stickyBonus * scale });
  return segments;
}

/** The bar in words. */
export function scoreSentence(candidate: ScoredCandidate): string {
  const parts = segmentsOf(candidate, 1).map(({ label, points }) => `${label.toLowerCase()} ${scoreText(points)}`);
  const penalties = candidate.penalties.map(({ reason, amount }) => `minus ${scoreText(amount)} for ${reasonText(reason)}`);
  return `Score ${scoreText(candidate.score)}: ${[...parts, ...penalties].join(', ')}.`;
}

/** What the plan gives a candidate to do: `chosen`, `panel`, `fallback 1`, …; empty when nothing. */
export function dutiesOf(plan: Plan, candidateId: string): string[] {
  const is = (call: { candidateId: string } | null): boolean => call?.candidateId === candidateId;
  const fallback = plan.fallbacks.findIndex(is);
  return [
    is(plan.primary) && plan.strategy !== 'fusion-panel' && 'chosen',
    plan.panel.some(is) && 'panel',
    is(plan.verifier) && 'verifier',
    is(plan.judge) && 'judge',
    (is(plan.synthesizer) || (is(plan.primary) && plan.strategy === 'fusion-panel')) && 'synthesis',
    fallback !== -1 && `fallback ${fallback + 1}`,
  ].filter((duty) => duty !== false);
}
