import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { launchBrowser } from '../support/vscode-server/browser.ts';
import { fastSingle, hello, running } from './fixtures.ts';
import { poorTexts } from './support/contrast.ts';
import { saidToEditor, tellWebview } from './support/open-viewer.ts';
import { themes } from './support/themes.ts';
import { until } from './support/until.ts';
import { useViewer } from './support/use-viewer.ts';
import { startWholeGateway } from './support/whole-gateway.ts';

const good = (page: Page) => page.getByRole('group', { name: 'How was this answer?' }).getByRole('button', { name: 'Good answer' });
const bad = (page: Page) => page.getByRole('group', { name: 'How was this answer?' }).getByRole('button', { name: 'Bad answer' });
const pressed = (page: Page): Promise<(string | null)[]> => Promise.all([good(page), bad(page)].map((button) => button.getAttribute('aria-pressed')));
const untilPressed = (page: Page, label: string, on: boolean) => until(page, `[...document.querySelectorAll('.thumb')].some((one) => one.textContent === '${label}' && one.ariaPressed === '${on}')`);

describe('thumbs in the trace viewer', function () {
  this.timeout(60_000);

  describe('of a whole gateway', () => {
    let upstream: ScriptedUpstream, gateway: TestGateway, browser: Browser, page: Page, id: string;
    before(async () => { browser = await launchBrowser(); });
    after(() => browser?.close());
    beforeEach(async () => {
      upstream = await startScriptedUpstream({ script: text('the answer') });
      gateway = await startWholeGateway({ upstreamURL: upstream.baseURL });
      const answer = await gateway.chat({ messages: [{ role: 'user', content: 'Debug the failing test in parser.ts' }] });
      id = answer.headers.get('x-openfusion-trace') ?? '';
      await answer.text();
      await gateway.lastTrace();
      page = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'dark' })).newPage();
      await page.goto(`${gateway.origin}/?token=${gateway.viewToken}`);
      await good(page).waitFor();
    });
    afterEach(async () => {
      await page?.context().close();
      await gateway?.close();
      await upstream.close();
    });
    const kept = async () => (await gateway.app.traces.get(id))?.feedback?.thumb;
    const learned = () => gateway.app.settings.learned().entries;

    it('give, change and take back what the user thinks, and say what it counts for', async () => {
      assert.deepEqual(await pressed(page), ['false', 'false']);
      await good(page).click();
      await untilPressed(page, 'Good answer', true);
      const [entry] = learned();
      await page.getByText(`Counts for ${entry?.model} on debug tasks`).waitFor();
      assert.deepEqual([await kept(), await pressed(page), entry?.kind], ['up', ['true', 'false'], 'debug']);
      await bad(page).click();
      await untilPressed(page, 'Bad answer', true);
      assert.deepEqual([await kept(), await pressed(page), learned()[0]?.right], ['down', ['false', 'true'], 0]);
      await bad(page).click();
      await untilPressed(page, 'Bad answer', false);
      assert.deepEqual([await kept(), await pressed(page), learned()], [undefined, ['false', 'false'], []]);
    });

    it('are worked by the keyboard, which stays where it is', async () => {
      await good(page).focus();
      await page.keyboard.press('Space');
      await untilPressed(page, 'Good answer', true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await untilPressed(page, 'Bad answer', true);
      assert.equal(await page.evaluate('document.activeElement.textContent'), 'Bad answer');
      assert.equal(await kept(), 'down');
    });

    it('say so when they are not taken', async () => {
      await gateway.close();
      await good(page).click();
      await page.getByRole('alert').getByText('The gateway does not answer.').waitFor();
      assert.deepEqual(await pressed(page), ['false', 'false']);
    });
  });

  describe('in the editor', () => {
    const bench = useViewer();

    it('ask the extension, and show what comes back', async () => {
      const { page } = await bench.webview(await bench.gateway());
      const trace = fastSingle(Date.now());
      await tellWebview(page, hello([trace]));
      await tellWebview(page, { type: 'trace', trace });
      await bad(page).click();
      await until(page, 'window.editorDouble.said.at(-1).type === "rate"');
      assert.deepEqual((await saidToEditor(page)).at(-1), { type: 'rate', id: trace.id, thumb: 'down' });
      assert.deepEqual(await pressed(page), ['false', 'false'], 'only the gateway knows whether it was taken');
      await tellWebview(page, { type: 'trace', trace: { ...trace, feedback: { thumb: 'down' } } });
      await untilPressed(page, 'Bad answer', true);
      await page.getByText('Kept; teaches nothing').waitFor();
      await bad(page).click();
      await until(page, 'window.editorDouble.said.at(-1).thumb === null');
    });

    it('stand beside what they changed: a candidate says what was predicted of it before', async () => {
      const { page } = await bench.webview(await bench.gateway());
      const trace = fastSingle(Date.now());
      if (trace.plan === null) throw new Error('no plan');
      const learned = { ...trace, plan: { ...trace.plan, candidates: trace.plan.candidates.map((candidate, at) => (at === 0 ? { ...candidate, quality: 0.633, predicted: 0.72 } : candidate)) } };
      await tellWebview(page, hello([learned]));
      await tellWebview(page, { type: 'trace', trace: learned });
      await page.getByText('learned; was 72 %').waitFor();
      assert.equal(await page.getByText('learned; was').count(), 1);
      assert.deepEqual(await poorTexts(page), []);
    });

    it('wait for the end of a request', async () => {
      const { page } = await bench.webview(await bench.gateway());
      const trace = running(Date.now());
      await tellWebview(page, hello([trace]));
      await tellWebview(page, { type: 'trace', trace });
      await page.getByRole('button', { name: 'Copy JSON' }).waitFor();
      assert.equal(await good(page).count(), 0);
    });

    for (const theme of themes) {
      it(`can be read when pressed in ${theme.name}`, async () => {
        const { page } = await bench.webview(await bench.gateway(), { theme });
        const trace = { ...fastSingle(Date.now()), feedback: { thumb: 'up' as const, note: 'just what I wanted', counts: { kind: 'debug', model: 'default/vendor/fast' } } };
        await tellWebview(page, hello([trace]));
        await tellWebview(page, { type: 'trace', trace });
        await page.getByText('Counts for default/vendor/fast on debug tasks').waitFor();
        await page.getByText('just what I wanted').waitFor();
        assert.deepEqual(await poorTexts(page), []);
      });
    }
  });
});
