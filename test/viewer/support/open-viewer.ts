import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { FakeGateway } from './fake-gateway.ts';
import type { Theme } from './themes.ts';

export interface OpenViewer {
  page: Page;
  /** Refused by the policy, thrown, or logged as an error. */
  complaints: string[];
  /** Every address that the page asked for. */
  asked: string[];
}

/** Opens the gateway's page in a context of its own. */
export async function openPage(browser: Browser, gateway: FakeGateway, options: BrowserContextOptions = {}): Promise<OpenViewer> {
  const viewer = await watchedPage(browser, options);
  await viewer.page.goto(`${gateway.url}/`);
  return viewer;
}

/** Opens the webview's page with a double of the editor around it: its theme, its state, its messages. */
export async function openWebview(browser: Browser, gateway: FakeGateway, { theme, ...options }: BrowserContextOptions & { theme?: Theme } = {}): Promise<OpenViewer> {
  const viewer = await watchedPage(browser, options);
  await viewer.page.addInitScript({ content: editorDouble(theme) });
  await viewer.page.goto(`${gateway.url}/webview`);
  return viewer;
}

/** What the webview said to its extension. */
export async function saidToEditor(page: Page): Promise<unknown[]> {
  return page.evaluate<unknown[]>('window.editorDouble.said');
}

/** A message from the extension, as the webview's host page posts it. */
export async function tellWebview(page: Page, message: unknown): Promise<void> {
  await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
}

async function watchedPage(browser: Browser, options: BrowserContextOptions): Promise<OpenViewer> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  return { page, complaints, asked };
}

/** Runs in the page before its own script: what VS Code puts into a webview. */
function editorDouble(theme: Theme | undefined): string {
  return `
    window.editorDouble = { said: [], state: JSON.parse(sessionStorage.getItem('editorDouble') ?? 'null') ?? undefined };
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.editorDouble.said.push(message),
      getState: () => window.editorDouble.state,
      setState: (state) => { window.editorDouble.state = state; sessionStorage.setItem('editorDouble', JSON.stringify(state)); },
    });
    const theme = ${JSON.stringify(theme ?? null)};
    if (theme !== null) document.addEventListener('DOMContentLoaded', () => {
      for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty('--vscode-' + name, value);
      document.body.classList.add(theme.kind);
      if (theme.kind === 'vscode-high-contrast-light') document.body.classList.add('vscode-high-contrast');
      document.body.dataset.vscodeThemeKind = theme.kind;
    });
  `;
}
