/** Does work off the path that asked for it: soon while there is little of it, and over time never more than a share of what the thread does. */
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

/** The ways to wait and the clocks, handed in where a test wants time to stand still. */
export interface PaceClock {
  immediate(run: () => void): void;
  /** Must not keep the process alive. Returns the way to cancel. */
  timer(run: () => void, delayMs: number): () => void;
  /** Time that this thread has worked: a busy machine must not make work look long. */
  workedMs(): number;
  /** Time that its event loop had nothing to do. */
  idleMs(): number;
}

export const realPaceClock: PaceClock = {
  immediate: (run) => { setImmediate(run); },
  timer(run, delayMs) {
    const timer = setTimeout(run, delayMs).unref();
    return () => { clearTimeout(timer); };
  },
  workedMs,
  idleMs: () => performance.eventLoopUtilization().idle,
};

function workedMs(): number {
  // Absent before Node 23.9, whatever the types say.
  const usage = (process.threadCpuUsage as typeof process.threadCpuUsage | undefined)?.();
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1_000;
}

export interface PaceOptions {
  /** Does a bounded piece of the work and tells whether more is there. Never throws. */
  work(): boolean | Promise<boolean>;
  /** Part of the thread's work that this may be while it is busy, 0..1. */
  share?: number;
  /** Part of the time that it is idle, 0..1. */
  idleShare?: number;
  /** Work that may be done at once after a rest: that is some hundred traces. */
  savedMs?: number;
  /** How long {@link Pace.later} waits. */
  laterMs?: number;
  clock?: PaceClock;
}

/** What has to be saved up for the next piece. */
const PIECE_MS = 1;
/** However busy it is, something is written twice a second. */
const MAX_REST_MS = 500;

/**
 * A lone piece of work is done as soon as the event loop has written out what waits: well under a millisecond. So are many in a
 * row, as long as the share is not used up; then each waits until there is time for it again.
 */
export function createPace({ work, share = 0.05, idleShare = 0.1, savedMs: mostSavedMs = 60, laterMs = 2_000, clock = realPaceClock }: PaceOptions): Pace {
  let state: 'idle' | 'later' | 'waiting' | 'due' | 'working' | 'stopped' = 'idle';
  let askedMeanwhile: 'soon' | 'later' | null = null;
  let savedMs = mostSavedMs, countedWorkMs = clock.workedMs(), countedIdleMs = clock.idleMs();
  let cancel: (() => void) | null = null;

  const ended = (more: boolean) => {
    if (state === 'stopped') return;
    state = 'idle';
    if (more || askedMeanwhile === 'soon') soon();
    else if (askedMeanwhile === 'later') later();
  };
  const run = () => {
    if (state === 'stopped') return;
    state = 'working';
    askedMeanwhile = null;
    const before = clock.workedMs();
    const more = work();
    savedMs -= clock.workedMs() - before;
    if (typeof more === 'boolean') ended(more);
    else void more.then(ended);
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
  const restMs = (): number => {
    const workMs = clock.workedMs(), idleMs = clock.idleMs();
    savedMs = Math.min(mostSavedMs, savedMs + (workMs - countedWorkMs) * share + (idleMs - countedIdleMs) * idleShare);
    countedWorkMs = workMs;
    countedIdleMs = idleMs;
    return savedMs > 0 ? 0 : Math.min((PIECE_MS - savedMs) / share, MAX_REST_MS);
  };
  const soon = () => {
    if (state === 'working') askedMeanwhile = 'soon';
    if (state !== 'idle' && state !== 'later') return;
    state = 'waiting';
    arm(restMs());
  };
  const later = () => {
    if (state === 'working') askedMeanwhile ??= 'later';
    if (state !== 'idle') return;
    state = 'later';
    arm(laterMs);
  };
  return {
    soon,
    urgent() {
      if (state === 'working') askedMeanwhile = 'soon';
      if (state === 'idle' || state === 'later' || state === 'waiting') arm(0);
    },
    later,
    stop() {
      state = 'stopped';
      cancel?.();
    },
  };
}
