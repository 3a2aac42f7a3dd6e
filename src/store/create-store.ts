import type { RedisAddress } from '../config/redis-url.ts';
import type { Config } from '../config/schema.ts';
import type { BackendError } from './backend.ts';
import { DurableStore } from './durable.ts';
import type { Link } from './link.ts';
import { RedisLink } from './redis/redis-link.ts';
import { SqliteLink } from './sqlite/sqlite-link.ts';
import type { Store, StoreLimits, StoreStatus } from './types.ts';

/** The store of a gateway: in memory, until this process owns the port and may open what the configuration names. */
export interface OwnedStore extends Store {
  readonly status: StoreStatus;
  /** This process owns the port: from now on it is the one that writes. What was kept is there when it returns, if it can be. Never throws. */
  open(stateDir: string): void;
  /** Writes at once what waits: a successor reads it. */
  flush(): Promise<void>;
  /** This process does not own the port any more: writes out and closes. Never throws. */
  release(): Promise<void>;
  configure(config: StoreConfig): void;
}

export interface StoreConfig extends StoreLimits, Pick<Config['trace'], 'store' | 'keepPrompts'> {
  /** For `store: "redis"`; null: its address is not to be had. */
  redis: { address: RedisAddress; prefix: string } | null;
}

export interface StoreOptions {
  config: StoreConfig;
  nowMs?: () => number;
  log(level: 'info' | 'warn', message: string): void;
  /** {@link OwnedStore.status} changed. */
  onStatus?(status: StoreStatus): void;
  /** What was kept is there now: pins, spending and telemetry. */
  onKept?(): void;
}

export function createStore({ config, nowMs = Date.now, log, onStatus, onKept }: StoreOptions): OwnedStore {
  const { store: configured, keepPrompts, redis: configuredRedis, ...limits } = config;
  let kind = configured, redis = configuredRedis;
  let status: StoreStatus = { kind: 'memory', note: null };
  let stateDir: string | null = null;
  let link: Link | null = null;
  let releasing: Promise<void> = Promise.resolve();

  const enter = (next: StoreStatus) => {
    if (next.kind === status.kind && next.note === status.note) return;
    if (next.note !== null && next.note !== status.note) log('warn', `store: ${next.note}`);
    status = next;
    onStatus?.(next);
  };
  const durable = new DurableStore({
    ...limits, keepPrompts, nowMs,
    onTrouble: (error: BackendError) => { link?.onTrouble(error); },
    onWritten: () => { link?.onWritten(); },
    onKept,
  });
  const connect = () => {
    if (stateDir === null || link !== null || kind === 'memory') return;
    if (kind === 'sqlite') link = new SqliteLink({ durable, stateDir, nowMs, enter });
    else if (redis !== null) link = new RedisLink({ durable, ...redis, nowMs, enter });
    else enter({ kind: 'memory', note: 'the address of trace.redis is not to be had; everything is kept in memory' });
    link?.connect();
  };
  const release = async () => {
    const last = link;
    link = null;
    await last?.close();
    durable.collect(false);
    enter({ kind: 'memory', note: null });
  };

  return {
    traces: durable.traces, sessions: durable.sessions, spend: durable.spend, telemetry: durable.telemetry, learned: durable.learned,
    get status() { return status; },
    open(dir) {
      stateDir = dir;
      connect();
    },
    flush: () => durable.flush(),
    release() {
      stateDir = null;
      return releasing = releasing.then(release);
    },
    configure({ store, keepPrompts: kept, redis: nextRedis, ...changed }) {
      const narrowed = durable.keepsText;
      durable.configure({ ...changed, keepPrompts: kept });
      if (narrowed && !durable.keepsText) link?.maintain();
      const moved = kind === 'redis' && JSON.stringify(nextRedis) !== JSON.stringify(redis);
      redis = nextRedis;
      if (store === kind && !moved) return;
      kind = store;
      releasing = releasing.then(release).then(connect);
    },
    async close() {
      stateDir = null;
      releasing = releasing.then(release);
      await releasing;
      await durable.close();
    },
  };
}
