import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { OwnerState, TraceRecord } from '../../../src/trace/types.ts';
import { resultsDir } from '../../support/paths.ts';
import { launchBrowser } from '../../support/vscode-server/browser.ts';
import { startFakeGateway } from './fake-gateway.ts';
import type { FakeGateway } from './fake-gateway.ts';
import { openPage, openWebview } from './open-viewer.ts';
import type { OpenViewer } from './open-viewer.ts';
import type { Theme } from './themes.ts';

export interface ViewerBench {
  gateway(options?: { records?: readonly TraceRecord[]; state?: OwnerState }): Promise<FakeGateway>;
  page(gateway: FakeGateway, options?: BrowserContextOptions): Promise<OpenViewer>;
  webview(gateway: FakeGateway, options?: BrowserContextOptions & { theme?: Theme }): Promise<OpenViewer>;
}

/** One browser for the tests of a `describe`; gateways and pages end with each test, a failed one leaves a picture behind. */
export function useViewer(): ViewerBench {
  let browser: Browser;
  let gateways: FakeGateway[] = [];
  let viewers: OpenViewer[] = [];

  before('start the browser', async () => { browser = await launchBrowser(); });
  after('stop the browser', () => browser?.close());
  afterEach('close pages and gateways', async function () {
    const failed = this.currentTest?.state === 'failed';
    for (const [index, { page }] of viewers.entries()) {
      const name = `viewer-${this.currentTest?.title.replace(/\W+/g, '-') ?? ''}-${index}.png`;
      if (failed) await page.screenshot({ path: join(resultsDir, name) }).catch(() => undefined);
      await page.context().close();
    }
    await Promise.all(gateways.map((gateway) => gateway.close()));
    viewers = [];
    gateways = [];
  });

  const kept = async (opening: Promise<OpenViewer>): Promise<OpenViewer> => {
    const viewer = await opening;
    viewers.push(viewer);
    return viewer;
  };
  return {
    async gateway(options) {
      const gateway = await startFakeGateway(options);
      gateways.push(gateway);
      return gateway;
    },
    page: (gateway, options) => kept(openPage(browser, gateway, options)),
    webview: (gateway, options) => kept(openWebview(browser, gateway, options)),
  };
}
