import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/trace/redact.ts';

const KEY = 'sk-or-v1-a/b+c=d"e 0123456789';

describe('redactor', () => {
  const redactor = createRedactor([KEY]);

  it('replaces a key in a text, every time it stands there', () => {
    assert.equal(redactor.redactText(`401 for ${KEY}, tried ${KEY} twice`), '401 for [redacted], tried [redacted] twice');
  });

  it('finds a key that is URL-encoded, form-encoded or escaped for JSON', () => {
    const forms = [encodeURIComponent(KEY), encodeURIComponent(KEY).replaceAll(/%../g, (hex) => hex.toLowerCase()), new URLSearchParams({ k: KEY }).toString().slice(2), JSON.stringify(KEY).slice(1, -1)];
    for (const form of forms) assert.equal(redactor.redactText(`?key=${form}&x=1`), '?key=[redacted]&x=1', form);
  });

  it('finds a key inside base64, wherever it begins and whatever stands around it', () => {
    for (const alphabet of ['base64', 'base64url'] as const) {
      for (const before of ['', 'u', 'us', 'user:', 'user1:']) {
        const header = Buffer.from(`${before}${KEY}after`).toString(alphabet);
        const clean = redactor.redactText(header);
        assert.notEqual(clean, header);
        assert.ok(!Buffer.from(clean, alphabet).toString('latin1').includes(KEY.slice(3, 20)), `${alphabet} after "${before}"`);
      }
    }
  });

  it('masks two keys that overlap as one', () => {
    const both = createRedactor(['abcdefgh-1', 'gh-1-ijklm']);
    assert.equal(both.redactText('<abcdefgh-1-ijklm>'), '<[redacted]>');
  });

  it('masks the longer of two keys that begin alike, to its end', () => {
    const both = createRedactor(['sk-12345678', 'sk-12345678-live-abcdef']);
    assert.equal(both.redactText('a sk-12345678-live-abcdef b'), 'a [redacted] b');
  });

  it('cleans every string of plain data and leaves the rest', () => {
    const data = { n: 1, none: null, list: [`x ${KEY}`, { deep: KEY }], [KEY]: true };
    assert.deepEqual(redactor.redactDeep(data), { n: 1, none: null, list: ['x [redacted]', { deep: '[redacted]' }], '[redacted]': true });
    assert.equal(data.list[0], `x ${KEY}`);
  });

  it('finds every form of a key in data, escaped ones too', () => {
    for (const form of [KEY, JSON.stringify(KEY).slice(1, -1), JSON.stringify(KEY).slice(1, -1).replaceAll('/', '\\/'), encodeURIComponent(KEY)]) {
      assert.deepEqual(redactor.redactDeep({ log: [`said "${form}"`] }), { log: ['said "[redacted]"'] }, form);
    }
  });

  it('takes what is not there for what it is', () => {
    assert.equal(redactor.redactDeep(undefined), undefined);
    assert.equal(redactor.redactDeep(null), null);
  });

  it('finds a key in a long string too', () => {
    const data = { text: `${'x'.repeat(10_000)}${KEY}` };
    assert.ok(!redactor.redactDeep(data).text.includes(KEY));
  });

  it('gives back the very same data when there is nothing to hide', () => {
    const data = { a: ['harmless', 'x'.repeat(5_000)], b: { c: 'sk-or-v1-' } };
    assert.equal(redactor.redactDeep(data), data);
  });

  it('is the identity without secrets', () => {
    const idle = createRedactor([]);
    const data = { a: KEY };
    assert.equal(idle.idle, true);
    assert.equal(idle.redactDeep(data), data);
    assert.equal(idle.redactText(KEY), KEY);
  });

  it('ignores empty and short values and the placeholders of local servers: answers may contain them', () => {
    const text = 'ollama and lm-studio need no key';
    assert.equal(createRedactor(['', 'ollama', 'lm-studio', 'need']).redactText(text), text);
  });

  it('takes other keys over', () => {
    const changing = createRedactor(['first-secret']);
    changing.replaceSecrets(['second-secret']);
    assert.equal(changing.redactText('first-secret second-secret'), 'first-secret [redacted]');
  });
});
