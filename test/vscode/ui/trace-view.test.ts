import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import { gate, startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

describe('the trace view', () => {
  let model: ScriptedUpstream;
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: text('Done: x is count now.') });
    const settings = { 'openfusion.upstream.baseURL': model.baseURL, 'openfusion.upstream.apiKeyEnv': 'LAB_KEY' };
    return { settings, env: { LAB_KEY: 'sk-lab-0123456789abcdef' } };
  });
  let window: Workbench;
  let view: FrameLocator;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
    await window.palette('OpenFusion: Show Traces');
    view = window.webview();
  });

  after(() => model.close());

  const row = (excerpt: string): Locator => view.getByRole('option', { name: excerpt });
  const detail = (): Locator => view.getByRole('region', { name: 'Request in detail' });
  const section = (title: string): Locator => detail().getByRole('region', { name: title });

  it('says where to point an agent before the first request', async () => {
    await view.getByText(editor().baseUrl, { exact: true }).waitFor();
  });

  it('shows a request while it runs, and its answer when that has come', async () => {
    const hold = gate();
    model.play(text(['Half of it', hold, ' and the rest.']));
    const asked = ask(editor().baseUrl, 'Rename the variable x to count.');
    await hold.reached;
    await row('Rename the variable').waitFor();
    await row('Rename the variable').click();
    await detail().getByText('running').first().waitFor();
    hold.open();
    assert.equal((await asked).content, 'Half of it and the rest.');
    await section('Final answer').getByText('Half of it and the rest.').waitFor();
  });

  it('explains the plan: the task, the candidates with their scores, the strategy, the phases in time', async () => {
    await section('What the task was taken for').getByText('Domain', { exact: true }).waitFor();
    const bars = section('Candidates').getByRole('img');
    assert.ok((await bars.count()) > 1);
    assert.match((await bars.first().getAttribute('aria-label')) ?? '', /skill/i);
    await section('Strategy').getByText('Budget').waitFor();
    await section('Waterfall').getByText('Whole request').waitFor();
  });

  it('fills up while requests come in, newest first', async () => {
    model.play(text('Fine.'));
    for (const task of ['First of three', 'Second of three', 'Third of three']) await ask(editor().baseUrl, `${task}: fix the typo.`);
    await row('Third of three').waitFor();
    const names = await view.getByRole('listbox').getByRole('option').evaluateAll((rows) => rows.map((option) => option.getAttribute('aria-label') ?? ''));
    assert.deepEqual(names.map((name) => name.split(' ', 1)[0]), ['Third', 'Second', 'First', 'Rename']);
  });

  it('shows what a model says as text, never as markup', async () => {
    const markup = '<img src="x" onerror="document.title=1"><b>bold</b>';
    model.play(text(markup));
    await ask(editor().baseUrl, 'Answer in HTML, please.');
    await row('Answer in HTML').click();
    await section('Final answer').getByText(markup).waitFor();
    assert.equal(await view.locator('img[src="x"], b').count(), 0);
  });

  it('puts the answers of a panel side by side, with the notes of the judge', async () => {
    model.play(text('{"notes": "All agree."}'));
    await ask(editor().baseUrl, 'Compare three designs for a cache.', 'openfusion/fusion');
    await row('Compare three designs').click();
    await section('Panel answers').getByRole('article').nth(1).waitFor();
    await section('Judge’s notes').waitFor();
  });

  it('can be used from the keyboard alone', async () => {
    await view.getByRole('listbox').focus();
    await window.page.keyboard.press('End');
    await view.getByRole('option', { selected: true }).and(row('Rename the variable')).waitFor();
    await window.page.keyboard.press('ArrowUp');
    await view.getByRole('option', { selected: true }).and(row('First of three')).waitFor();
    await window.page.keyboard.press('Enter');
    await detail().getByRole('heading', { name: 'First of three' }).and(view.locator(':focus')).waitFor();
  });

  it('forgets a trace that is deleted', async () => {
    await row('Second of three').click();
    await detail().getByRole('heading', { name: 'Second of three' }).waitFor();
    await detail().getByRole('button', { name: 'Delete' }).click();
    await detail().getByRole('group', { name: 'Delete this trace?' }).getByRole('button', { name: 'Delete' }).click();
    await row('Second of three').waitFor({ state: 'detached' });
  });

  it('comes back, live, after a reload of the window', async () => {
    await window.reloadWith('openfusion.traces');
    // What was there before the reload is there again, out of the store.
    await view.getByRole('listbox').getByRole('option').first().waitFor({ timeout: 60_000 });
    await view.getByText('Live', { exact: true }).waitFor();
    // The extension host of before may still own the port while it ends, and then takes no request any more.
    await window.openFusion('Auto').locator('a[aria-label*="The gateway of this window"]').waitFor({ timeout: 60_000 });
    model.play(text('Fine.'));
    await ask(editor().baseUrl, 'Say that you are back.');
    await row('Say that you are back').waitFor();
  });
});
