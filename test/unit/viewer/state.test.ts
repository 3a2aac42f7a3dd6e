import assert from 'node:assert/strict';
import type { TraceRecord } from '../../../src/trace/types.ts';
import { MAX_RECORDS, MAX_TRACES, initialState, neighbourId, reduce, selectedRecord, visibleTraces, wantedId } from '../../../src/viewer/state.ts';
import type { Action, ViewerState } from '../../../src/viewer/state.ts';
import { summaryOf } from '../../../src/viewer/summary.ts';
import { hello, owner, record } from '../../viewer/fixtures.ts';

function run(state: ViewerState, ...actions: Action[]): ViewerState {
  return actions.reduce(reduce, state);
}

/** Record number `n`, started `n` seconds after the beginning. */
function numbered(n: number, more: Partial<TraceRecord> = {}): TraceRecord {
  return record(`t${n}`, n * 1000, more);
}

const trace = (n: number, more?: Partial<TraceRecord>): Action => ({ type: 'live', message: { type: 'trace', trace: numbered(n, more) } });
const greet = (...ns: number[]): Action => ({ type: 'live', message: hello(ns.map((n) => numbered(n))) });
const ids = (state: ViewerState): string[] => visibleTraces(state).map(({ id }) => id);

describe('the viewer\'s state', () => {
  it('lists requests newest first, whatever the order they are told in', () => {
    assert.deepEqual(ids(run(initialState(), greet(2, 3, 1), trace(5), trace(4))), ['t5', 't4', 't3', 't2', 't1']);
  });

  it('renews the line of a request that goes on, in its place', () => {
    const state = run(initialState(), greet(1, 2), trace(1, { status: 'failed', durationMs: 7 }));
    assert.deepEqual(ids(state), ['t2', 't1']);
    assert.equal(state.traces[1]?.status, 'failed');
  });

  it('keeps the very list when an update changes nothing that the list shows', () => {
    const before = run(initialState(), greet(1, 2));
    assert.equal(run(before, trace(1, { answer: 'more text' })).traces, before.traces);
  });

  it(`keeps ${MAX_TRACES} lines, and the one that is being read besides`, () => {
    const many = Array.from({ length: MAX_TRACES }, (_, n) => n + 1);
    let state = run(initialState(), greet(...many), { type: 'select', id: 't1' });
    state = run(state, trace(MAX_TRACES + 1), trace(MAX_TRACES + 2));
    assert.equal(state.traces.length, MAX_TRACES);
    assert.equal(state.traces.at(-1)?.id, 't1');
    assert.equal(state.selectedId, 't1');
  });

  it(`keeps ${MAX_RECORDS} whole records, and the selected one besides`, () => {
    let state = run(initialState(), trace(0), { type: 'select', id: 't0' }, { type: 'follow', on: false });
    for (let n = 1; n <= MAX_RECORDS + 5; n += 1) state = run(state, trace(n));
    assert.equal(state.records.size, MAX_RECORDS);
    assert.equal(selectedRecord(state)?.id, 't0');
    assert.equal(state.records.has('t1'), false);
  });

  describe('following', () => {
    it('selects each new request while nobody reads', () => {
      assert.equal(run(initialState(), greet(1)).selectedId, 't1');
      assert.equal(run(initialState(), greet(1), trace(2)).selectedId, 't2');
    });

    it('leaves the selection to who scrolled in the list or in the detail', () => {
      for (const where of ['list', 'detail'] as const) {
        assert.equal(run(initialState(), greet(1), { type: 'reading', where, on: true }, trace(2)).selectedId, 't1', where);
        assert.equal(run(initialState(), greet(1), { type: 'reading', where, on: true }, { type: 'reading', where, on: false }, trace(2)).selectedId, 't2', where);
      }
    });

    it('ends when an older request is chosen by hand, and not when the newest is', () => {
      assert.equal(run(initialState(), greet(1, 2), { type: 'select', id: 't1' }).follow, false);
      assert.equal(run(initialState(), greet(1, 2), { type: 'select', id: 't1' }, trace(3)).selectedId, 't1');
      assert.equal(run(initialState(), greet(1, 2), { type: 'select', id: 't2' }).follow, true);
    });

    it('goes to the newest when it is switched on again', () => {
      const state = run(initialState(), greet(1, 2), { type: 'select', id: 't1' }, { type: 'follow', on: true });
      assert.deepEqual([state.follow, state.selectedId], [true, 't2']);
    });

    it('passes over new requests that the filter hides', () => {
      const filtered = run(initialState(), greet(1), { type: 'filter', filter: { text: '', status: 'done' } });
      assert.equal(run(filtered, trace(2, { status: 'running', durationMs: null })).selectedId, 't1');
    });

    it('does not select an old request that is told of late', () => {
      assert.equal(run(initialState(), greet(5), trace(2)).selectedId, 't5');
    });
  });

  it('counts what came while the top of the list was out of sight, until it is back', () => {
    const away = run(initialState(), greet(1), { type: 'reading', where: 'list', on: true }, trace(2), trace(3), trace(3));
    assert.equal(away.unseen, 2);
    assert.equal(run(away, { type: 'reading', where: 'list', on: false }).unseen, 0);
  });

  it('gathers arrivals for one announcement, updates not counted', () => {
    const state = run(initialState(), greet(1), trace(2), trace(2), trace(3));
    assert.deepEqual([state.arrived.count, state.arrived.latest?.id], [2, 't3']);
    assert.equal(run(state, { type: 'announced' }).arrived.count, 0);
  });

  describe('fetching', () => {
    const connected = run(initialState(), greet(1, 2));

    it('wants the record of the selected line, once connected and until it is there', () => {
      assert.equal(wantedId(connected), 't2');
      assert.equal(wantedId(run(connected, trace(2))), null);
      assert.equal(wantedId(run(connected, { type: 'connection', connection: { status: 'disconnected', detail: '' } })), null);
    });

    it('does not ask again for what the gateway no longer has', () => {
      assert.equal(wantedId(run(connected, { type: 'missing', id: 't2' })), null);
    });

    it('asks again after a reconnection for what went on meanwhile, and only for that', () => {
      const ended = run(initialState(), greet(1), trace(1));
      assert.equal(wantedId(run(ended, greet(1))), null);
      const runningOne = run(initialState(), greet(1), trace(1, { status: 'running', durationMs: null }));
      assert.equal(wantedId(run(runningOne, greet(1))), 't1');
    });

    it('does not let a late answer undo the end of a request', () => {
      const state = run(initialState(), trace(1), trace(1, { status: 'running', durationMs: null }));
      assert.equal(selectedRecord(state)?.status, 'done');
      assert.equal(state.traces[0]?.status, 'done');
    });
  });

  describe('a greeting', () => {
    it('replaces the list of another gateway', () => {
      const other = { type: 'live', message: hello([numbered(9)], { ...owner, pid: owner.pid + 1 }) } as const;
      assert.deepEqual(ids(run(initialState(), greet(1, 2), other)), ['t9']);
    });

    it('keeps what the same gateway told of before the requests that it greets with', () => {
      assert.deepEqual(ids(run(initialState(), greet(1, 2, 3), greet(3, 4))), ['t4', 't3', 't2', 't1']);
      assert.deepEqual(ids(run(initialState(), greet(1, 2, 3), greet(1, 3))), ['t3', 't1']);
    });

    it('keeps the selection that was remembered, and falls back to the newest', () => {
      assert.equal(run(initialState({ selectedId: 't1', follow: false }), greet(1, 2)).selectedId, 't1');
      assert.equal(run(initialState({ selectedId: 'gone' }), greet(1, 2)).selectedId, 't2');
      assert.equal(run(initialState({ selectedId: 'gone', follow: false }), greet(1, 2)).selectedId, null);
    });

    it('keeps what the editor said of a gateway that it is connected to', () => {
      const told = run(initialState(), { type: 'connection', connection: { status: 'connected', detail: 'The gateway lives in another window.' } }, greet(1));
      assert.equal(told.connection.detail, 'The gateway lives in another window.');
      const back = run(initialState(), { type: 'connection', connection: { status: 'disconnected', detail: 'Trying again.' } }, greet(1));
      assert.deepEqual(back.connection, { status: 'connected', detail: '' });
    });
  });

  it('moves on to the next older request when the selected one is deleted, and to the newer at the end', () => {
    const remove = (id: string): Action => ({ type: 'live', message: { type: 'deleted', id } });
    const state = run(initialState(), greet(1, 2, 3), { type: 'select', id: 't2' });
    assert.equal(run(state, remove('t2')).selectedId, 't1');
    assert.equal(run(state, remove('t2'), remove('t1')).selectedId, 't3');
    assert.equal(run(state, remove('t3')).selectedId, 't2');
    assert.deepEqual(run(state, remove('t1'), remove('t2'), remove('t3')).selectedId, null);
  });

  it('steps along the visible lines and stops at both ends', () => {
    const state = run(initialState(), greet(1, 2, 3), { type: 'select', id: 't2' });
    assert.deepEqual([-1, 1, 8, -8, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((steps) => neighbourId(state, steps)), ['t3', 't1', 't1', 't3', 't1', 't3']);
    assert.equal(neighbourId(initialState(), 1), null);
  });

  it('ignores the choice of a request that is not there', () => {
    assert.equal(run(initialState(), greet(1), { type: 'select', id: 'x' }).selectedId, 't1');
  });

  it('derives a line from a record that has no plan and was not served', () => {
    const line = summaryOf(numbered(1, { plan: null, served: null }));
    assert.deepEqual([line.servedModel, line.strategy, line.turn, line.fallback, line.excerpt], [null, null, null, null, '']);
  });
});
