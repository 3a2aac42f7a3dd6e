import { atRest, type AtRest, type KeepPrompts } from './at-rest.ts';
import { BackendError, type Backend, type Snapshot, type UsdByDay } from './backend.ts';
import { createDurableTraces } from './durable-traces.ts';
import { createMemoryStore } from './memory.ts';
import { createPace, type Pace, type PaceClock } from './pace.ts';
import { createPending, type Pending } from './pending.ts';
import type { FinishedTrace, LearnedStore, SessionStore, SpendStore, Store, StoreLimits, TelemetryStore, TraceStore } from './types.ts';

export interface DurableOptions extends StoreLimits {
  keepPrompts: KeepPrompts;
  /** Epoch ms. */
  nowMs: () => number;
  clock?: PaceClock;
  /** A write or a read of the backend failed; what was to be written waits. */
  onTrouble(error: BackendError): void;
  onWritten?(): void;
  /** What a backend has kept was taken over. */
  onKept?: (() => void) | undefined;
}

/** Traces that are kept in memory, with their text, in front of a backend. */
const MAX_IN_MEMORY = 500;
/** Traces that may wait for a backend; of more, the oldest are forgotten. */
const MAX_WAITING = 2_000;
/** Telemetry is written at most this often: it changes with every request. */
const FACTS_MS = 2_000;

/** A memory that a backend may stand behind: every read that a request waits for is answered from the memory. */
export class DurableStore implements Store {
  readonly traces: TraceStore;
  readonly sessions: SessionStore;
  readonly spend: SpendStore;
  readonly telemetry: TelemetryStore;
  readonly learned: LearnedStore;
  readonly #limits: StoreLimits;
  readonly #options: DurableOptions;
  readonly #memory: Store;
  readonly #pending: Pending;
  readonly #pace: Pace;
  /** That anything was spent on, as far as this process knows. */
  readonly #days = new Set<string>();
  /** What this process added to a day: less was never spent, whatever a backend says. */
  readonly #ownUsd = new Map<string, number>();
  #form: AtRest;
  #backend: Backend | null = null;
  #collecting = false;
  #paused = false;
  /** Deletions of what was learned that are under way: what a backend still says of it is old. */
  #forgetting = 0;
  #wroteFactsAtMs = -Infinity;
  #inFlight: Promise<unknown> = Promise.resolve();

