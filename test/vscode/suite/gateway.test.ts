import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { runningGateway } from './window.ts';

const chat = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'openfusion/auto', messages: [{ role: 'user', content: 'Write a function that reverses a list.' }], ...body }),
});

describe('the gateway in the editor', () => {
  let origin: string;
  let health: Record<string, unknown>;

  before(async () => {
    ({ origin, health } = await runningGateway());
  });

  it('lives in the process of the extension host', () => {
    assert.deepEqual([health.ok, health.name, health.pid], [true, 'openfusion', process.pid]);
  });

  it('lists its models', async () => {
    const { data } = (await (await fetch(`${origin}/v1/models`)).json()) as { data: { id: string }[] };
    const ids = data.map(({ id }) => id);
    assert.ok(ids.includes('openfusion/auto') && ids.includes('openfusion/fusion'), ids.join(' '));
  });

  it('answers a request on dry-run and says so', async () => {
    const answer = await fetch(`${origin}/v1/chat/completions`, chat({}));
    const body = (await answer.json()) as { choices: { message: { content: string } }[]; openfusion: Record<string, unknown> };
    assert.equal(answer.status, 200);
    assert.match(body.choices[0]?.message.content ?? '', /\S/);
    assert.equal(body.openfusion.dry_run, true);
    for (const name of ['trace', 'strategy', 'model']) assert.ok(answer.headers.get(`x-openfusion-${name}`), name);
  });

  it('streams', async () => {
    const answer = await fetch(`${origin}/v1/chat/completions`, chat({ stream: true }));
    const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: '));
    assert.equal(events.at(-1), 'data: [DONE]');
    assert.ok(events.length > 3, `${events.length} events`);
  });

  it('answers while the extension host does not get to its own event loop', async () => {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const request = `
      const { workerData } = require('node:worker_threads');
      fetch(workerData.url, workerData.init).then((answer) => answer.text().then(() => answer.status), () => -1).then((status) => {
        Atomics.store(workerData.answered, 0, status);
        Atomics.notify(workerData.answered, 0);
      });`;
    const worker = new Worker(request, { eval: true, workerData: { url: `${origin}/v1/chat/completions`, init: chat({}), answered } });
    // Nothing runs on this thread until the other one has its answer.
    Atomics.wait(answered, 0, 0, 10_000);
    await worker.terminate();
    assert.equal(answered[0], 200);
  });
});
