import type { LearnedCounts } from '../../config/known-facts.ts';

/**
 * What a prediction counts for, in outcomes: with 20 of them seen, prediction and experience count half each. Our choice: a
 * benchmark says little of one user's work, and three thumbs say little of a model.
 */
export const PRIOR_OUTCOMES = 20;
/** Experience moves a predicted chance by no more than this, in either direction. */
export const MOST_SHIFT = 0.15;

/**
 * The predicted chance that a model gets this right, corrected by how it did here on tasks of this kind: the mean of a Beta
 * distribution whose prior is the prediction, with the strength of {@link PRIOR_OUTCOMES}. Each outcome is held against what was predicted for its own task, so
 * that failing at a hard one says less than failing at an easy one. Within 0..1 and {@link MOST_SHIFT} of the prediction; without outcomes the prediction itself.
 */
export function learnedQuality(predicted: number, counts: LearnedCounts | undefined): number {
  return counts === undefined ? predicted : Math.min(1, Math.max(0, predicted + learnedShift(predicted, counts)));
}

function learnedShift(predicted: number, { right, wrong, expected }: LearnedCounts): number {
  const seen = right + wrong;
  const shift = (right - (expected ?? predicted * seen)) / (PRIOR_OUTCOMES + seen);
  return Math.min(MOST_SHIFT, Math.max(-MOST_SHIFT, shift));
}
