import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hello } from './fixtures.ts';
import { HTML, hostile } from './hostile.ts';
import { tellWebview } from './support/open-viewer.ts';
import type { OpenViewer } from './support/open-viewer.ts';
import { useViewer } from './support/use-viewer.ts';

/** Opens everything that can be opened, then looks at what the page has become. */
async function assertHarmless({ page, asked, complaints }: OpenViewer, ours: string): Promise<void> {
  await page.locator('.candidate').first().waitFor();
  await page.locator('summary').click();
  for (const button of await page.getByRole('button', { name: /^Show all/ }).all()) await button.click();
  assert.ok((await page.locator('.detail').innerText()).includes(HTML), 'the text is there, as text');
  const made = await page.evaluate<Record<string, number>>(`Object.fromEntries(['img', 'script', 'a', 'b', 'iframe', 'style', '#bold', '[onerror]', '[href^="command:"]'].map((what) => [what, document.getElementById('root').querySelectorAll(what).length]))`);
  assert.deepEqual(new Set(Object.values(made)), new Set([0]), JSON.stringify(made));
  assert.equal(await page.evaluate('window.hurt'), undefined);
  assert.deepEqual(asked.filter((url) => !url.startsWith(ours)), [], 'no request leaves for another place');
  assert.deepEqual(complaints, []);
  await assertNothingHidden(page);
}

async function assertNothingHidden(page: Page): Promise<void> {
  // eslint-disable-next-line no-control-regex
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const text = await page.evaluate<string>('document.body.textContent');
  assert.doesNotMatch(text, hidden);
  assert.ok(text.includes('⟨U+202E⟩') && text.includes('␛[31m'), 'what was hidden is shown');
}

describe('hostile text in the trace viewer', () => {
  const bench = useViewer();

  it('stays text on the gateway\'s page: no element, no request, no hidden character', async () => {
    const gateway = await bench.gateway({ records: [hostile(Date.now())] });
    await assertHarmless(await bench.page(gateway), gateway.url);
  });

  it('stays text in the editor\'s webview too', async () => {
    const gateway = await bench.gateway();
    const viewer = await bench.webview(gateway);
    const record = hostile(Date.now());
    await tellWebview(viewer.page, hello([record]));
    await tellWebview(viewer.page, { type: 'trace', trace: record });
    await assertHarmless(viewer, gateway.url);
  });

  it('can be selected by an id that is no good as a selector or an address', async () => {
    const gateway = await bench.gateway({ records: [hostile(Date.now())] });
    const { page } = await bench.page(gateway);
    await page.locator('.candidate').first().waitFor();
    assert.ok(gateway.requests.includes('GET /traces/tr_%3Chostile%3E%26%22'));
  });

  it('leaves the policy no hole: HTML from a string and inline code are refused by the browser itself', async () => {
    const gateway = await bench.gateway({ records: [hostile(Date.now())] });
    const { page } = await bench.page(gateway);
    await page.locator('.candidate').first().waitFor();
    const refused = await page.evaluate<string>(`(() => { try { document.body.innerHTML = '<img>'; return 'taken'; } catch (error) { return error.name; } })()`);
    assert.equal(refused, 'TypeError');
    const directive = await page.evaluate<string>(`new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://evil.example/pixel.png' }));
    })`);
    assert.equal(directive, 'img-src');
  });
});
