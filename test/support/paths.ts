import { join, resolve } from 'node:path';

export const repoDir = resolve(import.meta.dirname, '../..');
/** What is fetched or built for tests; ignored by git, kept between runs. */
export const cacheDir = join(repoDir, '.cache');
/** Logs and screenshots of the last run; ignored by git. */
export const resultsDir = join(repoDir, 'test-results');
