import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { LearnedReport } from '../../src/routing/learning/report.ts';
import type { LiveMessage } from '../../src/trace/types.ts';
import { startGateway, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, status, text, type Script, type ScriptedUpstream, type UpstreamRequest } from '../support/scripted-upstream.ts';
import { filesWith } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const candidate = (id: string) => ({ id, role: 'fast', model: `vendor/${id}`, pricing: { inputUsdPer1M: 1, outputUsdPer1M: 1 }, skills: { coding: 0.7, reasoning: 0.7, verification: 0.7, writing: 0.7 } });
const candidates = [candidate('first'), candidate('second')];
const pool: GatewayConfig = { auto: { candidates, thresholds: { smart: 1, verifyRisk: 1, verifyComplexity: 1, fusionRisk: 1, fusionComplexity: 1 } } };
const off: GatewayConfig = { auto: { ...pool.auto, learning: { enabled: false } } };
const verified: GatewayConfig = { auto: { candidates, thresholds: { smart: 0, verifyRisk: 0, verifyComplexity: 0, fusionRisk: 1, fusionComplexity: 1 } } };
const FIRST = 'default/vendor/first';
const debug = 'Find out why the parser throws a TypeError on an empty file and fix the bug';
const isVerify = ({ body }: UpstreamRequest): boolean => String(body.messages.at(-1)?.content).includes('<draft>');

