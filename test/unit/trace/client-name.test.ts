import assert from 'node:assert/strict';
import { clientName } from '../../../src/trace/client-name.ts';

describe('client name', () => {
  const seen: Record<string, string> = {
    'codex_exec/0.169.0 (Debian 12.0.0; x86_64) unknown': 'codex',
    'codex_cli_rs/0.169.0': 'codex',
    'opencode/1.18.33 ai-sdk/provider-utils/3.0.20 runtime/bun/1.3.1': 'opencode',
    'Kilo-Code/7.7.7 ai-sdk/openai-compatible/1.0.1 runtime/bun/1.3.1': 'kilo',
    'ai-sdk/openai-compatible/3.0.37 ai-sdk/provider-utils/5.0.1 runtime/bun/1.3.1': 'cline',
    'ai-sdk/openai-compatible/3.0.92 ai-sdk/provider-utils/5.0.1 runtime/node.js/v24.1.0': 'ai-sdk',
    'ls/JS 5.23.2': 'continue',
    'QwenCode/0.24.4 (linux; x64)': 'qwen',
    'OpenAI/JS 6.26.0': 'openai-sdk',
    'AsyncOpenAI/Python 2.28.0': 'openai-sdk',
    'claude-cli/2.1.330 (external, sdk-cli)': 'claude-code',
    'Charm-Crush/0.9 (https://charm.land/crush)': 'crush',
    'pi/0.80.0': 'pi',
    'curl/8.5.0': 'curl',
    'python-requests/2.32': 'python',
    'Mozilla/5.0 (X11; Linux x86_64)': 'browser',
  };
  for (const [userAgent, name] of Object.entries(seen)) {
    it(`calls "${userAgent}" ${name}`, () => { assert.equal(clientName(userAgent), name); });
  }

  it('takes the product of an agent that it does not know, cut to harmless characters', () => {
    assert.equal(clientName('MyAgent/1.0 (x)'), 'myagent');
    assert.equal(clientName('<img src=x>'), 'unknown');
    assert.equal(clientName(`${'a'.repeat(500)}/1`).length, 32);
  });

  it('says unknown when there is none', () => {
    assert.equal(clientName(''), 'unknown');
  });
});
