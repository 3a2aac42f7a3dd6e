import type { BrowserContext, Page } from 'playwright-core';
import { Workbench } from './workbench.ts';

const openTimeoutMs = 60_000;

/** Browser code as text: it runs in the page, whose globals are not ours. */
const patchPageConfig = `(added) => {
  if (window !== top) return;
  const observer = new MutationObserver(() => {
    const element = document.getElementById('vscode-workbench-web-configuration');
    if (!element) return;
    observer.disconnect();
    const settings = JSON.parse(element.dataset.settings);
    settings.developmentOptions = { ...settings.developmentOptions, ...added };
    element.dataset.settings = JSON.stringify(settings);
  });
  observer.observe(document, { childList: true, subtree: true });
}`;

export interface WindowOptions {
  origin: string;
  /** The folder to open. */
  folder: string;
  /** An extension's folder, loaded as an extension under development. */
  extension?: string;
  /** A CommonJS file whose exported `run()` the extension host calls. */
  tests?: string;
  /** Every console message of the workbench and its extension host; only with `tests`. */
  onLog?: (args: unknown[]) => void;
  /** The code with which `run()` ended; only with `tests`. */
  onExit?: (code: number) => void;
}

/** Opens a VS Code window and waits until its workbench stands. */
export async function openWindow(context: BrowserContext, options: WindowOptions): Promise<Workbench> {
  const page = await context.newPage();
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => options.onLog?.(args));
  await page.exposeFunction('codeAutomationExit', (code: number) => options.onExit?.(code));
  if (options.extension) await developExtension(page, options);
  await page.goto(`${options.origin}/?folder=${encodeURIComponent(options.folder)}`);
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: openTimeoutMs });
  return new Workbench(page);
}

/**
 * Puts the development folders into the page's configuration before the workbench reads it. A built server ignores them in the
 * address unless it runs with the smoke-test driver, and that one hides all notifications.
 */
async function developExtension(page: Page, { origin, extension, tests }: WindowOptions): Promise<void> {
  const uri = (path: string): object => ({ scheme: 'vscode-remote', authority: new URL(origin).host, path });
  const added = { extensions: extension && [uri(extension)], extensionTestsPath: tests && uri(tests) };
  await page.addInitScript({ content: `(${patchPageConfig})(${JSON.stringify(added)})` });
}
