const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Milliseconds to wait before the n-th try (from 1) to connect again: doubling from half a second to 15 s, less up to a
 * quarter by `random` (0..1), so that several pages do not come back all at once.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (1 - random / 4));
}
