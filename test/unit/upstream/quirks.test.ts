import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mergeQuirks } from '../../../src/upstream/merge-quirks.ts';
import { quirksFor } from '../../../src/upstream/quirks.ts';

const ANTHROPIC = 'api.anthropic.com', OPENAI = 'api.openai.com', RELAY = 'relay.example';

describe('quirks of well-known models', () => {
  it('are none for a model that nobody knows', () => {
    assert.deepEqual(quirksFor(RELAY, 'some-model'), {});
  });

  it("are OpenAI's: other names and fewer fields for reasoning models, on OpenAI's own hosts", () => {
    const drops = (host: string, model: string) => quirksFor(host, model).drop?.includes('temperature') ?? false;
    assert.deepEqual(['o3-mini', 'gpt-5', 'gpt-5-codex', 'gpt-5-chat-latest', 'gpt-5.1', 'gpt-4.1'].map((model) => drops(OPENAI, model)), [true, true, true, false, false, false]);
    assert.equal(drops('my.openai.azure.com', 'o4-mini'), true);
    assert.equal(drops('openrouter.ai', 'openai/o4-mini'), false);
    assert.deepEqual(quirksFor(OPENAI, 'gpt-4.1').rename, { max_tokens: 'max_completion_tokens' });
    assert.deepEqual(['gpt-4.1', 'gpt-5', 'gpt-5.1', 'gpt-5.2-codex'].map((model) => quirksFor(OPENAI, model).efforts?.[0]), [undefined, 'minimal', 'none', 'none']);
  });

  it("are Claude's, by its version, however it is written", () => {
    const of = (model: string) => { const { thinking, drop, exclusive, refusesSystemTurns } = quirksFor(ANTHROPIC, model); return [thinking, drop !== undefined, exclusive !== undefined, refusesSystemTurns === true]; };
    assert.deepEqual(of('claude-opus-5'), ['adaptive', true, false, false]);
    assert.deepEqual(of('claude-opus-4-8'), ['adaptive', true, false, false]);
    assert.deepEqual(of('anthropic/claude-opus-4.7'), ['adaptive', true, false, true]);
    assert.deepEqual(of('us.anthropic.claude-sonnet-4-6-v1:0'), ['adaptive', false, true, true]);
    assert.deepEqual(of('claude-sonnet-4-5-20250929'), ['budget', false, true, true]);
    assert.deepEqual(of('claude-opus-4-1-20250805'), ['budget', false, true, true]);
    assert.deepEqual(of('claude-opus-4-20250514'), ['budget', false, false, true]);
    assert.deepEqual(of('claude-3-7-sonnet-20250219'), ['budget', false, false, true]);
    assert.deepEqual(of('claude-3-5-haiku-20241022'), ['none', false, false, true]);
  });

  it('are cache marks for Claude on any upstream', () => {
    assert.deepEqual([quirksFor('openrouter.ai', 'anthropic/claude-sonnet-4.5').cacheControl, quirksFor(RELAY, 'claude-sonnet-5').cacheControl, quirksFor('openrouter.ai', 'openai/gpt-4.1').cacheControl], [true, true, undefined]);
  });

  it('are reasoning to send back, and hosts that refuse it', () => {
    const of = (host: string, model: string) => { const { replayReasoning, fillReasoning } = quirksFor(host, model); return [replayReasoning, fillReasoning]; };
    assert.deepEqual(of('api.deepseek.com', 'deepseek-chat'), [true, true]);
    assert.deepEqual(of('openrouter.ai', 'deepseek/deepseek-v4-pro'), [true, true]);
    assert.deepEqual(of('openrouter.ai', 'deepseek/deepseek-chat-v3-0324'), [undefined, undefined]);
    assert.deepEqual(of(RELAY, 'moonshotai/Kimi-K2.5'), [true, true]);
    assert.deepEqual(of(RELAY, 'moonshotai/kimi-k2-instruct'), [undefined, undefined]);
    assert.deepEqual(of('api.groq.com', 'moonshotai/kimi-k2-thinking'), [false, false]);
    assert.deepEqual(of(RELAY, 'minimax/minimax-m2'), [true, undefined]);
  });

  it("are Google's schemas and signatures, on Google's own host", () => {
    assert.ok(quirksFor('generativelanguage.googleapis.com', 'gemini-2.5-pro').dropSchemaKeywords?.includes('$schema'));
    assert.deepEqual(['gemini-2.5-pro', 'gemini-3-pro-preview'].map((model) => quirksFor('generativelanguage.googleapis.com', model).callExtras !== undefined), [false, true]);
    assert.deepEqual(quirksFor(RELAY, 'google/gemini-2.5-pro'), {});
  });
});

describe('quirks of two sources', () => {
  it('add up, and the later one is right where they contradict each other', () => {
    const merged = mergeQuirks(
      { drop: ['a', 'b'], rename: { x: 'y' }, exclusive: [['a', 'b']], thinking: 'budget', efforts: ['low'] },
      { drop: ['b', 'c'], rename: { z: 'w' }, exclusive: [['a', 'b'], ['c', 'd']], thinking: 'adaptive', efforts: ['high'] },
    );
    assert.deepEqual(merged, { drop: ['a', 'b', 'c'], rename: { x: 'y', z: 'w' }, exclusive: [['a', 'b'], ['c', 'd']], thinking: 'adaptive', efforts: ['high'] });
  });
});