describe('what a gateway learns', () => {
  let dir = '';
  let remove: () => Promise<void>;
  let upstream: ScriptedUpstream, gateway: TestGateway;
  beforeEach(async () => { ({ path: dir, remove } = await temporaryFolder()); });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
    await remove();
  });

  const start = async (script: Script = text('an answer'), given: GatewayConfig = pool): Promise<void> => {
    upstream = await startScriptedUpstream({ script });
    await run(given);
  };
  const run = async (given: GatewayConfig): Promise<void> => { gateway = await startGateway({ ...given, upstream: { baseURL: upstream.baseURL } }, { stateDir: dir }); };
  const bearer = () => ({ authorization: `Bearer ${gateway.viewToken}` });
  /** The id of the trace that it left. */
  const ask = async (content = debug, session?: string): Promise<string> => {
    const answer = await gateway.chat({ messages: [{ role: 'user', content }] }, session === undefined ? {} : { headers: { 'x-session-id': session } });
    await answer.text();
    await gateway.lastTrace();
    return answer.headers.get('x-openfusion-trace') ?? '';
  };
  const thumb = async (id: string, given: 'up' | 'down' | null): Promise<unknown> => {
    const answer = await gateway.post(`/traces/${id}/feedback`, { thumb: given }, { headers: bearer() });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  const learned = async (): Promise<LearnedReport> => (await fetch(`${gateway.origin}/learned`, { headers: bearer() })).json() as Promise<LearnedReport>;
  const forget = async (query = ''): Promise<unknown> => (await fetch(`${gateway.origin}/learned${query}`, { method: 'DELETE', headers: bearer() })).json();
  const counts = async (): Promise<[kind: string, model: string, right: number, wrong: number][]> =>
    (await learned()).entries.map(({ kind, model, right, wrong }) => [kind, model, Math.round(right * 10) / 10, Math.round(wrong * 10) / 10]);
  /** Who would be asked now, in a conversation that is pinned to nobody. */
  const choice = async (): Promise<string> => {
    const answer = await gateway.post('/debug/route', { messages: [{ role: 'user', content: debug }] }, { headers: { 'x-session-id': 'new' } });
    return ((await answer.json()) as { primary: { model: string } }).primary.model;
  };

  describe('from thumbs', () => {
    it('moves the estimate of the model that answered, for tasks of that kind, and with it the choice', async () => {
      await start();
      const id = await ask();
      assert.equal(upstream.requests[0]?.model, 'vendor/first');
      assert.deepEqual(await thumb(id, 'down'), { id, thumb: 'down', counts: { kind: 'debug', model: FIRST } });
      assert.deepEqual(await counts(), [['debug', FIRST, 0, 2]]);
      const [entry] = (await learned()).entries;
      assert.ok(entry !== undefined && entry.learned < entry.predicted && entry.predicted - entry.learned <= 0.15);
      assert.deepEqual((await gateway.app.traces.get(id))?.feedback, { thumb: 'down', counts: { kind: 'debug', model: FIRST } });
      assert.equal(await choice(), 'vendor/second');
    });

    it('can change a thumb, and take it back as if it had never been', async () => {
      await start();
      const id = await ask();
      await thumb(id, 'down');
      await thumb(id, 'up');
      assert.deepEqual(await counts(), [['debug', FIRST, 2, 0]]);
      await thumb(id, 'down');
      assert.equal(await choice(), 'vendor/second');
      assert.deepEqual(await thumb(id, null), { id, thumb: null });
      assert.deepEqual(await counts(), []);
      assert.equal((await gateway.app.traces.get(id))?.feedback, undefined);
      assert.equal(await choice(), 'vendor/first');
    });

    it('tells the live feed', async () => {
      await start();
      const id = await ask();
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/traces/live`, { headers: bearer() });
      await once(socket, 'message');
      const told = (given: string | undefined) => new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          const message = JSON.parse(data.toString()) as LiveMessage;
          if (message.type === 'trace' && message.trace.id === id && message.trace.feedback?.thumb === given) resolve();
        });
      });
      for (const given of ['up', null] as const) await Promise.all([told(given ?? undefined), thumb(id, given)]);
      socket.close();
    });

    it('counts none for an answer that no one model gave', async () => {
      await start(status(500));
      await gateway.chat({ messages: [{ role: 'user', content: debug }] }).then((answer) => answer.text());
      const { id } = await gateway.lastTrace();
      assert.deepEqual(await thumb(id, 'down'), { id, thumb: 'down' });
      assert.deepEqual(await counts(), []);
    });

    it('takes nothing else for one', async () => {
      await start();
      const id = await ask();
      for (const body of [{}, { thumb: 'sideways' }, { thumb: true }, { thumb: 'up', note: 5 }, { thumb: 'up', note: 'x'.repeat(2_001) }, { thumb: 'up', weight: 1_000 }, []]) {
        assert.equal((await gateway.post(`/traces/${id}/feedback`, body, { headers: bearer() })).status, 400, JSON.stringify(body).slice(0, 60));
      }
      assert.deepEqual(await counts(), []);
    });
  });

  describe('from what becomes of answers', () => {
    it('a verdict of no change as right for the draft, another text as wrong', async () => {
      let verdict = 'NO_CHANGE';
      await start((request) => (isVerify(request) ? text(verdict) : text('a draft')), verified);
      await ask(debug, 'a');
      const [[kind, model, right, wrong] = []] = await counts();
      assert.deepEqual([kind, right, wrong], ['debug', 0.5, 0]);
      verdict = 'Something else altogether';
      await ask(debug, 'b');
      assert.deepEqual((await counts()).find(([, name]) => name === model), ['debug', model, 0.5, 0.5]);
    });

    it('the same asked again in a conversation as a weak wrong, twice at most', async () => {
      await start();
      for (let i = 0; i < 5; i++) await ask(debug, 's');
      assert.deepEqual(await counts(), [['debug', FIRST, 0, 0.6]]);
      await ask('Write the tests for the tokenizer', 's');
      await ask(debug, 'another');
      assert.deepEqual(await counts(), [['debug', FIRST, 0, 0.6]]);
    });

    it('nothing from a dry run', async () => {
      upstream = await startScriptedUpstream({ script: text('x') });
      gateway = await startGateway({ ...verified, upstream: { baseURL: upstream.baseURL } }, { stateDir: dir, forceDryRun: true });
      for (let i = 0; i < 2; i++) assert.deepEqual(await thumb(await ask(debug, 's'), 'down').then((kept) => (kept as { counts?: unknown }).counts), undefined);
      assert.deepEqual(await counts(), []);
    });
  });

  describe('is off by a switch', () => {
    it('and then neither learns nor uses what it knows', async () => {
      await start();
      await thumb(await ask(), 'down');
      assert.equal(await choice(), 'vendor/second');
      gateway.configure({ ...off, upstream: { baseURL: upstream.baseURL } });
      assert.equal(await choice(), 'vendor/first');
      const id = await ask();
      assert.deepEqual(await thumb(id, 'down'), { id, thumb: 'down' });
      for (let i = 0; i < 2; i++) await ask(debug, 's');
      const { enabled, entries } = await learned();
      assert.deepEqual([enabled, entries.length, entries[0]?.outcomes], [false, 1, 1]);
      gateway.configure({ ...pool, upstream: { baseURL: upstream.baseURL } });
      assert.equal(await choice(), 'vendor/second');
    });

    it('and a thumb can still be taken back', async () => {
      await start();
      const id = await ask();
      await thumb(id, 'down');
      gateway.configure({ ...off, upstream: { baseURL: upstream.baseURL } });
      await thumb(id, null);
      assert.deepEqual(await counts(), []);
    });
  });

  describe('is kept', () => {
    it('over a restart, where it can still be taken back', async () => {
      await start();
      const id = await ask();
      await thumb(id, 'down');
      await gateway.close();
      await run(pool);
      assert.deepEqual(await counts(), [['debug', FIRST, 0, 2]]);
      assert.equal(await choice(), 'vendor/second');
      await thumb(id, null);
      await gateway.close();
      await run(pool);
      assert.deepEqual(await counts(), []);
    });

    it('until it is forgotten: a kind, a model or all, for good', async () => {
      await start();
      await thumb(await ask(), 'down');
      await thumb(await ask('Write the documentation of the public functions in README.md'), 'up');
      const kinds = (await counts()).map(([kind]) => kind);
      assert.equal(kinds.length, 2);
      assert.deepEqual(await forget('?of=debug'), { forgotten: 1 });
      assert.ok(!(await counts()).some(([kind]) => kind === 'debug'));
      assert.deepEqual(await forget('?of=nobody'), { forgotten: 0 });
      for (const query of ['?off=debug', '?of=']) assert.equal((await fetch(`${gateway.origin}/learned${query}`, { method: 'DELETE', headers: bearer() })).status, 400);
      assert.equal((await counts()).length, 1);
      assert.deepEqual(await forget(), { forgotten: 1 });
      await gateway.close();
      await run(pool);
      assert.deepEqual(await counts(), []);
    });

    it('without a word of any prompt', async () => {
      const secretly = 'heliotrope';
      await start();
      const id = await ask(`${debug} ${secretly}`, 's');
      await ask(`${debug} ${secretly}`, 's');
      await gateway.post(`/traces/${id}/feedback`, { thumb: 'down', note: secretly }, { headers: bearer() });
      assert.ok(!JSON.stringify(await learned()).includes(secretly));
      await gateway.close();
      assert.deepEqual(await filesWith(dir, secretly), []);
      await run(pool);
      assert.deepEqual(Object.keys((await learned()).entries[0]?.by ?? {}).sort(), ['retry', 'thumb']);
    });
  });

  it('is shown and forgotten with the view token only', async () => {
    await start();
    for (const method of ['GET', 'DELETE']) {
      for (const headers of [{}, { authorization: 'Bearer wrong' }]) assert.equal((await fetch(`${gateway.origin}/learned`, { method, headers })).status, 401);
    }
    assert.equal((await fetch(`${gateway.origin}/learned`, { method: 'POST', headers: bearer() })).status, 405);
  });

  it('leaves this machine in no request to an upstream', async () => {
    await start((request) => (isVerify(request) ? text('NO_CHANGE') : text('a draft')), verified);
    await ask();
    const before = upstream.requests.length;
    const sent = ({ body, headers }: UpstreamRequest) => ({ body: { ...body, model: null }, headers: Object.keys(headers).sort() });
    const plain = upstream.requests.map(sent);
    const { id } = await gateway.lastTrace();
    for (const given of ['down', 'up', 'down', null, 'down'] as const) await thumb(id, given);
    await learned();
    assert.equal(upstream.requests.length, before, 'a thumb asks nobody');
    await ask();
    assert.deepEqual(upstream.requests.slice(before).map(sent), plain, 'only who is asked may change');
  });
});
