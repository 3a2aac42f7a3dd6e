import assert from 'node:assert/strict';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS } from '../support/wire-client.ts';

type Json = Record<string, unknown>;

describe('what Anthropic clients ask for beside messages', () => {
  let model: ScriptedUpstream, gateway: TestGateway;
  before(async () => {
    model = await startScriptedUpstream({ script: text('hello') });
    gateway = await startGateway({
      upstream: { baseURL: model.baseURL }, upstreams: { claude: { kind: 'anthropic', baseURL: model.baseURL, apiKeyEnv: 'CLAUDE_KEY' }, gone: { kind: 'anthropic', baseURL: 'http://127.0.0.1:9' } },
      roles: { thinker: { model: 'claude-x', upstreamName: 'claude' }, lost: { model: 'claude-y', upstreamName: 'gone' } },
    }, { sources: { env: { CLAUDE_KEY: 'sk-ant-test-key' }, secrets: {} } });
  });
  after(async () => { await gateway.close(); await model.close(); });
  const count = async (body: Json): Promise<{ status: number; body: Json }> => {
    const response = await gateway.post('/v1/messages/count_tokens?beta=true', body, { headers: { 'anthropic-version': '2023-06-01' } });
    return { status: response.status, body: await response.json() as Json };
  };
  const long = (chars: number): Json => ({ messages: [{ role: 'user', content: 'word '.repeat(chars / 5) }] });

  it('is the upstream\'s own count, where it would answer and counts', async () => {
    const before = model.counted;
    const { status, body } = await count({ model: 'openfusion/thinker', ...long(100) });
    assert.equal(status, 200);
    assert.equal(model.counted, before + 1);
    assert.equal(typeof body['input_tokens'], 'number');
  });

  it('is an estimate where nobody counts, without a model called', async () => {
    const { requests, counted } = model;
    const before = requests.length;
    for (const name of ['openfusion/auto', 'openfusion/lost']) {
      const { status, body } = await count({ model: name, ...long(3_600) });
      assert.equal(status, 200);
      const tokens = Number(body['input_tokens']);
      assert.ok(tokens > 800 && tokens < 1_300, `${name}: ${tokens}`);
    }
    assert.deepEqual([requests.length, model.counted], [before, counted]);
  });

  it('is an error in their form when the body is not right', async () => {
    const { status, body } = await count({ model: 'openfusion/auto', messages: 'x' });
    assert.equal(status, 400);
    assert.equal(body['type'], 'error');
    assert.equal((await count({ model: 'openfusion/nothing', ...long(10) })).status, 404);
  });

  it('is the list of models in their form, in pages', async () => {
    const list = async (query: string): Promise<Json> => (await (await fetch(`${gateway.baseURL}/models${query}`, { headers: { 'anthropic-version': '2023-06-01' } })).json()) as Json;
    const all = await list('?limit=1000');
    const ids = (all['data'] as Json[]).map(({ type, id }) => { assert.equal(type, 'model'); return id; });
    assert.ok(ids.includes('openfusion/auto'));
    assert.equal(all['has_more'], false);
    const first = await list('?limit=2');
    assert.deepEqual([(first['data'] as Json[]).map(({ id }) => id), first['has_more'], first['last_id']], [ids.slice(0, 2), true, ids[1]]);
    const next = await list(`?limit=2&after_id=${encodeURIComponent(String(ids[1]))}`);
    assert.deepEqual((next['data'] as Json[]).map(({ id }) => id), ids.slice(2, 4));
    assert.equal((await list('?limit=0'))['type'], 'error');
    const one = await (await fetch(`${gateway.baseURL}/models/openfusion/auto`, { headers: { 'anthropic-version': '2023-06-01' } })).json() as Json;
    assert.deepEqual([one['type'], one['id']], ['model', 'openfusion/auto']);
    assert.equal(((await (await fetch(`${gateway.baseURL}/models`)).json()) as Json)['object'], 'list');
  });

  it('goes to an Anthropic upstream with its key and version, and with the betas that the client named', async () => {
    const response = await gateway.post('/v1/messages?beta=true', bodyOf('messages', { model: 'openfusion/thinker' }), { headers: { 'x-api-key': 'local', 'anthropic-beta': 'some-beta-2026-01-01', 'anthropic-version': '2023-06-01' } });
    assert.equal(response.status, 200);
    const { headers } = model.requests.at(-1) ?? assert.fail();
    assert.deepEqual([headers['x-api-key'], headers['anthropic-version'], headers['anthropic-beta'], headers['authorization']], ['sk-ant-test-key', '2023-06-01', 'some-beta-2026-01-01', undefined]);
  });
});

describe('POST /debug/route', () => {
  it('plans a body of any format, told apart by its shape', async () => {
    const gateway = await startGateway();
    try {
      for (const wire of FORMATS) {
        const response = await gateway.post('/debug/route', bodyOf(wire, { prompt: 'Fix the failing test in cart.ts', tools: true }));
        assert.equal(response.status, 200);
        const { task } = await response.json() as { task: Json };
        assert.deepEqual([task['domain'], task['turn'], (task['needs'] as Json)['tools']], ['debug', 'task', true], wire);
      }
    } finally {
      await gateway.close();
    }
  });
});
