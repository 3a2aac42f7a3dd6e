/** Prompts in each bin: with fewer, the error of the bin's own mean is larger than what is to be measured. */
const PER_BIN = 100;

/**
 * Expected calibration error of the gain P(strong right) − P(weak right) of one set, in bins of about 100 prompts by predicted gain;
 * and `chance`, what perfectly calibrated predictions would show on outcomes that were drawn from them, by the same bins.
 */
export function calibrationError({ rows, weak, strong }, answers) {
  const quality = new Map(answers.map((answer) => [answer.id, answer.quality]));
  const points = rows.map((row) => {
    const { [strong]: s, [weak]: w } = quality.get(row.id);
    return { gain: s - w, outcome: row.scores[strong] - row.scores[weak] };
  }).sort((a, b) => a.gain - b.gain);
  const bins = Math.max(3, Math.min(10, Math.round(points.length / PER_BIN)));
  let error = 0, chance = 0;
  for (let bin = 0; bin < bins; bin++) {
    const members = points.slice(Math.floor((bin * points.length) / bins), Math.floor(((bin + 1) * points.length) / bins));
    const mean = (of) => members.reduce((sum, point) => sum + of(point), 0) / members.length;
    const outcome = mean((point) => point.outcome), spread = Math.sqrt(mean((point) => (point.outcome - outcome) ** 2) / members.length);
    error += (members.length / points.length) * Math.abs(mean((point) => point.gain) - outcome);
    // The mean of |x| of a normal x.
    chance += (members.length / points.length) * spread * Math.sqrt(2 / Math.PI);
  }
  return { error, chance, bins };
}
