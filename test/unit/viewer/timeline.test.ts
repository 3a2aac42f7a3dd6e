import assert from 'node:assert/strict';
import { elapsedMs, ticksOf, timelineOf } from '../../../src/viewer/timeline.ts';
import { failed, fusionPanel, phase, record, running } from '../../viewer/fixtures.ts';

describe('the waterfall', () => {
  it('begins with the whole request, then each phase', () => {
    const { rows, totalMs } = timelineOf(record('a', 0), 99_999);
    assert.equal(totalMs, 2610);
    assert.deepEqual(rows.map(({ kind, startedMs, endedMs }) => [kind, startedMs, endedMs]), [['request', 0, 2610], ['phase', 12, 2600]]);
    assert.equal(rows[0]?.widthPercent, 100);
  });

  it('shows attempts where one failed or there were several', () => {
    const kinds = timelineOf(fusionPanel(0), 0).rows.map(({ id, kind, status }) => `${id} ${kind} ${status}`);
    assert.deepEqual(kinds, [
      'request request done', 'p1 phase done', 'p2 phase done', 'p2/0 attempt failed', 'p2/1 attempt done', 'p3 phase failed', 'p3/0 attempt failed', 'p4 phase done', 'p5 phase done',
    ]);
    assert.equal(timelineOf(failed(0), 0).rows.length, 4);
    const once = record('a', 0, { phases: [phase({ id: 'p', phase: 'primary', candidateId: 'coder', attempts: [{ model: 'm', upstreamName: 'u', status: 'success', startedMs: 1, durationMs: 2 }] })] });
    assert.equal(timelineOf(once, 0).rows.length, 2);
  });

  it('grows with the clock while a request runs', () => {
    const trace = running(10_000);
    assert.equal(elapsedMs(trace, 10_000), 4200);
    const [early, late] = [10_000, 16_000].map((nowMs) => timelineOf(trace, nowMs));
    assert.equal(late?.totalMs, 10_200);
    assert.equal(late?.rows.at(-1)?.endedMs, null);
    assert.ok((late?.rows.at(-1)?.widthPercent ?? 0) > (early?.rows.at(-1)?.widthPercent ?? 0));
  });

  it('never takes a running request for shorter than what it tells of, whatever the clock says', () => {
    assert.equal(elapsedMs(running(10_000), 0), 2910);
  });

  it('keeps every bar on the axis, even of times that cannot be', () => {
    const wild = record('a', 0, { durationMs: 10, phases: [phase({ id: 'p', phase: 'primary', candidateId: 'c', startedMs: -50, firstContentMs: 1e9, endedMs: 5 })] });
    for (const { startPercent, widthPercent, firstContentPercent } of timelineOf(wild, 0).rows) {
      assert.ok(startPercent >= 0 && startPercent + widthPercent <= 100);
      assert.ok((firstContentPercent ?? 0) <= 100);
    }
  });

  it('marks the axis at three to six round times', () => {
    assert.deepEqual(ticksOf(2610), [0, 1000, 2000]);
    assert.deepEqual(ticksOf(21_480), [0, 10_000, 20_000]);
    for (const total of [1, 7, 99, 840, 5000, 61_000, 900_000, 1e9]) {
      const ticks = ticksOf(total);
      assert.ok(ticks.length >= 2 && ticks.length <= 6, `${total}: ${ticks.length}`);
      assert.ok((ticks.at(-1) ?? 0) <= total);
    }
  });
});
