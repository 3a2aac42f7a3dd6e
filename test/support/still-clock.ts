import type { Scheduler } from '../../src/trace/coalesce.ts';

/** Time that moves only when told: what was put off waits until the test runs it. */
export interface StillClock {
  readonly scheduler: Scheduler;
  nowMs(): number;
  /** Lets time pass without running anything. */
  pass(ms: number): void;
  runImmediates(): void;
  /** Runs the timers that are armed now. */
  runTimers(): void;
  readonly armedTimers: number;
  readonly waitingImmediates: number;
}

export function stillClock(startMs = 1_000_000): StillClock {
  let nowMs = startMs;
  let immediates: (() => void)[] = [];
  const timers = new Set<() => void>();
  return {
    scheduler: {
      immediate: (run) => { immediates.push(run); },
      timer(run) {
        timers.add(run);
        return () => { timers.delete(run); };
      },
    },
    nowMs: () => nowMs,
    pass: (ms) => { nowMs += ms; },
    runImmediates() {
      const due = immediates;
      immediates = [];
      due.forEach((run) => { run(); });
    },
    runTimers() {
      const due = [...timers];
      timers.clear();
      due.forEach((run) => { run(); });
    },
    get armedTimers() { return timers.size; },
    get waitingImmediates() { return immediates.length; },
  };
}