  constructor(options: DurableOptions) {
    const { maxTraces, maxAgeDays, sessionTtlMs, keepPrompts, nowMs, clock } = options;
    this.#options = options;
    this.#limits = { maxTraces, maxAgeDays, sessionTtlMs };
    this.#form = atRest(keepPrompts);
    this.#memory = createMemoryStore({ ...this.#limits, nowMs });
    this.#pending = createPending(this.#memory, () => Math.min(this.#limits.maxTraces, MAX_WAITING));
    this.#pace = createPace({ work: () => this.#writeSome(), ...(clock === undefined ? {} : { clock }) });
    this.traces = createDurableTraces({
      memory: this.#memory.traces, pending: this.#pending, limits: this.#limits, nowMs, backend: () => this.#backend, keepsText: () => this.keepsText,
      settled: () => this.#inFlight, put: (finished) => { this.#putTrace(finished); }, failed: (error) => { this.#failed(error); },
      deleted: () => { if (this.#backend !== null) options.onWritten?.(); },
    });
    this.sessions = this.#createSessions();
    this.spend = this.#createSpend();
    this.telemetry = this.#createTelemetry();
    this.learned = this.#createLearned();
  }

  get backend(): Backend | null {
    return this.#backend;
  }

  get limits(): Readonly<StoreLimits> {
    return this.#limits;
  }

  /** Is there something that is not written? */
  get isWaiting(): boolean {
    return this.#pending.isSome;
  }

  /** Does it write text of prompts and answers? */
  get keepsText(): boolean {
    return this.#form.hasText;
  }

  /** Keeps what changes from now on for a backend that is yet to come, or keeps nothing for one. */
  collect(on: boolean): void {
    this.#collecting = on;
    this.#limitMemory();
  }

  /** Goes on with what this backend has kept, and writes to it from now on. `isNew`: it was begun anew and has to be told what was spent and learned. */
  attach(backend: Backend, kept: Snapshot, isNew = false): void {
    this.#backend = backend;
    this.collect(true);
    if (isNew) {
      for (const dayKey of this.#days) this.#pending.usd(dayKey, this.#memory.spend.getUsd(dayKey) - this.#pending.usdOf(dayKey));
      for (const key of this.#memory.learned.load().keys()) this.#pending.learned(key);
    }
    this.refresh(kept);
    this.#options.onKept?.();
    this.resume();
  }

  /** Takes over what other processes wrote meanwhile: what is newer wins, and what waits to be written is newer. */
  refresh({ pins, usdByDay, telemetry, learned }: Snapshot): void {
    const { sessions, telemetry: facts } = this.#memory;
    for (const [id, pin] of pins) {
      const known = sessions.get(id);
      if (known === undefined || (!this.#pending.has('pin', id) && known.updatedAtMs < pin.updatedAtMs)) sessions.set(id, pin);
    }
    this.#takeTotals(usdByDay);
    for (const [key, value] of telemetry) if (!this.#pending.has('fact', key)) facts.set(key, value);
    if (this.#forgetting === 0 && !this.#pending.clearsLearned) this.#memory.learned.save(learned.filter(([key]) => !this.#pending.has('learned', key)));
  }

  /** Goes on from memory alone. The backend is not closed. */
  detach(): Backend | null {
    const last = this.#backend;
    this.#backend = null;
    return last;
  }

  /** Writes nothing until {@link resume}; what changes is kept. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#changed();
  }

  /** Writes all that waits: at once where the backend is in this process. */
  async flush(): Promise<void> {
    this.#wroteFactsAtMs = -Infinity;
    for (let more = this.#writeSome(); typeof more === 'boolean' ? more : await more;) more = this.#writeSome();
    await this.#inFlight;
  }

  configure({ keepPrompts, ...changed }: Partial<StoreLimits & { keepPrompts: KeepPrompts }>): void {
    Object.assign(this.#limits, changed);
    if (keepPrompts !== undefined) this.#form = atRest(keepPrompts);
    this.#limitMemory();
  }

  async close(): Promise<void> {
    this.#pace.stop();
    await this.flush();
  }

  #limitMemory(): void {
    this.#memory.configure({ ...this.#limits, ...(this.#collecting ? { maxTraces: Math.min(this.#limits.maxTraces, MAX_IN_MEMORY) } : {}) });
  }

  #changed(): void {
    if (this.#backend !== null) this.#pace.soon();
  }

  #putTrace(finished: FinishedTrace): void {
    this.#memory.traces.put(finished);
    if (!this.#collecting) return;
    this.#pending.trace(finished);
    // They pile up, and none may be lost: then writing comes first.
    if (this.#backend !== null && this.#pending.traceCount >= MAX_WAITING / 2) this.#pace.urgent();
    else this.#changed();
  }

  #createSessions(): SessionStore {
    const { sessions } = this.#memory;
    return {
      get: (sessionId) => sessions.get(sessionId),
      set: (sessionId, pin) => {
        sessions.set(sessionId, pin);
        if (!this.#collecting) return;
        this.#pending.pin(sessionId);
        this.#changed();
      },
    };
  }

  #createSpend(): SpendStore {
    const { spend } = this.#memory;
    return {
      getUsd: (dayKey) => spend.getUsd(dayKey),
      addUsd: (dayKey, usd) => {
        spend.addUsd(dayKey, usd);
        this.#days.add(dayKey);
        this.#ownUsd.set(dayKey, (this.#ownUsd.get(dayKey) ?? 0) + usd);
        // Kept in any case: a backend that comes later counts it too.
        this.#pending.usd(dayKey, usd);
        this.#changed();
      },
    };
  }

  #createTelemetry(): TelemetryStore {
    const { telemetry } = this.#memory;
    return {
      get: (key) => telemetry.get(key),
      keys: () => telemetry.keys(),
      set: (key, value) => {
        telemetry.set(key, value);
        if (!this.#collecting) return;
        this.#pending.fact(key);
        if (this.#backend !== null) this.#pace.later();
      },
    };
  }

  #createLearned(): LearnedStore {
    const { learned } = this.#memory;
    return {
      load: () => learned.load(),
      save: (entries) => {
        const saved = [...entries];
        learned.save(saved);
        if (!this.#collecting) return;
        for (const [key] of saved) this.#pending.learned(key);
        if (this.#backend !== null) this.#pace.later();
      },
      clear: async () => {
        await learned.clear();
        if (!this.#collecting) return;
        this.#pending.clearLearned();
        this.#forgetting++;
        await this.flush();
        this.#forgetting--;
      },
    };
  }

  /** Writes one piece; false when nothing is left or nothing can be done now. Never throws. */
  #writeSome(): boolean | Promise<boolean> {
    if (this.#backend === null || this.#paused) return false;
    const nowMs = this.#options.nowMs();
    const withFacts = nowMs - this.#wroteFactsAtMs >= FACTS_MS;
    const taken = this.#pending.take(this.#form, withFacts);
    if (withFacts) this.#wroteFactsAtMs = nowMs;
    else if (this.#pending.isSome) this.#pace.later();
    if (taken === null) return false;
    const done = (totals: UsdByDay) => {
      this.#takeTotals(totals);
      this.#options.onWritten?.();
      return true;
    };
    const undone = (error: unknown) => {
      taken.putBack();
      this.#failed(error);
      return false;
    };
    try {
      const totals = this.#backend.write(taken.batch);
      if (!(totals instanceof Promise)) return done(totals);
      const writing = totals.then(done, undone);
      this.#inFlight = writing;
      return writing;
    } catch (error) {
      return undone(error);
    }
  }

  /** The totals as they stand beyond this process, with what it has not written yet. */
  #takeTotals(totals: UsdByDay): void {
    const { spend } = this.#memory;
    for (const [dayKey] of totals) this.#days.add(dayKey);
    for (const [dayKey, usd] of totals) spend.addUsd(dayKey, Math.max(usd + this.#pending.usdOf(dayKey), this.#ownUsd.get(dayKey) ?? 0) - spend.getUsd(dayKey));
  }

  #failed(error: unknown): void {
    this.#options.onTrouble(error instanceof BackendError ? error : new BackendError('unavailable', error instanceof Error ? error.message : String(error), { cause: error }));
  }
}
