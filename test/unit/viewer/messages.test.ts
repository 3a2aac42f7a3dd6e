import assert from 'node:assert/strict';
import { isTraceRecord, parseConnection, parseLiveMessage, parseMissing } from '../../../src/viewer/messages.ts';
import { everyKind, fastSingle, hello, owner } from '../../viewer/fixtures.ts';
import { hostile } from '../../viewer/hostile.ts';

const NOW_MS = 1_790_000_000_000;

/** Through JSON, as everything comes. */
function sent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('messages to the viewer', () => {
  it('takes every kind of record that a gateway makes', () => {
    for (const trace of [...everyKind(NOW_MS), hostile(NOW_MS)]) {
      assert.deepEqual(parseLiveMessage(sent({ type: 'trace', trace })), { type: 'trace', trace: sent(trace) }, trace.id);
    }
  });

  it('takes a greeting, a state and a deletion', () => {
    const greeting = hello(everyKind(NOW_MS));
    assert.deepEqual(parseLiveMessage(sent(greeting)), greeting);
    assert.deepEqual(parseLiveMessage({ type: 'state', state: owner }), { type: 'state', state: owner });
    assert.deepEqual(parseLiveMessage({ type: 'deleted', id: 'x' }), { type: 'deleted', id: 'x' });
  });

  it('refuses what is none', () => {
    for (const value of [null, undefined, 1, 'hello', [], {}, { type: 'trace' }, { type: 'trace', trace: {} }, { type: 'deleted', id: 4 }, { type: 'eval', code: '1' }]) {
      assert.equal(parseLiveMessage(value), null, JSON.stringify(value));
    }
  });

  it('refuses a record when any field of it is missing or of another type', () => {
    const good = sent(fastSingle(NOW_MS)) as Record<string, unknown>;
    for (const key of Object.keys(good)) {
      assert.equal(isTraceRecord({ ...good, [key]: Symbol.iterator }), false, `${key} of another type`);
      const { [key]: _left, ...rest } = good;
      // Records of before there were comparisons have none.
      assert.equal(isTraceRecord(rest), key === 'savings', `${key} missing`);
    }
  });

  it('looks into the depth of a plan', () => {
    const record = sent(fastSingle(NOW_MS)) as { plan: { candidates: { parts: Record<string, unknown> }[] } };
    const [first] = record.plan.candidates;
    assert.ok(first);
    first.parts.skill = '<b>0.5</b>';
    assert.equal(isTraceRecord(record), false);
  });

  it('does not take inherited fields for a record\'s own', () => {
    assert.equal(isTraceRecord(Object.create(fastSingle(NOW_MS))), false);
  });

  it('shows names that it does not know yet, and keeps fields that it does not know', () => {
    const record = { ...fastSingle(NOW_MS), wire: 'telepathy', colour: 'blue' };
    assert.equal(isTraceRecord(record), true);
  });

  it('loses of a greeting only the line that is broken', () => {
    const greeting = sent(hello(everyKind(NOW_MS))) as { traces: unknown[] };
    const whole = greeting.traces.length;
    greeting.traces.push({ id: 'half' });
    const message = parseLiveMessage(greeting);
    assert.equal(message?.type === 'hello' && message.traces.length, whole);
  });

  it('takes the editor\'s word on the connection and on missing records', () => {
    assert.deepEqual(parseConnection({ type: 'connection', status: 'disconnected', detail: 'The gateway is stopped.' }), { status: 'disconnected', detail: 'The gateway is stopped.' });
    assert.equal(parseConnection({ type: 'connection', status: 'dancing', detail: '' }), null);
    assert.equal(parseMissing({ type: 'missing', id: 'a' }), 'a');
    assert.equal(parseMissing({ type: 'missing' }), null);
  });
});
