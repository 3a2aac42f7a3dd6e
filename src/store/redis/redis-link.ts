import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisAddress } from '../../config/redis-url.ts';
import type { BackendError } from '../backend.ts';
import type { DurableStore } from '../durable.ts';
import type { Link } from '../link.ts';
import type { StoreStatus } from '../types.ts';
import { connectRedis, type ConnectOptions } from './connection.ts';
import { RedisBackend } from './redis-backend.ts';

export interface RedisLinkOptions {
  durable: DurableStore;
  address: RedisAddress;
  prefix: string;
  /** Epoch ms. */
  nowMs(): number;
  enter(status: StoreStatus): void;
  times?: Partial<RedisTimes>;
}

export interface RedisTimes extends Pick<ConnectOptions, 'connectMs' | 'answerMs'> {
  /** How often what the other machines wrote is read. */
  refreshMs: number;
  /** First wait before another try; it doubles. */
  retryMs: number;
}

/** What is read again each time: clocks of machines differ, and a machine may have been slow. */
const OVERLAP_MS = 60_000;
const MAX_RETRY_MS = 15_000;
const UPKEEP_MS = 60_000;
/** A window that closes is not held up by a server that does not answer. */
const CLOSING_MS = 2_000;

/**
 * Keeps a Redis behind a store's memory while there is one. Nothing waits for it: without it the memory answers, and what was to
 * be written waits, within limits, until it is back.
 */
export class RedisLink implements Link {
  readonly #options: RedisLinkOptions;
  readonly #times: RedisTimes;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closing = false;
  #connecting: Promise<void> = Promise.resolve();
  #tries = 0;
  #tidiedAtMs = 0;
  #retrying = false;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#times = { refreshMs: 1_000, retryMs: 500, ...options.times };
  }

  connect(): void {
    this.#options.durable.collect(true);
    this.#connecting = this.#open();
    this.#after(this.#times.refreshMs, () => { void this.#tick(); });
  }

  onTrouble(error: BackendError): void {
    if (!this.#closing) this.#lost(error);
  }

  onWritten(): void {
    this.#tries = 0;
  }

  maintain(): void {
    this.#tidiedAtMs = 0;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const patience = new AbortController();
    await Promise.race([this.#finish(), sleep(CLOSING_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    void this.#options.durable.detach()?.close();
  }

  async #finish(): Promise<void> {
    await this.#connecting;
    await this.#options.durable.flush();
  }

  async #open(): Promise<void> {
    const { durable, address, prefix, nowMs, enter } = this.#options;
    try {
      const connection = await connectRedis(address, { ...this.#times, onClosed: (why) => { this.#lost(why); } });
      const backend = new RedisBackend(connection, { prefix, nowMs, limits: durable.limits });
      const kept = await backend.load();
      if (this.#closing && !durable.isWaiting) { connection.close(); return; }
      durable.attach(backend, kept);
      enter({ kind: 'redis', note: null });
    } catch (error) {
      this.#lost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Goes on from memory and tries again. */
  #lost({ message }: Error): void {
    const { durable, enter, address: { host, port } } = this.#options;
    void durable.detach()?.close();
    if (this.#closing) return;
    enter({ kind: 'memory', note: `Redis at ${host}:${String(port)} cannot be used just now (${message}); everything is kept in memory, and written when it can be` });
    if (this.#retrying) return;
    this.#retrying = true;
    const delayMs = Math.min(this.#times.retryMs * 2 ** this.#tries++, MAX_RETRY_MS);
    this.#after(delayMs, () => {
      this.#retrying = false;
      this.#connecting = this.#open();
    });
  }

  async #tick(): Promise<void> {
    const { durable, nowMs } = this.#options;
    const { backend } = durable;
    try {
      if (backend !== null) {
        durable.refresh(await backend.load(nowMs() - OVERLAP_MS));
        this.#tries = 0;
        if (nowMs() - this.#tidiedAtMs >= UPKEEP_MS) {
          this.#tidiedAtMs = nowMs();
          if (await backend.maintain(durable.limits, durable.keepsText)) this.#tidiedAtMs = 0;
        }
      }
    } catch (error) {
      // An older connection's end says nothing about the present one.
      if (durable.backend === backend) this.#lost(error instanceof Error ? error : new Error(String(error)));
    }
    this.#after(this.#times.refreshMs, () => { void this.#tick(); });
  }

  #after(delayMs: number, run: () => void): void {
    if (this.#closing) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closing) run();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}
