import assert from 'node:assert/strict';
import { planRequest } from '../../../src/routing/plan.ts';
import { ask, call, chat, configFrom, NOW_MS, pinnedTo, planInput, planned, result, TOOLS } from './support.ts';

const TASK = 'The test in add.test.js fails. Fix the bug in add.js.';
const SYSTEM = { role: 'system', content: 'You are an agent.' };
const loop = (given: Record<string, unknown> = {}) => chat({ messages: [SYSTEM, { role: 'user', content: TASK }, call(), result()], tools: TOOLS, session_id: 's', ...given });

describe('Auto', () => {
  it('routes turns with tools by their task, like any other', () => {
    const plan = planned(ask(TASK, { tools: TOOLS }));
    assert.deepEqual([plan.mode, plan.strategy, plan.task.domain, plan.primary.candidateId], ['auto', 'smart-single', 'debug', 'coder']);
  });

  it('gives a small task to a fast model and a risky one to a panel, with tools too', () => {
    assert.deepEqual([planned(ask('Fix a typo in the README', { tools: TOOLS })).strategy, planned(ask('Fix a typo in the README')).primary.candidateId], ['fast-single', 'fast']);
    const risky = planned(ask('迁移生产环境的支付数据库，避免数据丢失，并设计回滚方案', { tools: TOOLS }));
    assert.deepEqual([risky.strategy, risky.reason], ['fusion-panel', 'risk_above_fusion_threshold']);
  });

  it('uses the roles that the user configures', () => {
    const config = configFrom({ roles: { coder: { model: 'mine/coder', pricing: { inputUsdPer1M: 0.1, outputUsdPer1M: 0.2 } } } });
    assert.equal(planned(ask(TASK), { config }).primary.model, 'mine/coder');
  });

  it('tells how hard the request is for the cheapest candidate that could answer it', () => {
    const plan = planned(ask(TASK));
    const cheapest = plan.candidates.toSorted((a, b) => (a.metrics.priceUsdPer1M ?? 0) - (b.metrics.priceUsdPer1M ?? 0))[0];
    assert.equal(plan.task.difficulty, 1 - (cheapest?.quality ?? 0));
  });

  it('predicts quality and cost for the rejected ones as well', () => {
    const image = [{ type: 'text', text: TASK }, { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }];
    const { rejected, primary } = planned(chat({ messages: [{ role: 'user', content: image }] }));
    assert.deepEqual(rejected.map(({ id, reason }) => [id, reason]), [['coder', 'no_images']]);
    assert.ok((rejected[0]?.quality ?? 0) > 0 && (rejected[0]?.costUsd ?? 0) > 0);
    assert.notEqual(primary.candidateId, 'coder');
  });

  it('sends everything with tools to the tool role when auto.tools is "fixed", and nothing else', () => {
    const config = configFrom({ auto: { tools: 'fixed' }, fusion: { toolRole: 'writer' } });
    for (const request of [ask(TASK, { tools: TOOLS }), loop(), ask(TASK, { tools: TOOLS, model: 'openfusion/fusion' })]) {
      const plan = planned(request, { config, ...pinnedTo('coder') });
      assert.deepEqual([plan.strategy, plan.reason, plan.primary.role], ['direct', 'tools_fixed', 'writer']);
    }
    assert.equal(planned(ask(TASK), { config }).primary.candidateId, 'coder');
  });
});

describe('an answer that only one model can give', () => {
  const fields: Record<string, unknown> = { n: 2, functions: [{ name: 'read', parameters: {} }], logprobs: true, modalities: ['text', 'audio'] };
  const risky = '迁移生产环境的支付数据库，避免数据丢失，并设计回滚方案';
  for (const [field, value] of Object.entries(fields)) {
    it(`is not verified, merged or voted on: ${field}`, () => {
      for (const request of [ask(risky, { [field]: value }), ask('hello', { [field]: value, model: 'openfusion/fusion' })]) {
        const plan = planned(request);
        assert.deepEqual([plan.reason, plan.verifier, plan.panel], ['one_model_only', null, []]);
        assert.ok(plan.explanation.some((sentence) => sentence.includes(`\`${field}\``)));
      }
    });
  }

  it('is no matter for a single choice, nor where one model answers anyway', () => {
    assert.notEqual(planned(ask(risky, { n: 1, logprobs: false, functions: [], modalities: ['text'] })).panel.length, 0);
    assert.notEqual(planned(ask('hello', { n: 2 })).reason, 'one_model_only');
  });

  it('wants a candidate that can call tools when the request has functions', () => {
    const config = configFrom({ roles: { mute: { model: 'v/mute', tools: false }, able: { model: 'v/able' } }, auto: { candidates: [{ id: 'mute' }, { id: 'able' }], fallbackRoles: [] } });
    assert.deepEqual(planned(ask('hello', { functions: fields['functions'] }), { config }).rejected.map(({ reason }) => reason), ['no_tools']);
  });
});

