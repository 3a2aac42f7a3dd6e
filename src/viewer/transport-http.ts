import { backoffMs } from './backoff.ts';
import { isTraceRecord, parseLiveMessage } from './messages.ts';
import type { Transport, TransportEvent } from './transport.ts';

const MEMORY_KEY = 'openfusion.viewer';

/** At the gateway's own address: same-origin requests and the live WebSocket, let in by the cookie that the page came with. */
export function httpTransport(): Transport {
  let listener: (event: TransportEvent) => void = () => undefined;
  return {
    start(listen) {
      listener = listen;
      new LiveFeed(listen).open();
    },
    get(id) {
      void getTrace(id).then((event) => event && listener(event));
    },
    async remove(id) {
      const response = await fetch(addressOf(id), { method: 'DELETE' }).catch(() => null);
      if (response === null) throw new Error('The gateway does not answer.');
      if (!response.ok && response.status !== 404) throw new Error(`The gateway refused to delete it (HTTP ${response.status}).`);
      listener({ type: 'live', message: { type: 'deleted', id } });
    },
    async rate(id, thumb) {
      const response = await fetch(`${addressOf(id)}/feedback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ thumb }) }).catch(() => null);
      if (response === null) throw new Error('The gateway does not answer.');
      if (!response.ok) throw new Error(response.status === 404 ? 'The gateway has no such request any more.' : `The gateway did not take it (HTTP ${response.status}).`);
    },
    recall() {
      try {
        return JSON.parse(sessionStorage.getItem(MEMORY_KEY) ?? 'null') as unknown;
      } catch {
        return null;
      }
    },
    remember(memory) {
      try {
        sessionStorage.setItem(MEMORY_KEY, JSON.stringify(memory));
      } catch {
        // Storage may be full or forbidden: the page works without it.
      }
    },
  };
}

function addressOf(id: string): string {
  return `/traces/${encodeURIComponent(id)}`;
}

async function getTrace(id: string): Promise<TransportEvent | null> {
  const response = await fetch(addressOf(id)).catch(() => null);
  // Not reachable: the feed has noticed too, and the record is asked for again once it is back.
  if (response === null) return null;
  const trace: unknown = response.ok ? await response.json().catch(() => null) : null;
  return isTraceRecord(trace) ? { type: 'live', message: { type: 'trace', trace } } : { type: 'missing', id };
}

/** The live WebSocket, opened again and again with growing pauses. */
class LiveFeed {
  readonly #listener: (event: TransportEvent) => void;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #socket: WebSocket | null = null;

  constructor(listener: (event: TransportEvent) => void) {
    this.#listener = listener;
    window.addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#hurry();
    });
  }

  open(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/traces/live`);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = typeof data === 'string' ? parseLiveMessage(parseJson(data)) : null;
      if (!message) return;
      if (message.type === 'hello') this.#attempt = 0;
      this.#listener({ type: 'live', message });
    });
    socket.addEventListener('close', () => {
      this.#socket = null;
      void this.#lost();
    });
  }

  async #lost(): Promise<void> {
    this.#attempt += 1;
    const waitMs = backoffMs(this.#attempt, Math.random());
    this.#retry = setTimeout(() => this.open(), waitMs);
    const refused = await isRefused();
    // Another try may have gone through while we asked.
    if (this.#socket?.readyState === WebSocket.OPEN) return;
    this.#listener({
      type: 'connection',
      connection: refused
        ? { status: 'refused', detail: 'This page’s access has ended, perhaps because the gateway was started anew. Open the viewer again from its link.' }
        : { status: 'disconnected', detail: 'The gateway does not answer. Trying again.' },
    });
  }

  /** Tries at once when there is reason to hope. */
  #hurry(): void {
    if (this.#socket !== null || this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.open();
  }
}

/** A WebSocket does not tell why it was refused; a plain request does. */
async function isRefused(): Promise<boolean> {
  const response = await fetch('/traces', { method: 'GET' }).catch(() => null);
  void response?.body?.cancel();
  return response?.status === 401 || response?.status === 403;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
