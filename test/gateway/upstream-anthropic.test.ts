import assert from 'node:assert/strict';
import { startGateway, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, status, text, unsupportedParameter, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const KEY = 'sk-ant-0123456789abcdef';
const ASK = { model: 'openfusion/auto', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello' }] };

describe('an upstream of kind anthropic', () => {
  let model: ScriptedUpstream, gateway: TestGateway;
  const start = async (more: Partial<NonNullable<GatewayConfig['upstream']>> = {}, config: GatewayConfig = {}): Promise<void> => {
    model = await startScriptedUpstream({ script: text('hello'), wires: ['messages'] });
    gateway = await startGateway({ upstream: { kind: 'anthropic', baseURL: model.baseURL, apiKeyEnv: 'CLAUDE_KEY', ...more }, ...config }, { sources: { env: { CLAUDE_KEY: KEY }, secrets: {} } });
  };
  const messages = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) => gateway.post('/v1/messages', { ...ASK, ...body }, { headers });
  const last = () => model.requests.at(-1) ?? assert.fail('nothing was asked');
  afterEach(async () => { await gateway.close(); await model.close(); });

  it('gets its key as x-api-key, its version, and its own format without being told so', async () => {
    await start();
    assert.equal((await messages()).status, 200);
    const { headers, path, body } = last();
    assert.deepEqual([path, headers['x-api-key'], headers['authorization'], headers['anthropic-version']], ['/v1/messages', KEY, undefined, '2023-06-01']);
    assert.deepEqual({ ...body, model: 'openfusion/auto' }, ASK);
  });

  it("gets the client's version and betas, and never the client's key", async () => {
    await start();
    await messages({}, { 'anthropic-version': '2099-01-01', 'anthropic-beta': 'a-2025,b-2026', 'x-api-key': 'client', authorization: 'Bearer client' });
    const { headers } = last();
    assert.deepEqual([headers['anthropic-version'], headers['anthropic-beta'], headers['x-api-key'], headers['authorization']], ['2099-01-01', 'a-2025,b-2026', KEY, undefined]);
  });

  it('gets headers of the configuration in place of our own, however they are written', async () => {
    await start({ headers: { 'Anthropic-Version': '2024-10-22', 'X-Api-Key': '${env:CLAUDE_KEY}' }, apiKeyEnv: 'CLAUDE_KEY' });
    await messages();
    assert.deepEqual([last().headers['anthropic-version'], last().headers['x-api-key']], ['2024-10-22', KEY]);
  });

  it('serves clients of the other formats too', async () => {
    await start();
    const chat = await gateway.chat({ max_tokens: 64 });
    assert.equal(((await chat.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content, 'hello');
    assert.equal(last().wire, 'messages');
  });

  it('counts tokens', async () => {
    await start();
    const response = await gateway.post('/v1/messages/count_tokens', { model: 'openfusion/auto', messages: ASK.messages });
    assert.deepEqual([response.status, model.counted], [200, 1]);
    assert.equal(typeof ((await response.json()) as { input_tokens: number }).input_tokens, 'number');
  });

  it('tells the client in its own format that the upstream is overloaded', async () => {
    await start({}, { fallback: 'never' });
    model.play(status(529, { type: 'overloaded_error', message: 'Overloaded' }));
    const response = await messages();
    const { type, error } = (await response.json()) as { type: string; error: { message: string } };
    assert.deepEqual([response.status, type], [503, 'error']);
    assert.match(error.message, /Overloaded/);
  });

  it('is asked once more without a field that it refuses, never again with it, and the trace says so', async () => {
    await start({}, { fallback: 'never' });
    model.play([unsupportedParameter('context_management'), text('hello'), text('hello again')]);
    const asked = { context_management: { edits: [] }, metadata: { user_id: 'u' } };
    const response = await messages(asked);
    assert.equal(response.status, 200);
    assert.deepEqual(model.requests.map(({ body }) => 'context_management' in body), [true, false]);
    assert.deepEqual(last().body['metadata'], asked.metadata);
    const trace = await gateway.lastTrace();
    assert.deepEqual(trace.phases.flatMap(({ attempts }) => attempts.map(({ reason, adapted }) => [reason, adapted])), [['unsupported_parameter', undefined], [undefined, ['context_management left out']]]);
    await messages(asked);
    assert.equal(model.requests.length, 3);
    assert.equal('context_management' in last().body, false);
  });
});

describe('an upstream of kind openai', () => {
  it('hears of Anthropic only when it is called in its format', async () => {
    const model = await startScriptedUpstream({ script: text('hello') });
    const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a-2025', 'x-title': 'T' };
    const heard = async (protocols: ('chat' | 'messages')[]): Promise<unknown[]> => {
      const gateway = await startGateway({ upstream: { baseURL: model.baseURL, apiKeyEnv: 'KEY', protocols } }, { sources: { env: { KEY }, secrets: {} } });
      const response = await gateway.post('/v1/messages', ASK, { headers });
      assert.equal(response.status, 200, await response.text());
      await gateway.close();
      const sent = model.requests.at(-1)?.headers ?? {};
      return [sent['anthropic-version'], sent['anthropic-beta'], sent['x-title'], sent['authorization'], sent['x-api-key']];
    };
    assert.deepEqual(await heard(['chat']), [undefined, undefined, 'T', `Bearer ${KEY}`, undefined]);
    assert.deepEqual(await heard(['messages']), ['2023-06-01', 'a-2025', 'T', `Bearer ${KEY}`, undefined]);
    await model.close();
  });
});
