import assert from 'node:assert/strict';
import { ask } from './support/ask.ts';
import { openBench } from './support/bench.ts';
import { isShort, REPLAY, SEED, SOAK_S } from './support/scope.ts';
import { playSoak, SILENT, soak, soakConfig } from './support/soak.ts';
import { until } from './support/until.ts';

/** What may be more than before (criterion D4). */
const MORE_DESCRIPTORS = 25;
const MORE_RSS_BYTES = 100_000_000;
const LEAVING = 60;
/** As many requests as it takes until the memory of an idle gateway is that of a busy one. */
const WARM_UP = isShort ? 150 : 400;

describe(`a soak of ${SOAK_S} s with seed ${SEED} (D1, D4, U4, U7)`, function () {
  this.timeout((SOAK_S + 120) * 1_000);

  it('answers every request that its client waited for, and leaves nothing behind', async () => {
    const bench = await openBench({ config: soakConfig });
    const { gateway, rogue } = bench;
    try {
      playSoak(rogue, SEED);
      const atRest = async (): Promise<{ descriptors: number; rssBytes: number }> => {
        await until(() => rogue.open === 0, 5_000, () => `${rogue.open} calls to the upstream have no client any more`);
        await until(() => rogue.connections === 0, 10_000, () => `${rogue.connections} connections to the upstream stay open`);
        return { descriptors: await gateway.descriptors() ?? 0, rssBytes: await gateway.rssBytes() ?? 0 };
      };
      const warm = await soak(bench, SEED, 10_000_000, (sent) => sent < WARM_UP);
      assert.deepEqual(warm.wrong, []);
      const before = await atRest();
      const endMs = Date.now() + SOAK_S * 1_000;
      const counts = await soak(bench, SEED, 0, () => Date.now() < endMs);
      // Whoever is called now is called for nobody: a second later no call may be left (criterion D1), long before the limits of time would end it.
      await soak(bench, SEED, 20_000_000, (sent) => sent < LEAVING, { client: 'resets', title: SILENT });
      await until(() => rogue.open === 0, 1_500, () => `${rogue.open} calls go on for nobody`);
      let after = await atRest();
      const mb = (bytes: number): number => Math.round(bytes / 1_000_000);
      const busyBytes = after.rssBytes;
      const isBack = ({ descriptors, rssBytes }: typeof after): boolean => descriptors <= before.descriptors + MORE_DESCRIPTORS && rssBytes <= before.rssBytes + MORE_RSS_BYTES;
      // Memory goes back when the gateway has been idle for some seconds.
      await until(async () => { after = await atRest(); return isBack(after); }, 20_000, () => `before ${before.descriptors} descriptors and ${mb(before.rssBytes)} MB, after ${after.descriptors} and ${mb(after.rssBytes)} MB`);
      const seen = [...counts.seen].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`).join(', ');
      console.log(`      ${counts.sent} sent = ${counts.answered} answered (${seen}) + ${counts.left} left; ${rogue.calls.length} calls to the upstream; descriptors ${before.descriptors} → ${after.descriptors}, memory ${mb(before.rssBytes)} → ${mb(busyBytes)} → ${mb(after.rssBytes)} MB; ${REPLAY}`);
      assert.deepEqual(counts.wrong.slice(0, 20), []);
      assert.equal(counts.sent, counts.answered + counts.left);
      const { traces } = JSON.parse((await ask(gateway.port, { method: 'GET', path: '/traces?limit=1000', headers: { authorization: `Bearer ${gateway.viewToken}` } })).body) as { traces: { id: string; status: string }[] };
      assert.ok(traces.length > 0 && traces.every(({ status }) => status !== 'running'), 'no request goes on without its client');
      await bench.assertWell();
    } finally {
      await bench.close();
    }
  });
});
