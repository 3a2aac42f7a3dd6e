import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makerOf, placeOf, spelled, withoutVariant } from '../../../../src/upstream/catalogue/model-id.ts';

describe('the name of a model in a catalogue', () => {
  it('has one spelling for versions with dots and with dashes, and leaves dates alone', () => {
    assert.deepEqual(['claude-opus-4-5', 'Claude-Opus-4.5', 'gpt-4-0314', 'claude-haiku-4-5-20251001', 'deepseek-chat-v3-0324'].map(spelled),
      ['claude-opus-4.5', 'claude-opus-4.5', 'gpt-4-0314', 'claude-haiku-4.5-20251001', 'deepseek-chat-v3-0324']);
  });

  it('loses a variant that is the same model at another price, and keeps one that is another offer', () => {
    assert.deepEqual(withoutVariant('v/m:nitro'), { base: 'v/m', samePrice: false });
    assert.deepEqual(withoutVariant('v/m'), { base: 'v/m', samePrice: true });
    for (const other of ['v/m:free', 'v/m:batch', 'v/m:extended', 'v/m:whatever']) assert.equal(withoutVariant(other), null);
  });

  it('tells whose prices hold at an address, and of a proxy or a local server nothing', () => {
    assert.equal(placeOf('https://openrouter.ai/api/v1'), 'openrouter');
    assert.equal(placeOf('https://eu.openrouter.ai/api/v1'), 'openrouter');
    assert.equal(placeOf('https://api.anthropic.com/v1'), 'anthropic');
    for (const other of ['http://127.0.0.1:11434/v1', 'https://openrouter.ai.example.com/v1', 'https://notopenrouter.ai/v1', 'https://litellm.example.com/v1', 'nonsense']) assert.equal(placeOf(other), null, other);
  });

  it('tells the maker from the name that OpenRouter gives, and none of an alias', () => {
    assert.deepEqual(makerOf('x-ai/grok-4'), { place: 'xai', model: 'grok-4' });
    assert.equal(makerOf('~openai/gpt-latest'), null);
    assert.equal(makerOf('somebody/else'), null);
  });
});
