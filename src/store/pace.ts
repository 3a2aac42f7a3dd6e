/** Does work off the path that asked for it, soon when there is little of it, and never more than a share of the time. */
export interface Pace {
  /** There is something to do. */
  soon(): void;
  /** There is so much to do that the share does not matter any more. */
  urgent(): void;
  /** There is something that can wait for other work, or a while. */
  later(): void;
  /** Nothing more is done. */
  stop(): void;
}

/** The ways to wait and the clock, handed in where a test wants time to stand still. */
export interface PaceClock {
  immediate(run: () => void): void;
  /** Must not keep the process alive. Returns the way to cancel. */
  timer(run: () => void, delayMs: number): () => void;
  /** Monotonic. */
  nowMs(): number;
}

export const realPaceClock: PaceClock = {
  immediate: (run) => { setImmediate(run); },
  timer(run, delayMs) {
    const timer = setTimeout(run, delayMs).unref();
    return () => { clearTimeout(timer); };
  },
  nowMs: () => performance.now(),
};

export interface PaceOptions {
  /** Does a bounded piece of the work and tells whether more is there. Never throws. */
  work(): boolean | Promise<boolean>;
  /** Part of the thread's time that the work may take, 0..1. */
  share?: number;
  /** How long {@link Pace.later} waits. */
  laterMs?: number;
  clock?: PaceClock;
}

/** One slow piece (a disk that was asleep) must not put the next ones off for long. */
const MAX_REST_MS = 500;

/**
 * A lone piece of work is done as soon as the event loop has written out what waits: well under a millisecond. When it comes
 * thick and fast, each piece is followed by a rest, so that requests hardly notice.
 */
export function createPace({ work, share = 0.05, laterMs = 2_000, clock = realPaceClock }: PaceOptions): Pace {
  let state: 'idle' | 'later' | 'waiting' | 'due' | 'working' | 'stopped' = 'idle';
  let askedMeanwhile = false;
  let restUntilMs = -Infinity;
  let cancel: (() => void) | null = null;

  const ended = (startedMs: number, more: boolean) => {
    const endedMs = clock.nowMs();
    restUntilMs = endedMs + Math.min((endedMs - startedMs) * (1 / share - 1), MAX_REST_MS);
    if (state === 'stopped') return;
    state = 'idle';
    if (more || askedMeanwhile) soon();
  };
  const run = () => {
    if (state === 'stopped') return;
    state = 'working';
    askedMeanwhile = false;
    const startedMs = clock.nowMs();
    const more = work();
    if (typeof more === 'boolean') ended(startedMs, more);
    // What waits for another process takes none of our time; the rest after it is what spaces retries.
    else void more.then((value) => { ended(startedMs, value); });
  };
  const arm = (delayMs: number) => {
    cancel?.();
    cancel = null;
    if (delayMs <= 0) {
      state = 'due';
      clock.immediate(run);
    } else {
      cancel = clock.timer(run, delayMs);
    }
  };
  const soon = () => {
    if (state === 'working') askedMeanwhile = true;
    if (state !== 'idle' && state !== 'later') return;
    state = 'waiting';
    arm(restUntilMs - clock.nowMs());
  };
  return {
    soon,
    urgent() {
      if (state === 'working') askedMeanwhile = true;
      if (state === 'idle' || state === 'later' || state === 'waiting') arm(0);
    },
    later() {
      if (state !== 'idle') return;
      state = 'later';
      arm(laterMs);
    },
    stop() {
      state = 'stopped';
      cancel?.();
    },
  };
}
