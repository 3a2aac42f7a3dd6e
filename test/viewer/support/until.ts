import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/**
 * Resolves once the expression holds in the page. Asked again and again from outside: the page's own policy forbids the
 * `eval` that Playwright's `waitForFunction` needs.
 */
export async function until(page: Page, expression: string, { timeoutMs = 10_000 } = {}): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (Date.now() > deadlineMs) throw new Error(`never true in the page: ${expression}`);
    await pause(25);
  }
}