describe('a tool loop', () => {
  it('stays on the model that began it, and refreshes the pin', () => {
    const plan = planned(loop(), pinnedTo('writer'));
    assert.deepEqual([plan.reason, plan.primary.candidateId, plan.task.turn], ['tool_loop', 'writer', 'tool_result']);
    assert.deepEqual(plan.pin, { sessionId: 's', candidateId: 'writer', role: 'writer', model: 'openai/gpt-4.1' });
  });

  it('stays there even when a slow tool outlasted the TTL', () => {
    assert.equal(planned(loop(), pinnedTo('writer', 3_600_000)).reason, 'tool_loop');
  });

  it('moves when that model cannot go on', () => {
    const plan = planned(loop(), { ...pinnedTo('writer'), coolingUntilMs: new Map([['writer', NOW_MS + 5_000]]) });
    assert.deepEqual([plan.reason, plan.primary.candidateId, plan.pin?.candidateId], ['tool_loop_moved', 'coder', 'coder']);
    assert.ok(plan.explanation.some((sentence) => sentence.startsWith('The tool loop leaves writer: cooling down')));
  });

  it('takes the best for its task when nothing is known of it', () => {
    for (const given of [{}, pinnedTo('gone')]) {
      const plan = planned(loop(), given);
      assert.deepEqual([plan.reason, plan.primary.candidateId], ['tool_loop_unpinned', 'coder']);
    }
  });

  it('is never verified or fused, however risky its task', () => {
    const risky = chat({ messages: [{ role: 'user', content: 'Migrate the production payments database without data loss' }, call(), result()], tools: TOOLS });
    for (const model of ['openfusion/auto', 'openfusion/fusion']) {
      assert.equal(planned({ ...risky, model }, pinnedTo('coder')).strategy, 'smart-single');
      assert.equal(planned({ ...risky, model }).strategy, 'smart-single');
    }
  });
});

describe('a chore', () => {
  const title = chat({ messages: [{ role: 'system', content: 'You are a title generator.' }, { role: 'user', content: TASK }], session_id: 's' });

  it('goes to the cheapest candidate that can do it, and does not move the pin', () => {
    const plan = planned(title, pinnedTo('writer'));
    assert.deepEqual([plan.strategy, plan.reason, plan.primary.candidateId, plan.pin], ['fast-single', 'chore_cheapest', 'coder', null]);
    const least = Math.min(...plan.candidates.map(({ costUsd }) => costUsd ?? Infinity));
    assert.equal(plan.candidates.find(({ id }) => id === 'coder')?.costUsd, least);
  });

  it('falls back from cheap to dear', () => {
    const { fallbacks, candidates } = planned(title);
    const costs = fallbacks.map(({ candidateId }) => candidates.find(({ id }) => id === candidateId)?.costUsd ?? 0);
    assert.deepEqual(costs, costs.toSorted((a, b) => a - b));
  });

  it('with a huge context goes to the cheapest one that it fits', () => {
    const plan = planned(ask(`${'word '.repeat(150_000)}\nSummarize the above conversation.`));
    assert.deepEqual([plan.task.choreKind, plan.reason, plan.primary.candidateId], ['summary', 'chore_cheapest', 'fast']);
  });

  it('goes to the fast role when no price is known', () => {
    const config = configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a' }, { id: 'b', role: 'fast', model: 'v/b' }] } });
    assert.deepEqual([planned(title, { config }).reason, planned(title, { config }).primary.candidateId], ['chore_prices_unknown', 'b']);
  });

  it('follows its own rule in the mode Fusion and with openfusion/fusion', () => {
    assert.equal(planned(title, { mode: { kind: 'fusion' } }).reason, 'chore_cheapest');
    assert.equal(planned({ ...title, model: 'openfusion/fusion' }).reason, 'chore_cheapest');
  });
});

