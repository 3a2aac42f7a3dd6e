import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError, type Snapshot } from '../backend.ts';
import type { DurableStore } from '../durable.ts';
import type { Link } from '../link.ts';
import type { StoreStatus } from '../types.ts';
import { DATABASE_FILE } from './files.ts';
import { openDatabase, replaceDatabase, type OpenedDatabase } from './open-database.ts';

export interface SqliteLinkOptions {
  durable: DurableStore;
  stateDir: string;
  /** Epoch ms. */
  nowMs(): number;
  enter(status: StoreStatus): void;
  /** What opens the database; replaced in tests. */
  opens?: { open: typeof openDatabase; replace: typeof replaceDatabase };
}

/** A database that another process holds is tried again after this, then ever more seldom. */
const FIRST_RETRY_MS = 100, LAST_RETRY_MS = 5_000;
/** A retry that goes on for longer is said. */
const SAY_AFTER_TRIES = 6;
/** Another process that writes just now is done long before. */
const CLOSING_TRIES = 20;
/** After opening, what the former owner still wrote while it ended is taken over. */
const TAKE_OVER_MS = [1_000, 5_000, 15_000];
const TICK_MS = 5_000;
/** Limits may have been lowered while nothing ran. */
const FIRST_TIDY_MS = 1_000;
/** Without a write for so long nothing runs that a slow disk could hold up. */
const IDLE_MS = 2_000;
/** At the latest after this it is tidied up, and what other processes wrote is read. */
const UPKEEP_MS = 300_000;
/** When tidying up was not done at once: what was deleted must not stay in the log. */
const MORE_MS = 1_000;
const MAX_REPLACED = 3;

/** Opens the database of a state folder behind a store's memory, and keeps it well. */
export class SqliteLink implements Link {
  readonly #options: Required<SqliteLinkOptions>;
  readonly #path: string;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closing = false;
  /** Since it went well last. */
  #tries = 0;
  #replaced = 0;
  #note: string | null = null;
  #wroteAtMs = 0;
  #tidiedAtMs = 0;
  #inode = 0;

  constructor(options: SqliteLinkOptions) {
    this.#options = { opens: { open: openDatabase, replace: replaceDatabase }, ...options };
    this.#path = join(options.stateDir, DATABASE_FILE);
  }

  connect(): void {
    for (const delayMs of TAKE_OVER_MS) this.#after(delayMs, () => { this.#refresh(); });
    this.#after(FIRST_TIDY_MS, () => { this.#tidy(); });
    this.#after(TICK_MS, () => { this.#tick(); });
    this.#open();
  }

  onWritten(): void {
    this.#wroteAtMs = this.#options.nowMs();
    if (this.#tries === 0) return;
    this.#tries = 0;
    this.#options.enter({ kind: 'sqlite', note: this.#note });
  }

  onTrouble(error: BackendError): void {
    if (this.#closing) return;
    const { durable, stateDir, opens, enter } = this.#options;
    const isOpen = durable.backend !== null;
    if (error.trouble === 'broken' && isOpen && this.#replaced++ < MAX_REPLACED) {
      this.#letGo();
      this.#guarded(() => { this.#attach(opens.replace(stateDir, error, this.#databaseOptions()), true); });
    } else if (error.trouble === 'broken' || (error.trouble === 'unavailable' && !isOpen)) {
      this.#giveUp(error);
    } else {
      // Requests go on from memory, and what they leave waits.
      durable.pause();
      if (error.trouble === 'unavailable' || this.#tries >= SAY_AFTER_TRIES) enter({ kind: isOpen ? 'sqlite' : 'memory', note: `${this.#path} cannot be written just now: ${error.message}` });
      this.#after(Math.min(FIRST_RETRY_MS * 2 ** this.#tries++, LAST_RETRY_MS), () => { if (durable.backend === null) this.#open(); else durable.resume(); });
    }
  }

  maintain(): void {
    this.#after(0, () => { this.#tidy(); });
  }

  async close(): Promise<void> {
    const { durable } = this.#options;
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (let n = 0; n < CLOSING_TRIES; n++) {
      durable.resume();
      await durable.flush();
      if (!durable.isWaiting || durable.backend === null) break;
      await sleep(FIRST_RETRY_MS);
    }
    this.#letGo();
  }

  #open(isNew = false): void {
    const { durable, stateDir, opens } = this.#options;
    durable.collect(true);
    this.#guarded(() => { this.#attach(opens.open(stateDir, this.#databaseOptions()), isNew); });
  }

  #attach({ backend, kept, note }: OpenedDatabase, isNew = false): void {
    const { durable, nowMs, enter } = this.#options;
    this.#inode = lstatSync(this.#path).ino;
    this.#note = note ?? this.#note;
    this.#tries = 0;
    this.#tidiedAtMs = nowMs();
    durable.attach(backend, kept, isNew);
    enter({ kind: 'sqlite', note: this.#note });
  }

  #letGo(): void {
    const last = this.#options.durable.detach();
    try {
      void last?.close();
    } catch {
      // It is being given up; what was written is written.
    }
  }

  #giveUp({ message }: BackendError): void {
    this.#letGo();
    this.#options.durable.collect(false);
    this.#options.enter({ kind: 'memory', note: message });
  }

  #databaseOptions() {
    return { nowMs: this.#options.nowMs, limits: this.#options.durable.limits };
  }

  #tick(): void {
    this.#after(TICK_MS, () => { this.#tick(); });
    const now = this.#options.nowMs();
    const isIdle = this.#wroteAtMs > this.#tidiedAtMs && now - this.#wroteAtMs >= IDLE_MS;
    if (isIdle || now - this.#tidiedAtMs >= UPKEEP_MS) this.#tidy();
  }

  #tidy(): void {
    const { durable, nowMs } = this.#options;
    if (durable.backend === null) return;
    this.#tidiedAtMs = nowMs();
    if (this.#inode !== lstatSync(this.#path, { throwIfNoEntry: false })?.ino) {
      // Somebody removed the file: what is written goes nowhere.
      this.#letGo();
      this.#open(true);
    }
    this.#guarded(() => { if (durable.backend?.maintain(durable.limits, durable.keepsText) === true) this.#after(MORE_MS, () => { this.#tidy(); }); });
    this.#refresh();
  }

  #refresh(): void {
    const { durable, nowMs } = this.#options;
    const { backend } = durable;
    // What is older was there when it was opened.
    if (backend !== null) this.#guarded(() => { durable.refresh(backend.load(nowMs() - 2 * UPKEEP_MS) as Snapshot); });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onTrouble(error instanceof BackendError ? error : new BackendError('unavailable', error instanceof Error ? error.message : String(error), { cause: error }));
    }
  }

  #after(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closing) run();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}
