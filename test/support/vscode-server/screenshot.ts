import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { resultsDir } from '../paths.ts';

/** Emptied when a run begins, so that what lies in it is of the last one. */
export const screenshotsDir = join(resultsDir, 'screenshots');

/** Pictures of all open windows, into the results folder; answers their paths. A window that cannot be pictured is left out. */
export async function screenshotAll(context: BrowserContext, name: string): Promise<string[]> {
  await mkdir(screenshotsDir, { recursive: true });
  const base = name.replace(/[^\w-]+/g, '-').slice(0, 100);
  const shots = context.pages().map(async (page, index) => {
    const path = join(screenshotsDir, `${base}-${index + 1}.png`);
    await page.screenshot({ path });
    return path;
  });
  const settled = await Promise.allSettled(shots);
  return settled.flatMap((shot) => (shot.status === 'fulfilled' ? [shot.value] : []));
}
