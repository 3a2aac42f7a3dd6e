import type { VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { arrivalSentence } from './arrivals.ts';
import { DetailPane } from './detail/detail-pane.tsx';
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
export function App({ state, store, remove }: { state: ViewerState; store: Store; remove(id: string): Promise<void> }): VNode {
  const narrow = useMedia(NARROW);
  const [inDetail, setInDetail] = useState(false);
  const [trouble, setTrouble] = usePassing('', 8000);
  const pane = useRef<HTMLElement>(null);
  const list = useRef<HTMLElement>(null);
  const detailShown = inDetail && state.selectedId !== null;

  const open = useCallback((how: 'pointer' | 'keyboard') => {
    setInDetail(true);
    if (how === 'keyboard' || narrow) afterDraw(() => (pane.current?.querySelector<HTMLElement>('#detail-heading') ?? pane.current)?.focus());
  }, [narrow]);
  const back = useCallback(() => {
    setInDetail(false);
    afterDraw(() => list.current?.querySelector<HTMLElement>('[role=listbox]')?.focus());
  }, []);
  const onDelete = useCallback((id: string) => {
    remove(id).then(back, (error: unknown) => setTrouble(error instanceof Error ? error.message : 'It could not be deleted.'));
  }, [remove, back, setTrouble]);

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
        ? <main class="empty-main"><EmptyState owner={state.owner} /></main>
        : (
          <main class="panes" ref={list}>
            <RequestList state={state} store={store} onOpen={open} />
            <DetailPane state={state} store={store} pane={pane} onBack={back} onDelete={onDelete} />
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

function afterDraw(then: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(then));
}
