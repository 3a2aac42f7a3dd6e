import assert from 'node:assert/strict';
import { familyOf } from '../../../../src/routing/quality/family.ts';

describe('the family of a model', () => {
  const same: [string, string][] = [
    ['openai/gpt-4o-2024-08-06', 'gpt-4o'], ['openai/gpt-4o-mini:free', 'gpt-4o-mini-2024-07-18'], ['Meta-Llama-3.1-8B-Instruct', 'llama-3.1-8b'],
    ['anthropic/claude-3.5-sonnet', 'claude-3-5-sonnet-20241022'], ['claude-3.5-sonnet-1022', 'claude-3-5-sonnet-20240620'], ['gemini-1.5-pro-002', 'google/gemini-1.5-pro'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mixtral-8x7b'], ['Llama-3.1-405B-Inst-fp8', 'meta-llama/llama-3.1-405b-instruct'],
  ];
  for (const [one, other] of same) it(`is one for ${one} and ${other}`, () => { assert.equal(familyOf(one), familyOf(other)); });

  it('keeps models of other sizes and generations apart', () => {
    const families = ['gpt-4o', 'gpt-4o-mini', 'gpt-4-turbo', 'gpt-3.5-turbo', 'llama-3.1-8b', 'llama-3-8b', 'llama-3.1-70b', 'claude-3-opus', 'claude-3-haiku', 'o1-mini'].map(familyOf);
    assert.equal(new Set(families).size, families.length);
  });
});
