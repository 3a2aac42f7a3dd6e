import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CACHE_TTL_MS, Caches } from './sessions-cache.mjs';
import { draw, interval } from './sessions-random.mjs';
import { play } from './sessions-play.mjs';
import { policies } from './sessions-policies.mjs';
import { poolForSessions } from './sessions-pool.mjs';

const model = { id: 'a', pricing: { inputUsdPer1M: 10, outputUsdPer1M: 20, cachedInputUsdPer1M: 1 } };
const prompt = { input: 1_000_000, output: 0, stamp: 0, shared: 100_000, nowMs: 0 };

describe('the simulation of sessions', () => {
  it('bills a prompt that was there before as cached, until the cache is cold', () => {
    const caches = new Caches();
    assert.equal(caches.bill(model, prompt).usd, 10);
    assert.equal(caches.bill(model, { ...prompt, nowMs: CACHE_TTL_MS }).usd, 1);
    assert.equal(caches.bill(model, { ...prompt, nowMs: 2 * CACHE_TTL_MS + 1 }).usd, 10);
  });

  it('bills another model as cold, and after a compaction all but the head', () => {
    const caches = new Caches();
    caches.bill(model, prompt);
    assert.equal(caches.bill({ ...model, id: 'b' }, prompt).cold, true);
    assert.equal(caches.bill(model, { ...prompt, stamp: 1 }).cached, 100_000);
  });

  it('bills what is new at the price of writing it, where that is dearer', () => {
    const written = { id: 'a', pricing: { ...model.pricing, cacheWriteUsdPer1M: 12.5 } };
    assert.equal(new Caches().bill(written, prompt).usd, 12.5);
    assert.equal(new Caches().bill({ id: 'a', pricing: { ...model.pricing, cacheWriteUsdPer1M: 0.4 } }, prompt).usd, 10);
  });

  it('draws the same for the same name, evenly', () => {
    assert.equal(draw('a', 1), draw('a', 1));
    const values = Array.from({ length: 4_000 }, (_, at) => draw('even', at));
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = values.filter((value) => Math.floor(value * 10) === tenth).length / values.length;
      assert.ok(Math.abs(share - 0.1) < 0.02, `${tenth}: ${share}`);
    }
    const [low, high] = interval(values, (some) => some.reduce((sum, value) => sum + value, 0) / some.length, 100);
    assert.ok(low < 0.5 && high > 0.5 && high - low < 0.05, `${low} ${high}`);
  });

  it('plays a session under every policy: the same issues, finished by who can', () => {
    const pool = poolForSessions();
    const task = (name, solvers) => ({ name, ask: 'Fix the crash when the file is empty', solvedBy: (id) => solvers.includes(id), steps: () => 6, pauseMs: 0 });
    const session = { seed: 's', tasks: [task('all', [...pool.byId.keys()]), task('strongest', [pool.strongest]), task('none', [])] };
    const results = Object.fromEntries(policies(pool).map((policy) => [policy.name, play(session, policy, { byId: pool.byId, blind: false })]));
    for (const [name, { tasks, usd }] of Object.entries(results)) assert.ok(tasks === 3 && usd > 0, name);
    const { solved: strong, usd, switches } = results['always the strongest'];
    assert.ok(strong >= 2 && switches === 0);
    assert.ok(results['always the cheapest'].usd < usd && results['always the cheapest'].solved >= 1);
    const [rescued] = Object.entries(results).find(([name]) => name.startsWith('reference')).slice(1);
    assert.ok(rescued.solved === 2 && rescued.switches >= 1, JSON.stringify(rescued));
  });
});
