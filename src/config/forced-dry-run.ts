/** Why it is a dry-run when `--dry-run` or `openfusion.forceDryRun` wants one: no key ends it. */
export const FORCED_DRY_RUN = 'No model is called, as dry-run was asked for.';
