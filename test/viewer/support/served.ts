import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Served {
  /** `METHOD /path`, in the order of their coming; upgrades are not among them. */
  readonly what: string;
  readonly status: number;
}

const CHANNEL = 'http.server.request.start';

/** Everything that servers of this process are asked on one port, but for the icon, which the browser wants by itself when it likes. */
export class ServedRequests {
  readonly #seen: { what: string; response: ServerResponse }[] = [];
  readonly #take: (message: unknown) => void;

  constructor(port: number) {
    this.#take = (message) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      if (request.socket.localPort === port && request.url !== '/favicon.ico') this.#seen.push({ what: `${request.method ?? ''} ${request.url ?? ''}`, response });
    };
    subscribe(CHANNEL, this.#take);
  }

  /** Those since the last time. */
  take(): Served[] {
    return this.#seen.splice(0).map(({ what, response }) => ({ what, status: response.statusCode }));
  }

  /** The same, once there is one; a beacon is sent when the browser finds the time. Rejects after ten seconds. */
  async next(): Promise<Served[]> {
    const deadlineMs = Date.now() + 10_000;
    while (this.#seen.length === 0) {
      if (Date.now() > deadlineMs) throw new Error('no request came: the browser itself refused it');
      await pause(20);
    }
    return this.take();
  }

  stop(): void {
    unsubscribe(CHANNEL, this.#take);
  }
}
