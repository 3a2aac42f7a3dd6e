/** Gathers "this changed" notes and publishes each key seldom, off the path that noted it, with one timer for all keys. */
export interface Coalescer<Key> {
  /** Publish within the interval, together with all else that changed. */
  soon(key: Key): void;
  /** Publish as soon as the current work is done. */
  now(key: Key): void;
  /** Publish all that waits, at once. */
  flush(): void;
  /** Forget all that waits. */
  stop(): void;
}

/** The two ways to wait; handed in where a test wants time to stand still. */
export interface Scheduler {
  immediate(run: () => void): void;
  /** Must not keep the process alive. Returns the way to cancel. */
  timer(run: () => void, delayMs: number): () => void;
}

export const realScheduler: Scheduler = {
  immediate: (run) => { setImmediate(run); },
  timer(run, delayMs) {
    const timer = setTimeout(run, delayMs).unref();
    return () => { clearTimeout(timer); };
  },
};

/** `intervalMs`: how long a change may wait for others. */
export function createCoalescer<Key>(publish: (key: Key) => void, { intervalMs, scheduler = realScheduler }: { intervalMs: number; scheduler?: Scheduler }): Coalescer<Key> {
  const waiting = new Set<Key>();
  const urgent = new Set<Key>();
  let cancelTimer: (() => void) | null = null;

  const publishAll = (keys: Set<Key>) => {
    const batch = [...keys];
    keys.clear();
    for (const key of batch) {
      waiting.delete(key);
      publish(key);
    }
  };
  return {
    soon(key) {
      if (urgent.has(key)) return;
      waiting.add(key);
      cancelTimer ??= scheduler.timer(() => {
        cancelTimer = null;
        publishAll(waiting);
      }, intervalMs);
    },
    now(key) {
      if (urgent.size === 0) scheduler.immediate(() => { publishAll(urgent); });
      urgent.add(key);
    },
    flush() {
      publishAll(urgent);
      publishAll(waiting);
    },
    stop() {
      cancelTimer?.();
      cancelTimer = null;
      urgent.clear();
      waiting.clear();
    },
  };
}
