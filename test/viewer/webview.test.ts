import assert from 'node:assert/strict';
import { everyKind, fastSingle, hello, owner, record } from './fixtures.ts';
import { saidToEditor, tellWebview } from './support/open-viewer.ts';
import { until } from './support/until.ts';
import { useViewer } from './support/use-viewer.ts';

describe('the trace viewer in the editor\'s webview', () => {
  const bench = useViewer();

  it('says that it is ready, then asks for the record that is selected', async () => {
    const { page, asked } = await bench.webview(await bench.gateway());
    await until(page, 'window.editorDouble.said.length === 1');
    assert.deepEqual(await saidToEditor(page), [{ type: 'ready' }]);
    const records = everyKind(Date.now());
    await tellWebview(page, hello(records));
    await until(page, 'window.editorDouble.said.length === 2');
    assert.deepEqual((await saidToEditor(page))[1], { type: 'get', id: 'tr_running' });
    await tellWebview(page, { type: 'trace', trace: records.at(-1) });
    await page.getByRole('heading', { level: 2, name: 'Rotate the signing keys' }).waitFor();
    assert.deepEqual(asked.map((url) => new URL(url).pathname).filter((path) => path !== '/favicon.ico').sort(), ['/viewer.css', '/viewer.js', '/webview'], 'it uses no network');
  });

  it('asks the extension to delete, and takes the line away when that was done', async () => {
    const { page } = await bench.webview(await bench.gateway());
    const trace = fastSingle(Date.now());
    await tellWebview(page, hello([trace]));
    await tellWebview(page, { type: 'trace', trace });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('group', { name: 'Delete this trace?' }).getByRole('button', { name: 'Delete' }).click();
    await until(page, 'window.editorDouble.said.at(-1).type === "delete"');
    assert.deepEqual((await saidToEditor(page)).at(-1), { type: 'delete', id: 'tr_fast' });
    await tellWebview(page, { type: 'deleted', id: 'tr_fast' });
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
  });

  it('listens to its own origin only', async () => {
    const { page } = await bench.webview(await bench.gateway());
    const message = hello([record('foreign', Date.now())]);
    await page.evaluate(`window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(message)}, origin: 'https://evil.example' }))`);
    await tellWebview(page, hello([record('ours', Date.now())]));
    await page.locator('#trace-ours').waitFor();
    assert.equal(await page.locator('#trace-foreign').count(), 0);
  });

  it('says in the editor\'s words where the gateway is, and that it stopped', async () => {
    const { page } = await bench.webview(await bench.gateway());
    await tellWebview(page, { type: 'connection', status: 'connected', detail: 'The gateway lives in another window (process 42).' });
    await tellWebview(page, hello([record('a', Date.now())], owner));
    await page.locator('#trace-a').waitFor();
    await page.getByText('The gateway lives in another window (process 42).').waitFor();
    await tellWebview(page, { type: 'connection', status: 'disconnected', detail: 'The gateway is stopped.' });
    await page.getByText('The gateway is stopped.').waitFor();
    await page.getByText('Disconnected', { exact: true }).waitFor();
    assert.equal(await page.locator('#trace-a').count(), 1, 'what was seen stays');
  });

  it('sends nobody to an address where nothing answers', async () => {
    const { page } = await bench.webview(await bench.gateway());
    await tellWebview(page, { type: 'connection', status: 'connected', detail: '' });
    await tellWebview(page, hello([], owner));
    await page.getByRole('button', { name: 'Copy base URL' }).waitFor();
    await tellWebview(page, { type: 'connection', status: 'disconnected', detail: 'port 8787 is taken by another HTTP server' });
    await page.getByText('Requests show up here as soon as the gateway runs.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Copy base URL' }).count(), 0);
  });

  it('comes back to what was selected when the editor draws it anew', async () => {
    const { page } = await bench.webview(await bench.gateway());
    const records = everyKind(Date.now());
    await tellWebview(page, hello(records));
    await page.locator('#trace-tr_failed').click();
    await until(page, 'window.editorDouble.state.selectedId === "tr_failed"');
    await page.reload();
    await tellWebview(page, hello(records));
    await page.locator('#trace-tr_failed[aria-selected=true]').waitFor();
  });

  it('says so when the extension has no record any more', async () => {
    const { page } = await bench.webview(await bench.gateway());
    await tellWebview(page, hello([record('old', Date.now())]));
    await tellWebview(page, { type: 'missing', id: 'old' });
    await page.getByText('The gateway has no details of this request any more.').waitFor();
  });
});
