import { reduce, wantedId } from './state.ts';
import type { Action, ViewerState } from './state.ts';

export interface Store {
  readonly state: ViewerState;
  dispatch(action: Action): void;
}

/**
 * Holds the state, draws after each change, and asks once for each record that is wanted and not at hand. `get` may answer
 * at any later time, or never: after the next hello it is asked again.
 */
export function createStore(initial: ViewerState, { draw, get }: { draw(state: ViewerState): void; get(id: string): void }): Store {
  let state = initial;
  let askedId: string | null = null;
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (action.type === 'live' && action.message.type === 'hello') askedId = null;
      if (next === state) return;
      state = next;
      draw(state);
      const wanted = wantedId(state);
      if (wanted !== null && wanted !== askedId) get(wanted);
      askedId = wanted;
    },
  };
}
