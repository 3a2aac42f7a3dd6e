import assert from 'node:assert/strict';
import { aider } from '../../../../src/clients/aider.ts';
import { claudeCode } from '../../../../src/clients/claude-code.ts';
import { codex } from '../../../../src/clients/codex.ts';
import { planConnect, planDisconnect } from '../../../../src/clients/connect/plan.ts';
import { opencode } from '../../../../src/clients/opencode.ts';
import { contentOf, endpoint } from '../support.ts';

const CODEX = contentOf(codex);
const USER = '# mine\nmodel = "gpt-5.5" # best\napproval_policy = "never"\n\n[tools]\nweb = true\n';

describe('the plan to connect', () => {
  it('changes our keys and nothing else', () => {
    assert.equal(planConnect(USER, CODEX, null).text, `# mine
model = "openfusion/auto" # best
approval_policy = "never"
model_provider = "openfusion"
model_catalog_json = "/home/me/.codex/openfusion-models.json"

[tools]
web = true

[model_providers.openfusion]
name = "OpenFusion"
base_url = "http://127.0.0.1:8787/v1"
env_key = "OPENFUSION_API_KEY"
wire_api = "responses"
`);
  });

  it('remembers what it replaced, but never a key', () => {
    const text = '{\n  "env": {\n    "ANTHROPIC_AUTH_TOKEN": "sk-mine",\n    "ANTHROPIC_BASE_URL": "https://relay.example"\n  }\n}\n';
    const { text: connected, memory } = planConnect(text, contentOf(claudeCode), null);
    assert.deepEqual(memory.previous, { 'env.ANTHROPIC_BASE_URL': '"https://relay.example"' });
    assert.equal(planDisconnect(`${connected}\n`, contentOf(claudeCode), { memory, original: text }), `${text}\n`, 'the key comes from the backup');
  });

  it('judges what is whose by the file as it was, not by the keys that it wrote a line before', () => {
    const { memory } = planConnect('openai-api-base: https://relay.example/v1\n', contentOf(aider), null);
    assert.deepEqual(memory.previous, { 'openai-api-base': 'https://relay.example/v1' });
  });

  it('keeps a table of ours as the user made it but for what it must say', () => {
    const text = '[model_providers.openfusion]\nbase_url = "http://127.0.0.1:9999/v1" # here\nrequest_max_retries = 2\n';
    const { text: connected } = planConnect(text, CODEX, null);
    assert.match(connected, /base_url = "http:\/\/127\.0\.0\.1:8787\/v1" # here\nrequest_max_retries = 2\nname = "OpenFusion"\n/);
  });

  it('moves to another address without forgetting the user\'s own values', () => {
    const first = planConnect(USER, CODEX, null);
    const second = planConnect(first.text, contentOf(codex, endpoint({ origin: 'http://127.0.0.1:9000', model: 'openfusion/coder' })), first.memory);
    assert.match(second.text, /model = "openfusion\/coder" # best[^]*:9000\/v1/);
    assert.equal(planDisconnect(second.text, CODEX, { memory: second.memory, original: USER }), USER);
  });

  it('starts from the agent\'s own skeleton where there is no file, and that file goes again', () => {
    const { text, memory } = planConnect(null, contentOf(opencode), null);
    assert.match(text, /^\{\n {2}"\$schema": "https:\/\/opencode\.ai\/config\.json",\n {2}"provider": \{\n/);
    assert.equal(planDisconnect(text, contentOf(opencode), { memory, original: null }), null);
    assert.equal(planDisconnect(`${text}\n`, contentOf(opencode), { memory, original: null }), null, 'nothing but the skeleton is left of it');
    assert.match(planDisconnect(text.replace('{', '{\n  "theme": "dark",'), contentOf(opencode), { memory, original: null }) ?? '', /"theme": "dark"/);
  });
});

describe('the plan to disconnect', () => {
  it('leaves a value alone that the user set after connecting', () => {
    const { text, memory } = planConnect(USER, CODEX, null);
    const own = text.replace('"openfusion/auto"', '"gpt-6"');
    assert.match(planDisconnect(own, CODEX, { memory, original: USER }) ?? '', /^model = "gpt-6" # best$/m);
  });

  it('does not bring back what the user deleted', () => {
    const { text, memory } = planConnect(USER, CODEX, null);
    assert.doesNotMatch(planDisconnect(text.replace(/^model = .*\n/m, ''), CODEX, { memory, original: USER }) ?? '', /^model = /m);
  });

  it('knows the last value of the user, not the first one', () => {
    const first = planConnect(USER, CODEX, null);
    const between = first.text.replace('"openfusion/auto"', '"gpt-6"');
    const second = planConnect(between, CODEX, first.memory);
    assert.equal(second.memory.written, null, 'the backup is no longer what it was before');
    assert.equal(planDisconnect(second.text, CODEX, { memory: second.memory, original: USER }), USER.replace('gpt-5.5', 'gpt-6'));
  });

  it('takes our keys out without any memory, and looks into the backup for the rest', () => {
    const { text } = planConnect(USER, CODEX, null);
    assert.equal(planDisconnect(text, CODEX, { memory: null, original: USER }), USER);
    assert.equal(planDisconnect(text, CODEX, { memory: null, original: null }), USER.replace('model = "gpt-5.5" # best\n', ''));
    assert.equal(planDisconnect(USER, CODEX, { memory: null, original: null }), USER);
  });

  it('goes back to a file that was connected by hand only for an undo', () => {
    const byHand = 'model = "openfusion/auto"\nmodel_provider = "openfusion"\n[model_providers.openfusion]\nbase_url = "http://localhost:8787/v1"\n';
    const { text, memory } = planConnect(byHand, CODEX, null);
    assert.equal(planDisconnect(text, CODEX, { memory, original: byHand, undo: true }), byHand);
    assert.equal(planDisconnect(text, CODEX, { memory, original: byHand }), '');
  });

  it('takes ours out of a list of allowed providers only where it put it there', () => {
    const allowed = '{\n  "enabled_providers": ["other"]\n}\n';
    const { text, memory } = planConnect(allowed, contentOf(opencode), null);
    assert.match(text, /"enabled_providers": \[\s*"openfusion",\s*"other"\]/);
    assert.equal(planDisconnect(`${text}\n`, contentOf(opencode), { memory, original: null }), `${allowed}\n`);
    const mine = '{\n  "enabled_providers": ["openfusion", "other"]\n}\n';
    const again = planConnect(mine, contentOf(opencode), null);
    assert.equal(planDisconnect(`${again.text}\n`, contentOf(opencode), { memory: again.memory, original: null }), `${mine}\n`);
    assert.doesNotMatch(planConnect('{ "a": 1 }', contentOf(opencode), null).text, /enabled_providers/);
  });

  it('leaves a file of ours that somebody changed', () => {
    const whole = { kind: 'whole', text: '{}\n' } as const;
    const { memory } = planConnect(null, whole, null);
    assert.equal(planDisconnect('{}\n', whole, { memory, original: null }), null);
    assert.equal(planDisconnect('{ "mine": 1 }\n', whole, { memory, original: null }), '{ "mine": 1 }\n');
  });
});
