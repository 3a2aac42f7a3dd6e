import assert from 'node:assert/strict';
import { maskKeys } from '../../../../src/clients/connect/mask.ts';

describe('a diff that is shown', () => {
  it('holds no key, whatever it is called', () => {
    for (const line of ['-openai-api-key: sk-abc', '-  "apiKey": "secret-thing",', '-api_key = "x9-y"', '-    "ANTHROPIC_AUTH_TOKEN": "abc.def"', '-Authorization: Bearer abc-def', '-  "Token": \'abc\'']) {
      const masked = maskKeys(line);
      assert.match(masked, /\[key\]/, line);
      assert.doesNotMatch(masked, /abc|secret-thing|x9-y/, line);
    }
    assert.equal(maskKeys('- x: sk-proj-0123456789abcdef'), '- x: [key]');
  });

  it('shows references, placeholders and numbers', () => {
    for (const line of ['+env_key = "OPENFUSION_API_KEY"', '+"apiKey": "{env:TOKEN}"', '+api_key: os.environ/TOKEN', '+apiKey: ${{ secrets.TOKEN }}', '+"apiKey": "openfusion"', '+      maxTokens: 32000', '+"CLAUDE_CODE_MAX_CONTEXT_TOKENS": "160000"', '+"api_key": "$TOKEN"']) {
      assert.equal(maskKeys(line), line);
    }
  });
});
