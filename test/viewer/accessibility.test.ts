import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { everyKind, hello } from './fixtures.ts';
import { poorTexts } from './support/contrast.ts';
import { tellWebview } from './support/open-viewer.ts';
import { themes } from './support/themes.ts';
import { until } from './support/until.ts';
import { useViewer } from './support/use-viewer.ts';

const KINDS = ['tr_fast', 'tr_fusion', 'tr_verify', 'tr_failed', 'tr_running', 'tr_chore'];
const focused = (page: Page): Promise<string> => page.evaluate<string>('(document.activeElement.getAttribute("role") ?? document.activeElement.localName) + (document.activeElement.id === "" ? "" : "#" + document.activeElement.id)');

async function assertReadable(page: Page): Promise<void> {
  for (const id of KINDS) {
    await page.locator(`#trace-${id}`).click();
    await page.locator('.detail').waitFor();
    await until(page, `document.querySelector('#trace-${id}').getAttribute('aria-selected') === 'true'`);
    assert.deepEqual(await poorTexts(page), [], id);
  }
}

describe('the trace viewer for everybody', () => {
  const bench = useViewer();

  for (const theme of themes) {
    it(`has text that can be read in ${theme.name}`, async () => {
      const { page } = await bench.webview(await bench.gateway(), { theme });
      const records = everyKind(Date.now());
      await tellWebview(page, hello(records));
      for (const trace of records) await tellWebview(page, { type: 'trace', trace });
      await page.locator('.detail').waitFor();
      await assertReadable(page);
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has text that can be read in a browser that wants it ${colorScheme}`, async () => {
      const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { colorScheme });
      await page.locator('.detail').waitFor();
      await assertReadable(page);
    });
  }

  it('has text that can be read in forced colours', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { forcedColors: 'active' });
    await page.locator('.detail').waitFor();
    await assertReadable(page);
  });

  it('notices text that cannot be read', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { colorScheme: 'light' });
    await page.locator('.detail-title').waitFor();
    await page.evaluate('document.querySelector(".detail-title").style.color = "#bbbbbb"');
    assert.deepEqual((await poorTexts(page)).map(({ where }) => where), ['detail-title in detail']);
  });

  it('can be worked by keyboard alone: list, detail and back', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }));
    await page.locator('.detail').waitFor();
    const stops: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
    }
    assert.deepEqual(stops, ['input', 'select', 'button', 'listbox']);
    const active = async (): Promise<string | null> => page.getByRole('listbox', { name: /Requests/ }).getAttribute('aria-activedescendant');
    const press = async (key: string, id: string): Promise<void> => {
      await page.keyboard.press(key);
      await page.locator(`#trace-${id}[aria-selected=true]`).waitFor();
      assert.equal(await active(), `trace-${id}`, key);
    };
    await press('ArrowDown', 'tr_fast');
    await press('End', 'tr_chore');
    await press('ArrowUp', 'tr_failed');
    await press('Home', 'tr_running');
    await press('PageDown', 'tr_chore');
    await press('Home', 'tr_running');
    await page.keyboard.press('Enter');
    await until(page, 'document.activeElement.id === "detail-heading"');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Copy as Markdown');
    await page.keyboard.press('Escape');
    await until(page, 'document.activeElement.getAttribute("role") === "listbox"');
  });

  it('shows where the focus is', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }));
    await page.locator('.detail').waitFor();
    const outlineOf = (selector: string): Promise<string> => page.evaluate<string>(`(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)(getComputedStyle(${selector}))`);
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press('Tab');
      const where = await focused(page);
      const marked = where === 'listbox' ? 'document.querySelector("[role=option][aria-selected=true]")' : 'document.activeElement';
      assert.match(await outlineOf(marked), /^(solid|auto) [1-9]/, `${n}: ${where}`);
    }
  });

  it('keeps the focus on the list while requests come', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('.detail').waitFor();
    await page.getByRole('listbox', { name: /Requests/ }).focus();
    for (const trace of everyKind(Date.now() + 1000)) gateway.push({ ...trace, id: `again_${trace.id}` });
    await page.locator('#trace-again_tr_running').waitFor();
    assert.equal(await focused(page), 'listbox');
  });

  it('gives every control, meter, bar, table and region a name', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }));
    await page.locator('#trace-tr_fusion').click();
    await page.locator('.card').first().waitFor();
    const snapshot = await page.locator('body').ariaSnapshot();
    const nameless = snapshot.split('\n').filter((line) => /^\s*- (button|searchbox|combobox|listbox|option|meter|img|table|region|navigation|article)(?![^:]*")(\s\[[^\]]*\])*:?/.test(line));
    assert.deepEqual(nameless, []);
    for (const line of ['meter "Complexity"', 'img "Score 0.873: skill 0.258', 'table "Candidates, best first"', 'navigation "Parts of this trace"', 'article "Judge verifier: google/gemini-2.5-pro"', 'list "Phases in the order of their start"']) {
      assert.ok(snapshot.includes(line), line);
    }
  });

  it('keeps the tables tables when they are folded for a narrow window', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { viewport: { width: 500, height: 800 } });
    await page.locator('#trace-tr_fast').click();
    const candidates = page.getByRole('table', { name: 'Candidates, best first' });
    await candidates.waitFor();
    assert.equal(await candidates.getByRole('row').count(), 5);
    assert.equal(await candidates.getByRole('rowheader').count(), 4);
    assert.equal(await page.getByRole('table', { name: 'Signals' }).getByRole('row').count(), 4);
  });

  it('works in a window of 300 pixels: the list and the detail take turns', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { viewport: { width: 300, height: 640 } });
    const listbox = page.getByRole('listbox', { name: /Requests/ });
    const detail = page.getByRole('region', { name: 'Request in detail' });
    await listbox.waitFor();
    assert.equal(await detail.isVisible(), false);
    for (const id of KINDS) {
      await page.locator(`#trace-${id}`).click();
      await until(page, 'document.activeElement.id === "detail-heading"');
      assert.equal(await listbox.isVisible(), false);
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')].filter((element) => !element.closest('.table-frame, .sr-only') && element.getBoundingClientRect().right > innerWidth + 0.5).map(({ className }) => String(className))`);
      assert.deepEqual(wide, [], `${id} is not cut off`);
      await page.getByRole('button', { name: 'All requests' }).click();
      await until(page, 'document.activeElement.getAttribute("role") === "listbox"');
    }
  });

  it('does not take an open detail away in a narrow window when a request comes', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway, { viewport: { width: 300, height: 640 } });
    await page.locator('#trace-tr_running').click();
    await until(page, 'document.activeElement.id === "detail-heading"');
    for (const trace of everyKind(Date.now() + 1000)) gateway.push({ ...trace, id: `again_${trace.id}` });
    await page.locator('#trace-again_tr_running').waitFor({ state: 'attached' });
    await page.locator('#trace-tr_running[aria-selected=true]').waitFor({ state: 'attached' });
  });

  it('stands still for who wants no motion', async () => {
    const { page } = await bench.page(await bench.gateway({ records: everyKind(Date.now()) }), { reducedMotion: 'reduce' });
    await page.locator('.span-running').first().waitFor();
    assert.deepEqual(await page.evaluate('document.getAnimations().filter(({ playState }) => playState === "running").length'), 0);
  });
});
