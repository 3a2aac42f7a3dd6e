import assert from 'node:assert/strict';
import { parseConfig, parseConfigText, parsePool } from '../../../src/config/load.ts';
import { issueText } from '../../../src/config/issue.ts';
import type { ConfigIssue } from '../../../src/config/issue.ts';

function errorsOf(value: unknown): ConfigIssue[] {
  const parsed = parseConfig(value, 'test.json');
  assert.equal(parsed.ok, false, 'expected errors');
  return parsed.ok ? [] : parsed.errors;
}

function onlyErrorOf(value: unknown): ConfigIssue {
  const errors = errorsOf(value);
  assert.equal(errors.length, 1, errors.map(issueText).join('\n'));
  return errors[0] as ConfigIssue;
}

describe('parseConfig', () => {
  it('takes an empty object as all defaults', () => {
    const parsed = parseConfig({}, 'test.json');
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.config.auto.candidates.map(({ id }) => id), ['fast', 'reasoner', 'coder', 'verifier', 'writer']);
    assert.equal(parsed.config.upstreams.default?.apiKeyEnv, 'OPENROUTER_API_KEY');
    assert.equal(parsed.config.server.port, 8787);
  });

  it('names the path, what is wrong and what was expected', () => {
    const error = onlyErrorOf({ auto: { candidates: [{ id: 'a', role: 'fast', model: 3 }] } });
    assert.deepEqual(error, { source: 'test.json', path: 'auto.candidates[0].model', message: 'has the wrong type', expected: 'a string' });
  });

  it('says what range a number must be in', () => {
    assert.equal(issueText(onlyErrorOf({ auto: { scoring: { costQualityTradeoff: 11 } } })), 'test.json: auto.scoring.costQualityTradeoff: is too big (expected at most 10)');
    assert.match(issueText(onlyErrorOf({ server: { port: 1.5 } })), /server\.port: .*expected an integer/);
  });

  it('lists the allowed values', () => {
    assert.match(onlyErrorOf({ fallback: 'maybe' }).expected, /"allow" or "same-tier" or "never"/);
  });

  it('suggests the nearest known key for an unknown one', () => {
    assert.match(onlyErrorOf({ upstraem: {} }).message, /did you mean `upstream`\?/);
    assert.match(onlyErrorOf({ auto: { scoring: { weigths: {} } } }).message, /did you mean `auto\.scoring\.weights`\?/);
    assert.match(onlyErrorOf({ roles: { coder: { modle: 'x' } } }).message, /did you mean `roles\.coder\.model`\?/);
    assert.match(onlyErrorOf({ auto: { candidates: [{ id: 'x', role: 'fast', benchmark: {} }] } }).message, /did you mean `auto\.candidates\[0\]\.benchmarks`\?/);
    assert.match(onlyErrorOf({ auto: { candidates: [{ id: 'x', role: 'fast', performance: { latency: { p95: 2 } } }] } }).message, /latency\.p\d\d`\?/);
  });

  it('finds a key that stands at the wrong level', () => {
    assert.match(onlyErrorOf({ candidates: [] }).message, /did you mean `auto\.candidates`\?/);
    assert.match(onlyErrorOf({ maxUpstreamCalls: 3 }).message, /did you mean `fusion\.maxUpstreamCalls`\?/);
  });

  it('reports every problem at once', () => {
    assert.deepEqual(errorsOf({ fallback: 1, nope: 1, server: { port: -1 } }).map(({ path }) => path).sort(), ['fallback', 'nope', 'server.port']);
  });

  it('refuses values that are no object', () => {
    for (const value of [null, [], 'x', 3, undefined]) assert.equal(onlyErrorOf(value).path, '');
  });

  it('never repeats a value, which may be a secret', () => {
    const secret = 'sk-or-v1-0123456789abcdef';
    const values = [
      { server: { token: secret } },
      { upstream: { apiKeyEnv: secret } },
      { upstream: { baseURL: `https://user:${secret}@relay.example/v1` } },
      { upstream: { headers: { 'x-api-key': secret } } },
      { upstream: { headers: { 'x-extra': `Bearer ${secret}` } } },
      { trace: secret, fallback: secret },
    ];
    for (const value of values) {
      for (const error of errorsOf(value)) assert.ok(!issueText(error).includes('0123456789'), issueText(error));
    }
  });

  it('takes a secret header only by reference and a plain header as it is', () => {
    const parsed = parseConfig({ upstream: { headers: { authorization: 'Bearer ${env:RELAY_TOKEN}', 'x-title': 'My relay' } } }, 'test.json');
    assert.ok(parsed.ok);
    assert.match(onlyErrorOf({ upstream: { headers: { 'x-title': '${RELAY}' } } }).message, /broken reference/);
    assert.match(onlyErrorOf({ upstream: { headers: { 'x-title': 'a\r\nb: c' } } }).expected, /one line/);
  });
});

describe('parseConfigText', () => {
  it('reads comments and trailing commas', () => {
    const parsed = parseConfigText('// mine\n{ "fusion": { "maxUpstreamCalls": 4, /* enough */ }, }', 'test.jsonc');
    assert.ok(parsed.ok);
    assert.equal(parsed.config.fusion.maxUpstreamCalls, 4);
  });

  it('says line and column of a syntax error', () => {
    const parsed = parseConfigText('{\n  "auto": {\n    "tools" "route"\n  }\n}', 'test.json');
    assert.ok(!parsed.ok);
    assert.match(issueText(parsed.errors[0] as ConfigIssue), /^test\.json:3:13: is not valid JSON: colon expected/);
  });

  it('says that an empty file is empty', () => {
    const parsed = parseConfigText('', 'test.json');
    assert.ok(!parsed.ok);
    assert.match(issueText(parsed.errors[0] as ConfigIssue), /^test\.json:1:1: is not valid JSON/);
  });

  it('says line and column of a wrong value and of a broken reference', () => {
    const wrong = parseConfigText('{\n  "auto": {\n    "tools": "both"\n  }\n}', 'test.json');
    assert.ok(!wrong.ok);
    assert.deepEqual([wrong.errors[0]?.line, wrong.errors[0]?.column], [3, 5]);
    const dangling = parseConfigText('{\n  "fusion": {\n    "judgeRole": "nobody" } }', 'test.json');
    assert.ok(!dangling.ok);
    assert.deepEqual([dangling.errors[0]?.path, dangling.errors[0]?.line], ['fusion.judgeRole', 3]);
  });
});

describe('parsePool', () => {
  it('takes an array in the form of auto.candidates', () => {
    const parsed = parsePool([{ id: 'weak', role: 'fast', model: 'vendor/weak' }], 'pool.json');
    assert.ok(parsed.ok);
    assert.equal(parsed.pool[0]?.id, 'weak');
  });

  it('names the element and the key that is wrong', () => {
    const parsed = parsePool([{ id: 'weak', modell: 'vendor/weak' }], 'pool.json');
    assert.ok(!parsed.ok);
    assert.match(issueText(parsed.errors[0] as ConfigIssue), /^pool\.json: \[0\]\.?modell: unknown key; did you mean `\[0\]\.?model`\?/);
  });
});
