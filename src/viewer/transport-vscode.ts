import { parseConnection, parseLiveMessage, parseMissing } from './messages.ts';
import type { Transport } from './transport.ts';

/** What the viewer says to the extension. */
export type ToExtension = { type: 'ready' } | { type: 'get'; id: string } | { type: 'delete'; id: string } | { type: 'rate'; id: string; thumb: 'up' | 'down' | null };

interface WebviewApi {
  postMessage(message: ToExtension): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/** In the editor's webview: messages only, no network at all. */
export function vscodeTransport(): Transport {
  const api = acquireVsCodeApi();
  return {
    start(listener) {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        // The webview's host page speaks from our own origin; any other frame does not.
        if (event.origin !== window.origin) return;
        const connection = parseConnection(event.data);
        if (connection) return listener({ type: 'connection', connection });
        const id = parseMissing(event.data);
        if (id !== null) return listener({ type: 'missing', id });
        const message = parseLiveMessage(event.data);
        if (message) listener({ type: 'live', message });
      });
      api.postMessage({ type: 'ready' });
    },
    get: (id) => api.postMessage({ type: 'get', id }),
    remove(id) {
      api.postMessage({ type: 'delete', id });
      return Promise.resolve();
    },
    rate(id, thumb) {
      api.postMessage({ type: 'rate', id, thumb });
      return Promise.resolve();
    },
    recall: () => api.getState(),
    remember: (memory) => api.setState(memory),
  };
}
