import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { launchBrowser } from '../support/vscode-server/browser.ts';
import { ATTEMPTS, attempt, OVER_HTTP } from './support/attempts.ts';
import { FOREIGN_PAGE, startCarelessServer, startForeignSite, type LocalServer } from './support/careless-server.ts';
import { ServedRequests, type Served } from './support/served.ts';
import { startWholeGateway } from './support/whole-gateway.ts';

/** A word of a prompt, and one of an answer: what a foreign page must never see. */
const PROMPT = 'PERSIMMON', ANSWER = 'TAMARIND';

/** The browser's own checks of local addresses are off, so that only ours stand between a page and the gateway. */
const BROWSER = ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable', '--host-resolver-rules=MAP evil.example 127.0.0.1'];

describe('web pages in a real browser', function () {
  this.timeout(60_000);
  let upstream: ScriptedUpstream, gateway: TestGateway, site: LocalServer, browser: Browser, context: BrowserContext, page: Page, served: ServedRequests, trace: string;

  before(async () => {
    browser = await launchBrowser({ args: BROWSER });
    site = await startForeignSite();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  beforeEach(async () => {
    upstream = await startScriptedUpstream({ script: text(`The answer is ${ANSWER}.`) });
    gateway = await startWholeGateway({ upstreamURL: upstream.baseURL });
    const answer = await gateway.chat({ messages: [{ role: 'user', content: `Tell me about ${PROMPT}` }] });
    trace = answer.headers.get('x-openfusion-trace') ?? '';
    await answer.text();
    await gateway.lastTrace();
    context = await browser.newContext();
    page = await context.newPage();
    served = new ServedRequests(gateway.port);
  });
  afterEach(async () => {
    served?.stop();
    await context?.close();
    await gateway?.close();
    await upstream.close();
  });

  /** The person has the trace viewer open in the same browser: pages of the same site may ride on its cookie. */
  const openViewer = async (): Promise<Page> => {
    const viewer = await context.newPage();
    await viewer.goto(`${gateway.origin}/?token=${gateway.viewToken}`);
    await viewer.getByText(PROMPT).first().waitFor();
    served.take();
    return viewer;
  };
  /** Nothing was spent, changed or told. */
  const assertUntouched = async (): Promise<void> => {
    assert.equal(upstream.requests.length, 1, 'no model was called');
    const { id, feedback } = await gateway.lastTrace();
    assert.deepEqual([id, feedback ?? null], [trace, null]);
    for (const frame of context.pages().flatMap((one) => one.frames())) {
      assert.doesNotMatch(await frame.content().catch(() => ''), new RegExp(`${PROMPT}|${ANSWER}|OpenFusion traces`));
    }
  };
  const refusedAll = (requests: readonly Served[]): void => {
    assert.deepEqual(requests.filter(({ status }) => status !== 403), []);
  };

  const places: readonly [name: string, address: () => string][] = [
    ['on another site', () => `http://evil.example:${site.port}/`],
    ['on another port of this machine', () => `http://127.0.0.1:${site.port}/`],
    ['of an opaque origin', () => `http://127.0.0.1:${site.port}/sandboxed`],
  ];

  for (const [where, address] of places) {
    it(`can do nothing ${where}, although the viewer is open beside it`, async () => {
      await (await openViewer()).close();
      await page.goto(address());
      for (const name of Object.keys(ATTEMPTS)) {
        const told = await attempt(page, name, { target: gateway.origin, trace });
        assert.match(told, /^(refused|true|loaded)$/, `${name}: ${told}`);
        refusedAll(OVER_HTTP.includes(name) ? await served.next() : served.take());
      }
      await assertUntouched();
    });
  }

  it('can do nothing under another name of this machine', async () => {
    await page.goto(`http://evil.example:${site.port}/`);
    for (const name of ['localhost', '0.0.0.0', '[::1]', 'a.localhost', 'evil.example']) for (const what of ['a simple POST of text', 'the list of traces', 'a WebSocket that asks a model']) {
      assert.equal(await attempt(page, what, { target: `http://${name}:${gateway.port}`, trace }), 'refused', `${what} at ${name}`);
    }
    refusedAll(served.take());
    await assertUntouched();
  });

  for (const name of ['evil.example', 'evil.localhost']) {
    it(`can do nothing once its own name leads here: ${name}`, async () => {
      // The page came while the name still led to its maker; what it asks for now goes to the gateway, as its own origin.
      const origin = `http://${name}:${gateway.port}`;
      await page.route(`${origin}/page`, (route) => route.fulfill({ contentType: 'text/html', body: FOREIGN_PAGE }));
      await page.goto(`${origin}/page`);
      for (const what of Object.keys(ATTEMPTS)) {
        const told = await attempt(page, what, { target: origin, trace });
        assert.match(told, /^(refused|true|loaded|403 .*host_not_allowed.*|.*This Host is not allowed.*)$/s, `${what}: ${told}`);
        refusedAll(OVER_HTTP.includes(what) ? await served.next() : served.take());
      }
      await assertUntouched();
    });
  }

  it('could do all of it to a server without guards: it is not the browser that stops them', async () => {
    const careless = await startCarelessServer(ANSWER);
    const asked = new ServedRequests(careless.port);
    try {
      const target = `http://127.0.0.1:${careless.port}`;
      await page.goto(`http://evil.example:${site.port}/`);
      const told: Record<string, string> = {};
      for (const name of Object.keys(ATTEMPTS)) {
        told[name] = await attempt(page, name, { target, trace });
        if (OVER_HTTP.includes(name)) await asked.next();
      }
      for (const name of ['a simple POST of text', 'a POST of JSON, with a preflight', 'the list of traces', 'the end of a trace', 'a WebSocket that asks a model', 'a WebSocket on the live feed']) assert.match(told[name] ?? '', new RegExp(ANSWER), name);
    } finally {
      asked.stop();
      await careless.close();
    }
  });

  it('are let in when they are the gateway\'s own: the viewer shows what was, and what comes', async () => {
    const complaints: string[] = [];
    context.on('weberror', (error) => complaints.push(String(error.error())));
    context.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
    const viewer = await openViewer();
    assert.equal(new URL(viewer.url()).search, '', 'the token does not stay in the address');
    const answer = await gateway.chat({ messages: [{ role: 'user', content: 'Tell me about RAMBUTAN' }] });
    await answer.text();
    await viewer.getByText('RAMBUTAN').first().waitFor();
    await viewer.getByText(ANSWER).first().waitFor();
    assert.deepEqual(complaints.filter((text) => !text.includes('favicon')), []);
    assert.deepEqual(served.take().filter(({ status }) => status !== 200), []);
  });

  it('of its own want JSON as such, and the cookie for traces', async () => {
    const viewer = await openViewer();
    assert.match(await attempt(viewer, 'a simple POST of text', { target: gateway.origin, trace }), /^415 /);
    assert.match(await attempt(viewer, 'the list of traces', { target: gateway.origin, trace }), new RegExp(`^200 .*${trace}`, 's'));
    await context.clearCookies();
    assert.match(await attempt(viewer, 'the list of traces', { target: gateway.origin, trace }), /^401 /);
    assert.equal(await attempt(viewer, 'a WebSocket on the live feed', { target: gateway.origin, trace }), 'refused');
    assert.equal((await viewer.goto(gateway.origin))?.status(), 401);
    await viewer.close();
    await assertUntouched();
  });

  it('show the viewer in no frame, not even in one of its own', async () => {
    await (await openViewer()).close();
    // No text of ours refuses these: what the person types is no request of a page.
    await page.goto(`${gateway.origin}/viewer.css`);
    assert.equal(await attempt(page, 'the viewer in a frame', { target: gateway.origin, trace }), 'loaded');
    const [, frame] = page.frames();
    assert.equal(frame?.url(), 'chrome-error://chromewebdata/');
  });
});
