import type { RefObject, VNode } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { selectedRecord } from '../state.ts';
import type { ViewerState } from '../state.ts';
import type { Store } from '../store.ts';
import { Icon } from '../parts/icon.tsx';
import type { Thumb } from './thumbs.tsx';
import { TraceDetail } from './trace-detail.tsx';

export interface DetailPaneProps {
  state: ViewerState;
  store: Store;
  pane: RefObject<HTMLElement | null>;
  /** Back to the list; the button shows in narrow windows only. */
  onBack(): void;
  onDelete(id: string): void;
  onRate(id: string, thumb: Thumb | null): void;
}

/** The right side: the selected record, scrolled to where it was left. */
export function DetailPane({ state, store, pane, onBack, onDelete, onRate }: DetailPaneProps): VNode {
  const record = selectedRecord(state);
  const { selectedId } = state;
  useScrollMemory(pane, record === null ? null : record.id);
  const reading = useCallback(() => store.dispatch({ type: 'reading', where: 'detail', on: (pane.current?.scrollTop ?? 0) > 8 }), [store, pane]);
  // What is shown now decides, not what was shown before.
  useEffect(reading, [record?.id, reading]);
  return (
    <section
      class="detail-pane" ref={pane} aria-label="Request in detail" tabIndex={-1} onScroll={reading}
      onKeyDown={(event) => { if (event.key === 'Escape' && !event.defaultPrevented) onBack(); }}
    >
      <button type="button" class="button back" onClick={onBack}><Icon name="back" />All requests</button>
      {record === null ? <p class="detail-none quiet" role="status">{noneText(state, selectedId)}</p> : <TraceDetail key={record.id} record={record} onDelete={onDelete} onRate={onRate} />}
    </section>
  );
}

function noneText({ gone, connection }: ViewerState, selectedId: string | null): string {
  if (selectedId === null) return 'Select a request to see what became of it.';
  if (gone.has(selectedId)) return 'The gateway has no details of this request any more.';
  return connection.status === 'connected' ? 'Loading…' : 'The details come when the gateway is back.';
}

/** Keeps the scroll position of each record, and brings it back when the record is shown again. */
function useScrollMemory(pane: RefObject<HTMLElement | null>, id: string | null): void {
  const positions = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null || id === null) return;
    const remembered = positions.current;
    element.scrollTop = remembered.get(id) ?? 0;
    const keep = (): void => void remembered.set(id, element.scrollTop);
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, [pane, id]);
}
