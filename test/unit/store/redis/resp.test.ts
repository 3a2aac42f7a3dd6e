import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeCommand, RedisRefusal, RespError, RespReader } from '../../../../src/store/redis/resp.ts';

const read = (text: string) => new RespReader().push(Buffer.from(text));

describe('the wire format of Redis', () => {
  it('gives each argument its length, so that nothing in one is taken for a command', () => {
    assert.equal(encodeCommand(['SET', 'k', 'a\r\nFLUSHALL\r\n', 5]), '*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$13\r\na\r\nFLUSHALL\r\n\r\n$1\r\n5\r\n');
    assert.equal(encodeCommand(['ä']), '*1\r\n$2\r\nä\r\n');
  });

  it('reads every kind of answer', () => {
    assert.deepEqual(read('+OK\r\n:-12\r\n$5\r\nhello\r\n$0\r\n\r\n$-1\r\n*-1\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n'), ['OK', -12, 'hello', '', null, null, [1, ['x']]]);
    const [refusal] = read('-ERR no\r\n');
    assert.ok(refusal instanceof RedisRefusal && refusal.message === 'ERR no');
  });

  it('reads the same however the bytes are cut', () => {
    const bytes = Buffer.from('+OK\r\n*3\r\n$6\r\nhällo\r\n:7\r\n*2\r\n$-1\r\n-ERR x\r\n$40\r\n0123456789012345678901234567890123456789\r\n:1\r\n');
    const whole = new RespReader().push(bytes);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 20 }), (cuts) => {
      const reader = new RespReader();
      const at = [0, ...[...new Set(cuts)].sort((a, b) => a - b), bytes.length];
      assert.deepEqual(at.slice(1).flatMap((end, n) => reader.push(bytes.subarray(at[n], end))), whole);
    }));
  });

  for (const [what, text] of [
    ['another protocol', 'HTTP/1.1 200 OK\r\n'], ['a number that is none', ':1e9\r\n'], ['a value that is longer than it says', '$2\r\nabc\r\n'], ['a value without end', '$999999999\r\n'],
    ['a negative length', '$-2\r\n'], ['a list without end', '*999999999\r\n'], ['lists in lists in lists', '*1\r\n'.repeat(50)], ['a line without end', `+${'x'.repeat(70_000)}`],
  ] as const) {
    it(`refuses ${what}`, () => { assert.throws(() => read(text), RespError); });
  }
});
