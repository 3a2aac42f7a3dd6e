import type { RefObject, VNode } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { arrivalSentence } from './arrivals.ts';
import { DetailPane } from './detail/detail-pane.tsx';
import type { Thumb } from './detail/thumbs.tsx';
import { EmptyState } from './empty-state.tsx';
import { GatewayStrip } from './gateway-strip.tsx';
import { useMedia, usePassing } from './hooks.ts';
import { RequestList } from './list/request-list.tsx';
import type { ViewerState } from './state.ts';
import type { Store } from './store.ts';

/** At most one announcement in this time, however many requests come. */
const ANNOUNCE_EVERY_MS = 4000;
/** As in the style sheet. */
const NARROW = '(max-width: 640px)';

/** The whole viewer. In a narrow window the list and the detail take turns. */
export function App({ state, store, remove, rate }: { state: ViewerState; store: Store; remove(id: string): Promise<void>; rate(id: string, thumb: Thumb | null): Promise<void> }): VNode {
  const narrow = useMedia(NARROW);
  const [inDetail, setInDetail] = useState(false);
  const [trouble, setTrouble] = usePassing('', 8000);
  const pane = useRef<HTMLElement>(null);
  const list = useRef<HTMLElement>(null);
  const detailShown = inDetail && state.selectedId !== null;

  const moveFocus = useFocusMove({ store, list, pane });

  const open = useCallback((how: 'pointer' | 'keyboard') => {
    setInDetail(true);
    if (how === 'keyboard' || narrow) moveFocus('detail');
  }, [narrow, moveFocus]);
  const back = useCallback(() => {
    setInDetail(false);
    moveFocus('list');
  }, [moveFocus]);
  const onDelete = useCallback((id: string) => {
    remove(id).then(back, (error: unknown) => setTrouble(error instanceof Error ? error.message : 'It could not be deleted.'));
  }, [remove, back, setTrouble]);

  const onRate = useCallback((id: string, thumb: Thumb | null) => {
    rate(id, thumb).catch((error: unknown) => setTrouble(error instanceof Error ? error.message : 'It was not taken.'));
  }, [rate, setTrouble]);

  // In a narrow window an open detail covers the list: who looks at it reads.
  useEffect(() => {
    if (narrow) store.dispatch({ type: 'reading', where: 'detail', on: detailShown });
  }, [narrow, detailShown, store]);

  return (
    <div class="app" data-shown={detailShown ? 'detail' : 'list'}>
      <GatewayStrip owner={state.owner} connection={state.connection} />
      <Announcer state={state} store={store} />
      <p class={trouble === '' ? 'sr-only' : 'trouble'} role="alert">{trouble}</p>
      {state.traces.length === 0
        ? <main class="empty-main"><EmptyState owner={state.connection.status === 'disconnected' ? null : state.owner} /></main>
        : (
          <main class="panes" ref={list}>
            <RequestList state={state} store={store} onOpen={open} />
            <DetailPane state={state} store={store} pane={pane} onBack={back} onDelete={onDelete} onRate={onRate} />
          </main>
        )}
    </div>
  );
}

/** Tells screen readers of new requests, politely and not too often. */
function Announcer({ state, store }: { state: ViewerState; store: Store }): VNode {
  const [said, setSaid] = useState('');
  const [waiting, setWaiting] = useState(false);
  const { arrived } = state;
  useEffect(() => {
    if (waiting || arrived.count === 0) return;
    setSaid(arrivalSentence(arrived));
    store.dispatch({ type: 'announced' });
    setWaiting(true);
  }, [arrived, waiting, store]);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setWaiting(false), ANNOUNCE_EVERY_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return <p class="sr-only" role="status" aria-live="polite" data-announcer>{said}</p>;
}

type FocusTarget = 'list' | 'detail';

/** Moves the focus once the place is drawn: to the list, or to the heading of the detail, which may have to be fetched first. */
function useFocusMove({ store, list, pane }: { store: Store; list: RefObject<HTMLElement | null>; pane: RefObject<HTMLElement | null> }): (to: FocusTarget) => void {
  const target = useRef<FocusTarget | null>(null);
  const [, drawAgain] = useState(0);
  useLayoutEffect(() => {
    if (target.current === 'list') {
      list.current?.querySelector<HTMLElement>('[role=listbox]')?.focus();
      target.current = null;
    } else if (target.current === 'detail') {
      const detail = pane.current?.querySelector<HTMLElement>('.detail');
      // What is drawn may still be the request that was selected before.
      const heading = detail?.dataset.trace === store.state.selectedId ? detail?.querySelector<HTMLElement>('#detail-heading') : null;
      (heading ?? pane.current)?.focus();
      if (heading) target.current = null;
    }
  });
  return useCallback((to) => {
    target.current = to;
    drawAgain((count) => count + 1);
  }, []);
}