describe('the mode of the status bar', () => {
  it('Fusion convenes the panel for tasks and follow-ups, and leaves tool loops alone', () => {
    const mode = { kind: 'fusion' as const };
    const followup = chat({ messages: [{ role: 'user', content: TASK }, { role: 'assistant', content: 'Done' }, { role: 'user', content: 'hello again' }], tools: TOOLS });
    for (const request of [ask('hello'), followup]) {
      const plan = planned(request, { mode });
      assert.deepEqual([plan.mode, plan.strategy, plan.reason], ['auto', 'fusion-panel', 'mode_fusion']);
    }
    assert.equal(planned(loop(), { mode, ...pinnedTo('coder') }).reason, 'tool_loop');
  });

  it('a role takes everything, chores and tool loops too', () => {
    const mode = { kind: 'role' as const, role: 'writer' };
    for (const request of [ask(TASK), loop(), chat({ messages: [{ role: 'user', content: 'Generate a title for this conversation:' }] })]) {
      const plan = planned(request, { mode, ...pinnedTo('coder') });
      assert.deepEqual([plan.mode, plan.strategy, plan.reason, plan.primary.candidateId], ['auto', 'direct', 'mode_role', 'writer']);
    }
  });
});

describe('a model that was asked for by name', () => {
  it('answers directly', () => {
    const role = planned(ask('hello', { model: 'openfusion/writer', session_id: 's' }));
    assert.deepEqual([role.mode, role.strategy, role.reason, role.primary.model, role.pin?.candidateId], ['role', 'direct', 'asked_for_role', 'openai/gpt-4.1', 'writer']);
    const config = configFrom({ auto: { candidates: [{ id: 'router', role: 'coder', model: 'v/r' }] } });
    assert.deepEqual([planned(ask('hello', { model: 'openfusion/router' }), { config }).mode, planned(ask('hello', { model: 'openfusion/router' }), { config }).primary.model], ['candidate', 'v/r']);
  });

  it('that nobody configured goes to the default upstream, unpinned', () => {
    const plan = planned(ask('hello', { model: 'vendor/x', session_id: 's' }));
    assert.deepEqual([plan.mode, plan.strategy, plan.primary.candidateId, plan.primary.role, plan.primary.upstreamName, plan.primary.pricing, plan.pin], ['passthrough', 'direct', 'vendor/x', 'passthrough', 'default', null, null]);
    assert.deepEqual(plan.fallbacks, []);
  });

  it('asks for the panel with openfusion/fusion', () => {
    const plan = planned(ask('hello', { model: 'openfusion/fusion' }));
    assert.deepEqual([plan.mode, plan.strategy, plan.reason, plan.panel.length], ['fusion', 'fusion-panel', 'asked_for_fusion', 2]);
  });
});

describe('a pinned session', () => {
  const task = ask('Explain how the retry logic works', { session_id: 's' });
  const winner = planned(task).primary.candidateId, second = planned(task).candidates[1]?.id ?? '';

  it('keeps its model for a new task when another one is only a little better', () => {
    assert.notEqual(winner, second);
    const plan = planned(task, pinnedTo(second));
    assert.deepEqual([plan.primary.candidateId, plan.session.hit, plan.pin?.candidateId], [second, true, second]);
  });

  it('changes its model when another one is much better', () => {
    assert.notEqual(planned(ask('Debug the crash in the API code', { session_id: 's' }), pinnedTo('verifier')).primary.candidateId, 'verifier');
  });

  it('is forgotten after the TTL and when stickiness is off', () => {
    assert.equal(planned(task, pinnedTo(second, 300_001)).primary.candidateId, winner);
    assert.equal(planned(task, { ...pinnedTo(second), config: configFrom({ auto: { stickiness: { enabled: false } } }) }).primary.candidateId, winner);
  });
});

describe('a plan', () => {
  it('is plain data', () => {
    const plan = planned(ask(TASK, { tools: TOOLS, model: 'openfusion/fusion', session_id: 's' }));
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), JSON.parse(JSON.stringify(structuredClone(plan))));
  });

  it('is the same for the same input, and leaves the input as it was', () => {
    const input = planInput(loop(), pinnedTo('coder'));
    const before = JSON.stringify([input.request.messages, input.config]);
    assert.deepEqual(planRequest(input), planRequest(input));
    assert.equal(JSON.stringify([input.request.messages, input.config]), before);
  });
});
