import assert from 'node:assert/strict';
import { maskSecrets, maskSecretsDeep } from '../../../src/store/mask-secrets.ts';

describe('what looks like a secret', () => {
  const secrets: [string, string, string][] = [
    ['an OpenAI key', 'use sk-proj-abcDEF0123456789abcd now', 'use [redacted] now'],
    ['an Anthropic key', 'sk-ant-api03-abcDEF0123456789', '[redacted]'],
    ['a GitHub token', 'token ghp_abcdefghijklmnopqrstuvwxyz0123', 'token [redacted]'],
    ['a GitLab token', 'glpat-abcdefghij0123456789', '[redacted]'],
    ['a Slack token', 'xoxb-1234567890-abcdef', '[redacted]'],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['a Google key', 'AIzaSyA-1234567890abcdefghijklmnopqrstu', '[redacted]'],
    ['a signed token', 'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh y', 'x [redacted] y'],
    ['a bearer header', 'Authorization: Bearer abc.def-ghi_jkl123', 'Authorization: Bearer [redacted]'],
    ['a password in an address', 'postgres://app:hunter2@db/x', 'postgres://app:[redacted]@db/x'],
    ['an assignment', 'DB_PASSWORD="correct horse"', 'DB_PASSWORD="[redacted] horse"'],
    ['a JSON field', '{"api_key": "abcdef123456"}', '{"api_key": "[redacted]"}'],
    ['a private key', 'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb', 'a\n[redacted]\nb'],
  ];
  for (const [what, text, masked] of secrets) {
    it(`is masked: ${what}`, () => { assert.equal(maskSecrets(text), masked); });
  }

  it('is masked once', () => {
    assert.equal(maskSecrets(maskSecrets('password=hunter2hunter2')), 'password=[redacted]');
  });

  for (const text of ['the token count is 512', 'skip-navigation-links-for-accessibility', 'see https://example.com:8080/a@b', 'tokens: 12', 'a basic question', 'risk-free-and-without-any-keys']) {
    it(`is not what ordinary text looks like: ${text}`, () => { assert.equal(maskSecrets(text), text); });
  }

  it('is found in every string of plain data, and names of fields stay', () => {
    assert.deepEqual(maskSecretsDeep({ password: 1, list: [{ text: 'password: hunter22' }, null, true] }), { password: 1, list: [{ text: 'password: [redacted]' }, null, true] });
  });

  it('is found in long texts in no time', () => {
    const text = 'password '.repeat(20_000) + '-----BEGIN PRIVATE KEY-----'.repeat(50) + 'a:b@'.repeat(5_000);
    assert.ok(maskSecrets(text).length > 0);
  });
});
