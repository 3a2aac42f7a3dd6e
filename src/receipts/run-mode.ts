/** Says whether models really answered. */
export type RunMode = 'dry-run' | 'real' | 'unknown';

/**
 * One dry-run answer makes the whole receipt a dry-run one: a receipt never claims more than was done. Where no answer
 * told, the port's word counts.
 */
export function runModeOf(answers: readonly (boolean | null)[], portDryRun: boolean | null): RunMode {
  const told = answers.filter((dryRun) => dryRun !== null);
  if (told.length === 0 && portDryRun === null) return 'unknown';
  return (told.length === 0 ? portDryRun === true : told.includes(true)) ? 'dry-run' : 'real';
}
