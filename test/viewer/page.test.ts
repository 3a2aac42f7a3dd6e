import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { TraceRecord } from '../../src/trace/types.ts';
import { dryOwner, everyKind, fastSingle, record, running } from './fixtures.ts';
import { until } from './support/until.ts';
import { useViewer } from './support/use-viewer.ts';

const list = (page: Page) => page.getByRole('listbox', { name: 'Requests, newest first' });
const selected = (page: Page) => list(page).getByRole('option', { selected: true });
const detail = (page: Page) => page.getByRole('region', { name: 'Request in detail' });
const heading = (page: Page, name: string) => detail(page).getByRole('heading', { level: 2, name });

/** Records one second apart, the last one a minute ago. */
function many(count: number): TraceRecord[] {
  const nowMs = Date.now();
  return Array.from({ length: count }, (_, n) => record(`n${n}`, nowMs - 60_000 - (count - n) * 1000, { client: `client-${n}` }));
}

describe('the trace viewer at the gateway\'s own address', () => {
  const bench = useViewer();

  it('lists the requests, newest first, and shows the newest in detail', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page, complaints } = await bench.page(gateway);
    await heading(page, 'Rotate the signing keys without logging anybody out').waitFor();
    assert.deepEqual(await page.evaluate('[...document.querySelectorAll("[role=option]")].map(({ id }) => id)'), [
      'trace-tr_running', 'trace-tr_fast', 'trace-tr_verify', 'trace-tr_fusion', 'trace-tr_failed', 'trace-tr_chore',
    ]);
    assert.deepEqual(complaints, []);
  });

  it('asks for nothing but its own files, its traces and the live feed', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await heading(page, 'Rotate the signing keys').waitFor();
    const asked = [...gateway.requests].filter((request) => request !== 'GET /favicon.ico');
    assert.deepEqual(asked.sort(), ['GET /', 'GET /traces/tr_running', 'GET /viewer.css', 'GET /viewer.js', 'WS /traces/live']);
  });

  it('shows every part of a fused request', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_fusion').click();
    await heading(page, 'Compare an event log').waitFor();
    for (const part of ['What the task was taken for', 'Candidates', 'Strategy', 'Waterfall', 'Panel answers', 'Judge’s notes', 'Final answer']) {
      assert.equal(await detail(page).getByRole('heading', { level: 3, name: part, exact: true }).count(), 1, part);
    }
    const text = await detail(page).innerText();
    for (const words of ['openai/o4-mini at openrouter rate limited (HTTP 429) after 640 ms', 'coder is the stronger base', 'Nobody speaks of deleting personal data', 'Take the event log.', 'no first byte within 5 s', 'Out of the question', '24.1k in, 5.2k out', '$0.084']) {
      assert.ok(text.includes(words), words);
    }
  });

  it('compares the strategies by what they would be worth', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_fast').click();
    const rows = detail(page).getByRole('table', { name: 'Strategies by expected value, best first' }).getByRole('row');
    await rows.first().waitFor();
    assert.deepEqual((await rows.allInnerTexts()).map((row) => row.split(/\t\s*/u)), [
      ['Strategy', 'Value', 'Right', 'Cost', 'Candidates'],
      ['one strong model (this one)', '0.810', '81 %', '$0.0034', 'coder'],
      ['one model, checked by a second', '0.702', '86 %', '$0.030', 'coder, verifier'],
      ['several models, a judge and a synthesis', '0.310', '89 %', '$0.091', 'coder, verifier, writer'],
    ]);
  });

  it('says what a request would have cost on the strongest and on the cheapest model, and all of them together', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page, complaints } = await bench.page(gateway);
    await page.locator('#trace-tr_verify').click();
    await heading(page, 'Review the migration').waitFor();
    const compared = await detail(page).getByRole('region', { name: 'What others would have cost' }).innerText();
    for (const words of ['the strongest, alone', '$0.021', 'saved $0.0024 (11 %)', 'the cheapest, alone', '$0.0012', 'cost $0.018 more']) assert.ok(compared.includes(words), `${words} in ${compared}`);
    const said = await detail(page).innerText();
    for (const words of ['By this answer’s own tokens: 18.4k in, 16.9k of them from a warm cache, 412 out.', '1 candidate without a known price is left out.']) assert.ok(said.includes(words), words);
    // The panel cost more than the strongest alone: together it is a loss, and said to be one.
    const totals = page.locator('[data-totals]');
    for (const words of ['Spent $0.104', 'next to the strongest alone: cost $0.019 more', '3 answers compared']) assert.ok((await totals.innerText()).includes(words), `${words} in ${await totals.innerText()}`);
    await page.getByRole('searchbox').fill('continue');
    await until(page, `document.querySelector('[data-totals]').textContent.includes('saved $0.0024')`);
    assert.deepEqual(complaints, []);
  });

  it('has nothing to compare for a dry run and for what failed', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    for (const id of ['tr_chore', 'tr_failed']) {
      await page.locator(`#trace-${id}`).click();
      await page.locator(`[data-trace=${id}]`).waitFor();
      assert.equal(await detail(page).getByText('Cost compared').count(), 0, id);
    }
  });

  it('goes to a part of the detail without moving the gateway\'s line away', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_fusion').click();
    const parts = detail(page).getByRole('navigation', { name: 'Parts of this trace' });
    for (const part of ['Waterfall', 'Judge’s notes', 'Answer', 'Task']) {
      await parts.getByRole('button', { name: part, exact: true }).click();
      assert.equal((await page.getByRole('banner').boundingBox())?.y, 0, part);
    }
    assert.equal(await page.evaluate('document.scrollingElement.scrollHeight - document.scrollingElement.clientHeight'), 0);
  });

  it('shows a failed request with what to do about it', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_failed').click();
    const note = detail(page).getByRole('group', { name: 'Error' });
    await note.waitFor();
    assert.match(await note.innerText(), /429 rate_limited[\s\S]*try again in 20 s/);
  });

  it('shows a request as it comes, lets it grow and settle', async () => {
    const gateway = await bench.gateway();
    const { page } = await bench.page(gateway);
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
    const started = running(Date.now() + 4000);
    gateway.push(started);
    await heading(page, 'Rotate the signing keys').waitFor();
    const soFar = detail(page).getByText(/ so far$/);
    const first = await soFar.innerText();
    await until(page, `!document.querySelector('.detail').innerText.includes(${JSON.stringify(first)})`);
    gateway.push({ ...started, status: 'done', durationMs: 5400, httpStatus: 200, answer: 'Done with both keys.', served: fastSingle(0).served });
    await detail(page).getByText('Done with both keys.').waitFor();
    assert.equal(await soFar.count(), 0);
    assert.match(await selected(page).innerText(), /5\.4 s/);
  });

  it('tells screen readers of new requests, several at once', async () => {
    const gateway = await bench.gateway({ records: many(1) });
    const { page } = await bench.page(gateway);
    await list(page).waitFor();
    const announcer = page.locator('[data-announcer][aria-live=polite]');
    const nowMs = Date.now();
    gateway.push(record('a', nowMs, { client: 'aider' }));
    await announcer.filter({ hasText: 'New request from aider to openfusion/auto.' }).waitFor({ state: 'attached' });
    gateway.push(record('b', nowMs + 1, { client: 'aider' }));
    gateway.push(record('c', nowMs + 2, { client: 'codex' }));
    await announcer.filter({ hasText: '2 new requests, the latest from codex.' }).waitFor({ state: 'attached' });
  });

  it('follows the newest request until somebody reads another one', async () => {
    const gateway = await bench.gateway({ records: many(3) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-n2[aria-selected=true]').waitFor();
    gateway.push(record('new1', Date.now()));
    await page.locator('#trace-new1[aria-selected=true]').waitFor();
    await page.locator('#trace-n1').click();
    assert.equal(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed'), 'false');
    gateway.push(record('new2', Date.now()));
    await page.locator('#trace-new2').waitFor();
    assert.equal(await selected(page).getAttribute('id'), 'trace-n1');
    await page.getByRole('button', { name: 'Follow' }).click();
    await page.locator('#trace-new2[aria-selected=true]').waitFor();
  });

  it('does not move what is being read when requests come', async () => {
    const gateway = await bench.gateway({ records: [...many(60), ...everyKind(Date.now())] });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_fusion').click();
    await heading(page, 'Compare an event log').waitFor();
    await page.evaluate('document.querySelector(".detail-pane").scrollTo({ top: 600 })');
    await page.evaluate('document.querySelector("[role=listbox]").scrollTo({ top: 900 })');
    const topRow = '[...document.querySelectorAll("[role=option]")].find((row) => row.getBoundingClientRect().bottom > document.querySelector("[role=listbox]").getBoundingClientRect().top + 4)';
    await until(page, 'document.querySelector("[role=listbox]").scrollTop > 800');
    // Two frames, so that the rows in view have got their real heights.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const before = await page.evaluate<{ id: string; top: number }>(`(() => { const row = ${topRow}; return { id: row.id, top: Math.round(row.getBoundingClientRect().top) }; })()`);
    gateway.push(record('late1', Date.now()));
    gateway.push(record('late2', Date.now() + 1));
    await page.getByRole('button', { name: '2 new requests' }).waitFor();
    const after = await page.evaluate<{ id: string; top: number }>(`(() => { const row = ${topRow}; return { id: row.id, top: Math.round(row.getBoundingClientRect().top) }; })()`);
    assert.deepEqual(after, before);
    assert.equal(await selected(page).getAttribute('id'), 'trace-tr_fusion');
    assert.equal(await page.evaluate('document.querySelector(".detail-pane").scrollTop'), 600);
    await page.getByRole('button', { name: '2 new requests' }).click();
    await until(page, 'document.querySelector("[role=listbox]").scrollTop === 0');
    await page.getByRole('button', { name: '2 new requests' }).waitFor({ state: 'detached' });
  });

  it('brings each request back to where it was left', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_fusion').click();
    await heading(page, 'Compare an event log').waitFor();
    await page.evaluate('document.querySelector(".detail-pane").scrollTo({ top: 500 })');
    await until(page, 'document.querySelector(".detail-pane").scrollTop === 500');
    await page.locator('#trace-tr_verify').click();
    await heading(page, 'Review the migration').waitFor();
    await until(page, 'document.querySelector(".detail-pane").scrollTop === 0');
    await page.locator('#trace-tr_fusion').click();
    await until(page, 'document.querySelector(".detail-pane").scrollTop === 500');
  });

  it('filters by words and by status, and says how many are left', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.getByRole('searchbox', { name: 'Filter requests by text' }).fill('CODEX gpt-4.1');
    await page.getByText('1 of 6', { exact: false }).waitFor();
    assert.equal(await list(page).getByRole('option').count(), 1);
    await page.getByRole('searchbox', { name: 'Filter requests by text' }).fill('');
    await page.getByRole('combobox', { name: 'Filter requests by status' }).selectOption('failed');
    await page.getByText('1 of 6', { exact: false }).waitFor();
    assert.equal(await list(page).getByRole('option').getAttribute('id'), 'trace-tr_failed');
    await page.getByRole('searchbox', { name: 'Filter requests by text' }).fill('nothing like it');
    await page.getByText('No request matches the filter.').waitFor();
  });

  it('remembers selection and filter over a reload', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_verify').click();
    await page.getByRole('searchbox').fill('continue');
    await page.getByText('1 of 6', { exact: false }).waitFor();
    await page.reload();
    await heading(page, 'Review the migration').waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'continue');
  });

  it('comes back by itself when the connection was lost, and knows what it missed', async () => {
    const gateway = await bench.gateway({ records: many(2) });
    const { page } = await bench.page(gateway);
    await list(page).waitFor();
    gateway.refuse(503);
    gateway.dropSockets();
    await page.getByText('Disconnected', { exact: true }).waitFor();
    gateway.records.set('missed', record('missed', Date.now(), { client: 'missed-one' }));
    gateway.refuse(null);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('#trace-missed').waitFor();
  });

  it('says that it is not allowed in any more when the gateway refuses it', async () => {
    const gateway = await bench.gateway({ records: many(2) });
    const { page } = await bench.page(gateway);
    await list(page).waitFor();
    gateway.refuse(401);
    gateway.dropSockets();
    await page.getByText('Not allowed in', { exact: true }).waitFor();
    await page.getByText('Open the viewer again from its link.', { exact: false }).waitFor();
  });

  it('deletes a trace after asking once more', async () => {
    const gateway = await bench.gateway({ records: everyKind(Date.now()) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-tr_verify').click();
    await heading(page, 'Review the migration').waitFor();
    await detail(page).getByRole('button', { name: 'Delete' }).click();
    const question = detail(page).getByRole('group', { name: 'Delete this trace?' });
    await question.getByRole('button', { name: 'Keep' }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(gateway.requests.some((request) => request.startsWith('DELETE')), false);
    await detail(page).getByRole('button', { name: 'Delete' }).click();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.locator('#trace-tr_verify').waitFor({ state: 'detached' });
    assert.ok(gateway.requests.includes('DELETE /traces/tr_verify'));
    assert.equal(await selected(page).getAttribute('id'), 'trace-tr_fusion');
  });

  it('takes a deleted trace off the list when another window deleted it', async () => {
    const gateway = await bench.gateway({ records: many(3) });
    const { page } = await bench.page(gateway);
    await page.locator('#trace-n1').waitFor();
    gateway.send({ type: 'deleted', id: 'n1' });
    await page.locator('#trace-n1').waitFor({ state: 'detached' });
    assert.equal(await list(page).getByRole('option').count(), 2);
  });

  it('copies a trace as Markdown and as JSON', async () => {
    const gateway = await bench.gateway({ records: [fastSingle(Date.now())] });
    const { page } = await bench.page(gateway, { permissions: ['clipboard-read', 'clipboard-write'] });
    await detail(page).getByRole('button', { name: 'Copy as Markdown' }).click();
    await detail(page).getByText('Markdown copied').waitFor();
    assert.match(await page.evaluate<string>('navigator.clipboard.readText()'), /^# OpenFusion trace `tr_fast`/);
    await detail(page).getByRole('button', { name: 'Copy JSON' }).click();
    await detail(page).getByText('JSON copied').waitFor();
    assert.deepEqual(JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()')), JSON.parse(JSON.stringify(gateway.records.get('tr_fast'))));
  });

  it('folds a long answer and shows all of it when asked', async () => {
    const answer = `${'line of an answer\n'.repeat(200)}the very end`;
    const gateway = await bench.gateway({ records: [record('long', Date.now(), { answer })] });
    const { page } = await bench.page(gateway);
    const text = detail(page).getByRole('group', { name: 'Final answer' });
    await text.waitFor();
    assert.equal((await text.innerText()).includes('the very end'), false);
    await detail(page).getByRole('button', { name: /^Show all/ }).click();
    await text.getByText('the very end').waitFor();
  });

  it('shows where the gateway is, what Auto does and why it is a dry run', async () => {
    const gateway = await bench.gateway({ records: many(1), state: dryOwner });
    const { page } = await bench.page(gateway);
    await list(page).waitFor();
    const strip = await page.getByRole('banner').innerText();
    for (const words of ['Live', 'Role coder', '8787', 'openfusion serve', 'Dry run', 'No key: set OPENROUTER_API_KEY']) assert.ok(strip.includes(words), words);
    gateway.send({ type: 'state', state: { ...dryOwner, mode: { kind: 'fusion' } } });
    await page.getByRole('banner').getByText('Mode Fusion').waitFor();
  });

  it('tells how to send the first request, and stays in place for messages that are none', async () => {
    const gateway = await bench.gateway();
    const { page, complaints } = await bench.page(gateway);
    await page.getByText('http://127.0.0.1:8787/v1', { exact: true }).waitFor();
    assert.match(await page.getByRole('group', { name: 'A first request' }).innerText(), /^curl http:\/\/127\.0\.0\.1:8787\/v1\/chat\/completions/);
    for (const message of [null, 7, { type: 'trace', trace: { id: 'half' } }, { type: 'hello', state: null }]) gateway.send(message);
    gateway.push(record('after', Date.now()));
    await page.locator('#trace-after').waitFor();
    assert.deepEqual(complaints, []);
  });
});
