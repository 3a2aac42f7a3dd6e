import assert from 'node:assert/strict';
import { initialState } from '../../../src/viewer/state.ts';
import { createStore } from '../../../src/viewer/store.ts';
import { hello, record } from '../../viewer/fixtures.ts';

describe('the viewer\'s store', () => {
  const records = [record('a', 1000), record('b', 2000)];

  function storeWithLog(): { store: ReturnType<typeof createStore>; asked: string[]; drawn: () => number } {
    const asked: string[] = [];
    let drawings = 0;
    const store = createStore(initialState(), { draw: () => { drawings += 1; }, get: (id) => asked.push(id) });
    return { store, asked, drawn: () => drawings };
  }

  it('asks once for the record that is selected', () => {
    const { store, asked } = storeWithLog();
    store.dispatch({ type: 'live', message: hello(records) });
    store.dispatch({ type: 'filter', filter: { text: 'x', status: 'all' } });
    assert.deepEqual(asked, ['b']);
    store.dispatch({ type: 'select', id: 'a' });
    store.dispatch({ type: 'select', id: 'b' });
    assert.deepEqual(asked, ['b', 'a', 'b']);
  });

  it('asks again after the next greeting when no answer came', () => {
    const { store, asked } = storeWithLog();
    store.dispatch({ type: 'live', message: hello(records) });
    store.dispatch({ type: 'live', message: hello(records) });
    assert.deepEqual(asked, ['b', 'b']);
  });

  it('draws after a change and only then', () => {
    const { store, drawn } = storeWithLog();
    store.dispatch({ type: 'live', message: hello(records) });
    assert.equal(drawn(), 1);
    store.dispatch({ type: 'select', id: 'nobody' });
    store.dispatch({ type: 'reading', where: 'list', on: false });
    assert.equal(drawn(), 1);
  });
});
