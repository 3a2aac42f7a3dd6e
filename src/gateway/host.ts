/** The typed door to the gateway's thread: starts it, talks to it, and starts it again when it crashed. */
import { Worker } from 'node:worker_threads';
import type { Mode } from '../routing/types.ts';
import { createRedactor } from '../trace/redact.ts';
import type { ConfigSources, FromWorker, HostState, ToWorker, WorkerOptions } from './host-messages.ts';

/** What is used of a `Worker`, so that a test can play one. */
export interface Thread {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

export interface GatewayHostOptions {
  spawn: (options: WorkerOptions) => Thread;
  /** Waits before the first, second, … restart after a crash; after the last one the gateway stays down. */
  restartDelaysMs?: readonly number[];
  /** A thread that has lived this long is well: the count of crashes begins anew. */
  healthyAfterMs?: number;
  /** How long beyond its drain a stopping thread may take before it is ended by force. */
  stopGraceMs?: number;
  /** Runs `action` later; answers how to call it off. */
  after?: (delayMs: number, action: () => void) => () => void;
  now?: () => number;
}

export type StateMessage = Extract<FromWorker, { type: 'state' }>;
type Listener<T extends FromWorker['type']> = (message: Extract<FromWorker, { type: T }>) => void;

/** Starts `dist/gateway.js` as a thread. */
export function spawnThread(file: string): (options: WorkerOptions) => Thread {
  return (workerData) => new Worker(file, { workerData, name: 'openfusion' });
}

function afterTimeout(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

export class GatewayHost {
  private readonly options: Required<GatewayHostOptions>;
  private readonly listeners = new Map<FromWorker['type'], Set<(message: never) => void>>();
  private thread: Thread | null = null;
  private startOptions: WorkerOptions | null = null;
  private startedAtMs = 0;
  private crashes = 0;
  private watching = false;
  private stopping: Promise<void> | null = null;
  private callOffRestart: (() => void) | null = null;
  private latest: StateMessage = stateMessage({ status: 'stopped' });

  constructor({ spawn, restartDelaysMs = [500, 2_000, 10_000], healthyAfterMs = 60_000, stopGraceMs = 1_000, after = afterTimeout, now = Date.now }: GatewayHostOptions) {
    this.options = { spawn, restartDelaysMs, healthyAfterMs, stopGraceMs, after, now };
  }

  get state(): HostState {
    return this.latest.state;
  }

  /** Lets this window read `/traces`; null while no gateway is there. */
  get viewToken(): string | null {
    return this.latest.viewToken;
  }

  /** What `server.token` stands for; null when none is wanted. */
  get clientToken(): string | null {
    return this.latest.clientToken;
  }

  /** Calls `listener` for each message of this type; answers how to stop that. */
  on<T extends FromWorker['type']>(type: T, listener: Listener<T>): () => void {
    const ofType = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, ofType.add(listener as (message: never) => void));
    return () => void ofType.delete(listener as (message: never) => void);
  }

  /** Starts the thread unless it runs. It reports by `state` messages; nothing is thrown. */
  async start(options: WorkerOptions): Promise<void> {
    await this.stopping;
    if (this.thread) return;
    this.callOffRestart?.();
    this.crashes = 0;
    this.startOptions = options;
    this.spawn();
  }

  /** New configuration for the running thread, and for the next one after a crash. */
  configure(sources: ConfigSources): void {
    if (this.startOptions) this.startOptions = { ...this.startOptions, ...sources };
    this.post({ type: 'configure', ...sources });
  }

  /** What `openfusion/auto` does from now on, in every window. */
  setMode(mode: Mode): void {
    if (this.startOptions) this.startOptions = { ...this.startOptions, mode };
    this.post({ type: 'setMode', mode });
  }

  /** Asks for `live` messages, or for no more of them. */
  watchLive(on: boolean): void {
    this.watching = on;
    this.post({ type: 'watchLive', on });
  }

  trustConfig(file: string): void {
    this.post({ type: 'trustConfig', file });
  }

  /** Lets running requests finish for up to `drainMs`, then ends the thread. */
  stop(drainMs: number): Promise<void> {
    this.callOffRestart?.();
    this.callOffRestart = null;
    this.stopping ??= this.endThread(drainMs).finally(() => {
      this.stopping = null;
      this.enter({ status: 'stopped' });
    });
    return this.stopping;
  }

  private async endThread(drainMs: number): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.thread = null;
    const ended = Promise.withResolvers<undefined>();
    thread.on('message', (message) => message.type === 'stopped' && ended.resolve(undefined));
    thread.on('exit', () => ended.resolve(undefined));
    thread.postMessage({ type: 'stop', drainMs });
    const callOff = this.options.after(drainMs + this.options.stopGraceMs, () => ended.resolve(undefined));
    await ended.promise;
    callOff();
    await thread.terminate();
  }

  private spawn(): void {
    if (!this.startOptions) return;
    this.enter({ status: 'starting' });
    this.startedAtMs = this.options.now();
    try {
      const thread = this.options.spawn(this.startOptions);
      this.thread = thread;
      let error: unknown = null;
      thread.on('message', (message) => this.thread === thread && this.receive(message));
      thread.on('error', (thrown) => (error = thrown));
      thread.on('exit', (code) => this.thread === thread && this.crashed(error ?? `it ended with code ${code}`));
    } catch (error) {
      this.crashed(error);
    }
    if (this.watching) this.post({ type: 'watchLive', on: true });
  }

  private receive(message: FromWorker): void {
    if (message.type === 'stopped') return;
    if (message.type === 'state') {
      this.latest = message;
      const { state } = message;
      const mode = state.status === 'owner' || state.status === 'attached' ? state.owner.mode : null;
      if (mode && this.startOptions) this.startOptions = { ...this.startOptions, mode };
    }
    this.emit(message);
  }

  private crashed(error: unknown): void {
    this.thread = null;
    if (this.options.now() - this.startedAtMs >= this.options.healthyAfterMs) this.crashes = 0;
    const delayMs = this.options.restartDelaysMs[this.crashes];
    this.crashes += 1;
    const next = delayMs === undefined ? `It crashed ${this.crashes} times in a row and stays down.` : `It starts again in ${delayMs / 1000} s.`;
    const redactor = createRedactor(Object.values(this.startOptions?.secrets ?? {}));
    const message = redactor.redactText(`The gateway's thread crashed: ${error instanceof Error ? error.message : String(error)}. ${next}`);
    this.emit({ type: 'log', level: 'error', message: error instanceof Error ? `${message}\n${redactor.redactText(error.stack ?? '')}` : message });
    this.enter({ status: 'failed', code: delayMs === undefined ? 'crashed' : 'restarting', message });
    if (delayMs !== undefined) this.callOffRestart = this.options.after(delayMs, () => this.spawn());
  }

  private enter(state: HostState): void {
    this.latest = stateMessage(state);
    this.emit(this.latest);
  }

  private post(message: ToWorker): void {
    this.thread?.postMessage(message);
  }

  private emit(message: FromWorker): void {
    for (const listener of this.listeners.get(message.type) ?? []) listener(message as never);
  }
}

function stateMessage(state: HostState): StateMessage {
  return { type: 'state', state, viewToken: null, clientToken: null };
}
