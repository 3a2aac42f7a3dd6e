import assert from 'node:assert/strict';
import { HALF_LIFE_MS, MOST_OUTCOMES } from '../../../../src/routing/learning/line.ts';
import { Ledger, MOST_LINES, type Keep } from '../../../../src/routing/learning/ledger.ts';
import { WEIGHT, type Outcome } from '../../../../src/routing/learning/outcome.ts';

const T0 = 1_790_000_000_000;
const outcome = (changed: Partial<Outcome> = {}): Outcome => ({ kind: 'debug', model: 'or/v/a', from: 'tests', right: true, predicted: 0.6, traceId: 't1', atMs: T0, ...changed });

/** A store that outlives the ledgers in front of it. */
function keeping(): Keep & { kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept, load: () => new Map(JSON.parse(JSON.stringify([...kept])) as [string, unknown][]),
    save: (entries) => { for (const [key, value] of entries) kept.set(key, value); },
    clear: () => { kept.clear(); return Promise.resolve(); },
  };
}

const countsOf = (ledger: Ledger, nowMs = T0) => ledger.picture(nowMs).get('or/v/a')?.debug;

describe('Ledger', () => {
  it('counts outcomes by kind of task and model, each by how much its source knows', () => {
    const ledger = new Ledger(keeping());
    ledger.add(outcome());
    ledger.add(outcome({ from: 'thumb', right: false }));
    ledger.add(outcome({ kind: 'docs', traceId: 't2' }));
    ledger.add(outcome({ model: 'or/v/b', traceId: 't3' }));
    const { right, wrong, expected } = countsOf(ledger) ?? {};
    assert.deepEqual([right, wrong, expected], [WEIGHT.tests, WEIGHT.thumb, 0.6 * (WEIGHT.tests + WEIGHT.thumb)]);
    assert.deepEqual([...ledger.picture(T0).keys()], ['or/v/a', 'or/v/b']);
    assert.deepEqual(Object.keys(ledger.picture(T0).get('or/v/a') ?? {}), ['debug', 'docs']);
  });

  it('halves what an outcome counts in thirty days, and drops it in half a year', () => {
    const ledger = new Ledger(keeping());
    ledger.add(outcome());
    assert.equal(countsOf(ledger, T0 + HALF_LIFE_MS)?.right, WEIGHT.tests / 2);
    ledger.add(outcome({ traceId: 't2', atMs: T0 + 6 * HALF_LIFE_MS }));
    assert.equal(ledger.entries(T0 + 6 * HALF_LIFE_MS)[0]?.outcomes, 1);
  });

  it('lets nothing grow when the clock is set back', () => {
    const ledger = new Ledger(keeping());
    ledger.add(outcome());
    assert.equal(countsOf(ledger, T0 - 10 * HALF_LIFE_MS)?.right, WEIGHT.tests);
  });

  it('is as if an outcome had never been once it is withdrawn', () => {
    const ledger = new Ledger(keeping());
    for (let i = 0; i < 5; i++) ledger.add(outcome({ traceId: `t${i}`, right: i % 2 === 0 }));
    const before = ledger.entries(T0 + 1);
    ledger.add(outcome({ traceId: 'x', from: 'thumb', right: false, predicted: 0.3 }));
    assert.notDeepEqual(ledger.entries(T0 + 1), before);
    assert.equal(ledger.withdraw('x', 'thumb', T0), true);
    assert.deepEqual(ledger.entries(T0 + 1), before);
    assert.equal(ledger.withdraw('x', 'thumb', T0), false);
  });

  it('takes one outcome of one source from one request: the newest replaces the one before', () => {
    const ledger = new Ledger(keeping());
    for (const right of [true, false, true, false]) ledger.add(outcome({ right }));
    assert.deepEqual([ledger.entries(T0)[0]?.right, ledger.entries(T0)[0]?.wrong], [0, WEIGHT.tests]);
  });

  it('keeps a bounded number of outcomes, and of those that say least the newest', () => {
    const ledger = new Ledger(keeping());
    ledger.add(outcome({ from: 'thumb', right: false, traceId: 'thumb' }));
    for (let i = 0; i < 3 * MOST_OUTCOMES; i++) ledger.add(outcome({ from: 'retry', right: false, traceId: `t${i}`, atMs: T0 + i }));
    const [entry] = ledger.entries(T0);
    assert.equal(entry?.outcomes, MOST_OUTCOMES);
    assert.equal(entry?.by.thumb?.wrong, WEIGHT.thumb);
    assert.equal(ledger.withdraw('t0', 'retry', T0), false);
    assert.equal(ledger.withdraw(`t${3 * MOST_OUTCOMES - 1}`, 'retry', T0), true);
  });

  it('keeps a bounded number of lines, those in which something happened last', () => {
    const ledger = new Ledger(keeping());
    for (let i = 0; i < MOST_LINES + 5; i++) ledger.add(outcome({ model: `or/m${i}`, atMs: T0 + i }));
    const models = ledger.entries(T0).map(({ model }) => model);
    assert.equal(models.length, MOST_LINES);
    assert.ok(!models.includes('or/m0') && models.includes(`or/m${MOST_LINES + 4}`));
  });

  it('goes on after a restart with what was kept', () => {
    const keep = keeping();
    const before = new Ledger(keep);
    before.add(outcome());
    before.add(outcome({ from: 'thumb', right: false }));
    const after = new Ledger(keep);
    after.load();
    assert.deepEqual(after.entries(T0), before.entries(T0));
    assert.equal(after.withdraw('t1', 'thumb', T0), true);
    assert.equal(countsOf(after)?.wrong, 0);
  });

  it('does not let what is kept take back what it knows better', () => {
    const keep = keeping();
    const ledger = new Ledger(keep);
    ledger.add(outcome());
    const old = new Map(keep.kept);
    ledger.withdraw('t1', 'tests', T0);
    for (const [key, value] of old) keep.kept.set(key, value);
    ledger.load();
    assert.deepEqual(ledger.entries(T0), []);
  });

  it('goes on from what others who share the store have learned', () => {
    const keep = keeping();
    const [one, other] = [new Ledger(keep), new Ledger(keep)];
    one.add(outcome());
    other.add(outcome({ traceId: 't2', atMs: T0 + 1 }));
    one.add(outcome({ traceId: 't3', atMs: T0 + 2 }));
    assert.deepEqual([one, other].map((ledger) => ledger.entries(T0)[0]?.outcomes), [3, 3]);
    assert.equal(other.withdraw('t1', 'tests', T0 + 3), true);
    assert.equal(one.entries(T0)[0]?.outcomes, 2);
  });

  it('passes over what it cannot read', () => {
    const keep = keeping();
    for (const [key, value] of Object.entries({ 'outcomes:debug:or/v/a': { version: 1, outcomes: 'many' }, 'outcomes:docs:or/v/a': null, other: {}, 'outcomes:test:or/v/a': { version: 1, changedAtMs: 1, outcomes: [{ at: T0, from: 'gossip', right: true, predicted: 2, trace: 't' }] } })) keep.kept.set(key, value);
    const ledger = new Ledger(keep);
    ledger.load();
    assert.deepEqual(ledger.entries(T0), []);
  });

  it('forgets a kind, a model with or without its upstream, or all, beyond this process too', async () => {
    const keep = keeping();
    const ledger = new Ledger(keep);
    for (const [at, kind] of (['debug', 'docs', 'test'] as const).entries()) for (const model of ['or/v/a', 'or/v/b', 'local/v/b']) ledger.add(outcome({ kind, model, traceId: `${at}` }));
    assert.equal(await ledger.forget('docs'), 3);
    assert.equal(await ledger.forget('or/v/a'), 2);
    assert.equal(await ledger.forget('v/b'), 4);
    assert.equal(await ledger.forget('v/b'), 0);
    ledger.add(outcome());
    assert.deepEqual([...keep.kept.keys()], ['outcomes:debug:or/v/a']);
    assert.equal(await ledger.forget(null), 1);
    assert.deepEqual([ledger.entries(T0), [...keep.kept.keys()], ledger.picture(T0).size], [[], [], 0]);
  });

  it('gives the same picture until something changed, and shows a thumb at once', () => {
    const ledger = new Ledger(keeping());
    ledger.add(outcome());
    const picture = ledger.picture(T0);
    ledger.add(outcome({ traceId: 't2' }));
    assert.equal(ledger.picture(T0 + 1_000), picture);
    assert.notEqual(ledger.picture(T0 + 10_000), picture);
    const later = ledger.picture(T0 + 20_000);
    assert.equal(ledger.picture(T0 + 30_000), later);
    ledger.add(outcome({ traceId: 't3', from: 'thumb' }));
    assert.notEqual(ledger.picture(T0 + 30_001), later);
  });

  it('comes to the same, whatever the order of the outcomes', () => {
    const outcomes = Array.from({ length: 20 }, (_, i) => outcome({ traceId: `t${i}`, right: i % 3 === 0, atMs: T0 - i * 86_400_000 }));
    const [one, other] = [outcomes, outcomes.toReversed()].map((all) => {
      const ledger = new Ledger(keeping());
      for (const each of all) ledger.add(each);
      return ledger.entries(T0)[0];
    });
    assert.ok(one !== undefined && other !== undefined && Math.abs(one.right - other.right) < 1e-9 && Math.abs(one.learned - other.learned) < 1e-9);
  });

  it('says for people what was predicted on average and what that is now', () => {
    const ledger = new Ledger(keeping());
    for (let i = 0; i < 10; i++) ledger.add(outcome({ traceId: `t${i}`, right: false, predicted: 0.8 }));
    const [entry] = ledger.entries(T0);
    assert.ok(entry !== undefined && Math.abs(entry.predicted - 0.8) < 1e-9 && entry.learned < 0.8 && entry.learned >= 0.65 - 1e-9);
    assert.deepEqual([entry.kind, entry.model, entry.outcomes, entry.sinceMs, entry.lastMs], ['debug', 'or/v/a', 10, T0, T0]);
  });
});
