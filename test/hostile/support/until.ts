import assert from 'node:assert/strict';

/** Waits until a condition holds, at most so long; fails with what was measured last. */
export async function until(holds: () => boolean | Promise<boolean>, forMs: number, what: () => string): Promise<void> {
  const endMs = Date.now() + forMs;
  while (!await holds()) {
    if (Date.now() > endMs) assert.fail(what());
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
