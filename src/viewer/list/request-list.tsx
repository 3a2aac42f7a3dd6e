import type { VNode } from 'preact';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { plural } from '../format.ts';
import type { Store } from '../store.ts';
import { neighbourId, visibleTraces } from '../state.ts';
import type { ViewerState } from '../state.ts';
import { ListTools } from './list-tools.tsx';
import { TotalsLine } from './totals-line.tsx';
import { TraceRow, optionId } from './trace-row.tsx';

export interface RequestListProps {
  state: ViewerState;
  store: Store;
  /** A line was clicked, or Enter pressed on it. */
  onOpen(how: 'pointer' | 'keyboard'): void;
}

const PAGE_LINES = 8;

/** The list of requests, newest first: one listbox whose selection follows the arrow keys. */
export function RequestList({ state, store, onOpen }: RequestListProps): VNode {
  const box = useRef<HTMLUListElement>(null);
  const visible = visibleTraces(state);
  const { selectedId } = state;
  const choose = useCallback((id: string) => {
    store.dispatch({ type: 'select', id });
    onOpen('pointer');
  }, [store, onOpen]);

  // Only a change of selection scrolls the list, never a new line.
  useLayoutEffect(() => {
    const option = selectedId === null ? null : document.getElementById(optionId(selectedId));
    option?.scrollIntoView({ block: 'nearest' });
  }, [selectedId]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' && selectedId !== null) {
      event.preventDefault();
      onOpen('keyboard');
      return;
    }
    const steps = stepsOf(event.key);
    if (steps === undefined) return;
    event.preventDefault();
    const id = neighbourId(state, steps);
    if (id !== null) store.dispatch({ type: 'select', id });
  };

  return (
    <section class="list-pane" aria-label="Requests">
      <ListTools
        filter={state.filter} follow={state.follow} shown={visible.length} total={state.traces.length}
        onFilter={(filter) => store.dispatch({ type: 'filter', filter })} onFollow={(on) => store.dispatch({ type: 'follow', on })}
      />
      <TotalsLine traces={visible} />
      <div class="list-frame">
        {state.unseen === 0 ? null : (
          <button type="button" class="unseen" onClick={() => { box.current?.scrollTo({ top: 0 }); box.current?.focus(); }}>
            {plural(state.unseen, 'new request')}
          </button>
        )}
        <ul
          class="list" ref={box} role="listbox" aria-label="Requests, newest first" tabIndex={0} onKeyDown={onKeyDown}
          aria-activedescendant={visible.some(({ id }) => id === selectedId) && selectedId !== null ? optionId(selectedId) : undefined}
          onScroll={(event) => store.dispatch({ type: 'reading', where: 'list', on: event.currentTarget.scrollTop > 8 })}
        >
          {visible.map((trace) => <TraceRow key={trace.id} trace={trace} selected={trace.id === selectedId} onChoose={choose} />)}
        </ul>
        {visible.length === 0 ? <p class="list-none quiet">No request matches the filter.</p> : null}
      </div>
    </section>
  );
}

function stepsOf(key: string): number | undefined {
  switch (key) {
    case 'ArrowDown': return 1;
    case 'ArrowUp': return -1;
    case 'PageDown': return PAGE_LINES;
    case 'PageUp': return -PAGE_LINES;
    case 'Home': return Number.NEGATIVE_INFINITY;
    case 'End': return Number.POSITIVE_INFINITY;
    default: return undefined;
  }
}
