import assert from 'node:assert/strict';
import { ablerOf, abilityForEffort, LONG_ASK, WARM } from '../support/effort-pool.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, status, text, type ScriptedUpstream, type Wire } from '../support/scripted-upstream.ts';

const WIRES: readonly Wire[] = ['chat', 'responses', 'messages'];
const PATHS: Record<Wire, string> = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };
function bodyOf(wire: Wire, model: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const base = { model, session_id: 'one', ...more };
  return wire === 'responses' ? { ...base, input: LONG_ASK } : { ...base, max_tokens: 32_000, messages: [{ role: 'user', content: LONG_ASK }] };
}

/** Where each format has the effort. */
function effortIn(wire: Wire, body: Readonly<Record<string, unknown>>): unknown {
  const inside = (field: string): unknown => (body[field] as { effort?: unknown } | undefined)?.effort;
  return wire === 'chat' ? body['reasoning_effort'] : inside(wire === 'responses' ? 'reasoning' : 'output_config');
}

describe('an effort that was raised instead of a move to another model', () => {
  const ability = abilityForEffort();
  let model: ScriptedUpstream, gateway: TestGateway, answer = '';
  const start = async (wire: Wire): Promise<void> => {
    model = await startScriptedUpstream({ script: text('done'), wires: [wire] });
    gateway = await startGateway({
      upstream: { baseURL: model.baseURL, protocols: [wire] },
      auto: { scoring: { stickyBonus: 0 }, candidates: [WARM, ablerOf(ability)] },
    });
  };
  afterEach(async () => { await gateway.close(); await model.close(); });
  const ask = async (wire: Wire, body: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>> => {
    const response = await gateway.post(PATHS[wire], body);
    assert.equal(response.status, 200, await response.clone().text());
    answer = await response.text();
    return model.requests.at(-1)?.body as unknown as Record<string, unknown>;
  };

  for (const client of WIRES) for (const upstream of WIRES) {
    it(`is asked of a ${upstream} upstream for a ${client} client`, async () => {
      await start(upstream);
      assert.equal(effortIn(upstream, await ask(client, bodyOf(client, 'openfusion/warm'))), undefined, 'nothing is asked while nothing was raised');
      const body = await ask(client, bodyOf(client, 'openfusion/auto'));
      assert.deepEqual([body['model'], effortIn(upstream, body)], ['v/warm', 'high']);
      const { plan } = await gateway.lastTrace();
      assert.equal(plan?.primary.effort, 'high');
      assert.equal((JSON.parse(answer) as { openfusion: { auto: { selected: { effort?: string }[] } } }).openfusion.auto.selected[0]?.effort, 'high');
      assert.ok(plan.explanation.some((sentence) => sentence.includes('thinks harder')));
    });
  }

  it('is kept through the tool loop that it began, and dropped with the next ask', async () => {
    await start('chat');
    await ask('chat', bodyOf('chat', 'openfusion/warm'));
    const first = bodyOf('chat', 'openfusion/auto', { tools: [{ type: 'function', function: { name: 'run', parameters: { type: 'object', properties: {} } } }] });
    assert.equal(effortIn('chat', await ask('chat', first)), 'high');
    const call = { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: '{}' } }] };
    const step = { ...first, messages: [...(first['messages'] as unknown[]), call, { role: 'tool', tool_call_id: 'c', content: 'ok' }] };
    const body = await ask('chat', step);
    assert.deepEqual([body['model'], effortIn('chat', body)], ['v/warm', 'high']);
    assert.equal((await gateway.lastTrace()).plan?.reason, 'tool_loop');
    const next = { ...step, messages: [...step.messages, { role: 'assistant', content: 'done' }, { role: 'user', content: 'Thanks. What is a mutex?' }] };
    assert.equal(effortIn('chat', await ask('chat', next)), undefined);
  });

  it('leaves what stands beside it', async () => {
    await start('responses');
    await ask('responses', bodyOf('responses', 'openfusion/warm'));
    assert.deepEqual((await ask('responses', bodyOf('responses', 'openfusion/auto', { reasoning: { effort: 'low', summary: 'auto' } })))['reasoning'], { effort: 'medium', summary: 'auto' });
  });

  it('is taken back from a model that refuses the field, which answers all the same', async () => {
    await start('chat');
    await ask('chat', bodyOf('chat', 'openfusion/warm'));
    model.play((request) => ('reasoning_effort' in request.body ? status(400, { message: "Unsupported parameter: 'reasoning_effort'", param: 'reasoning_effort', code: 'unsupported_parameter' }) : text('done')));
    const body = await ask('chat', bodyOf('chat', 'openfusion/auto'));
    assert.deepEqual([body['model'], effortIn('chat', body)], ['v/warm', undefined]);
    assert.equal((await gateway.lastTrace()).phases[0]?.attempts[1]?.adapted?.[0], 'reasoning_effort left out');
  });

  it('is asked of nobody who answers instead', async () => {
    await start('chat');
    await ask('chat', bodyOf('chat', 'openfusion/warm'));
    model.play((request) => (request.body.model === 'v/warm' ? status(503) : text('done')));
    const body = await ask('chat', bodyOf('chat', 'openfusion/auto'));
    assert.deepEqual([body['model'], effortIn('chat', body)], ['v/abler', undefined]);
  });
});
