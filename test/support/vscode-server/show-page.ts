import { spawn } from 'node:child_process';
import { findChromium, launchBrowser } from './browser.ts';

const openerPatienceMs = 3_000;

/** What was wished: nothing of one's own browser, or no browser at all. */
export type Showing = 'headless' | 'none';
/** What became of it. */
export type Shown = 'screen' | 'headless' | 'none';

/** Opens a page in the user's browser when there is a screen, else in a headless Chromium, so that somebody has it open. */
export async function showPage(url: string, showing?: Showing): Promise<{ shown: Shown; close: () => Promise<void> }> {
  const nothing = async (): Promise<void> => undefined;
  if (showing === 'none') return { shown: 'none', close: nothing };
  if (showing !== 'headless' && hasScreen() && (await openOnScreen(url))) return { shown: 'screen', close: nothing };
  if (!(await findChromium())) return { shown: 'none', close: nothing };
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(url);
  return { shown: 'headless', close: () => browser.close() };
}

function hasScreen(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform === 'darwin' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
}

async function openOnScreen(url: string): Promise<boolean> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  return new Promise((resolve) => {
    const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
    // Some openers stay until the browser is closed: one that has not failed by now has worked.
    setTimeout(() => resolve(true), openerPatienceMs).unref();
    child.unref();
  });
}
