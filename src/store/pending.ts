import type { SessionPin } from '../routing/types.ts';
import type { AtRest } from './at-rest.ts';
import type { Batch } from './backend.ts';
import type { FinishedTrace, Store } from './types.ts';

/** What changed and is not yet written. */
export interface Pending {
  trace(finished: FinishedTrace): void;
  pin(sessionId: string): void;
  usd(dayKey: string, usd: number): void;
  fact(key: string): void;
  learned(key: string): void;
  /** What was learned is to be forgotten, before what is put in from now on. */
  clearLearned(): void;
  readonly clearsLearned: boolean;
  /** Forgets a trace; true when it waited here. */
  dropTrace(id: string): boolean;
  dropTraces(): void;
  readonly isSome: boolean;
  /** Traces that wait. */
  readonly traceCount: number;
  /** USD that was added to a day and is not written. */
  usdOf(dayKey: string): number;
  has(kind: 'pin' | 'fact' | 'learned', key: string): boolean;
  /** Takes a piece of it out, in the form that is written; null when nothing of it waits. Facts and what is learned change with every request and can wait. */
  take(form: AtRest, withFacts: boolean): Taken | null;
}

export interface Taken {
  batch: Batch;
  /** It could not be written: it waits again. */
  putBack(): void;
}

/** Traces in one piece of work: about a millisecond, so that no stream stutters. */
const TRACES_AT_ONCE = 16;
const PINS_AT_ONCE = 200;

/**
 * @param memory where pins, facts and what was learned are read when they are taken, in their newest state
 * @param maxTraces beyond it the oldest trace is forgotten
 */
export function createPending(memory: Pick<Store, 'sessions' | 'telemetry' | 'learned'>, maxTraces: () => number): Pending {
  let traces = new Map<string, FinishedTrace>();
  const pins = new Set<string>();
  const facts = new Set<string>();
  const learned = new Set<string>();
  let clearsLearned = false;
  const usd = new Map<string, number>();

  const addUsd = (dayKey: string, more: number) => { usd.set(dayKey, (usd.get(dayKey) ?? 0) + more); };
  return {
    trace(finished) {
      traces.delete(finished.id);
      traces.set(finished.id, finished);
      const oldest = traces.size > maxTraces() ? traces.keys().next() : null;
      if (oldest?.done === false) traces.delete(oldest.value);
    },
    pin: (sessionId) => { pins.add(sessionId); },
    fact: (key) => { facts.add(key); },
    learned: (key) => { learned.add(key); },
    clearLearned() {
      clearsLearned = true;
      learned.clear();
    },
    get clearsLearned() { return clearsLearned; },
    usd: addUsd,
    dropTrace: (id) => traces.delete(id),
    dropTraces: () => { traces.clear(); },
    get isSome() { return traces.size + pins.size + facts.size + learned.size + usd.size > 0 || clearsLearned; },
    get traceCount() { return traces.size; },
    usdOf: (dayKey) => usd.get(dayKey) ?? 0,
    has: (kind, key) => ({ pin: pins, fact: facts, learned })[kind].has(key),
    take(form, withFacts) {
      const takenFacts = withFacts ? [...facts] : [];
      const takenLearned = new Set(withFacts ? learned : []), cleared = clearsLearned;
      if (traces.size + pins.size + takenFacts.length + takenLearned.size + usd.size === 0 && !cleared) return null;
      const takenTraces = firstOf(traces.values(), TRACES_AT_ONCE);
      const takenPins = firstOf(pins, PINS_AT_ONCE);
      const takenUsd = [...usd];
      for (const { id } of takenTraces) traces.delete(id);
      for (const id of takenPins) pins.delete(id);
      for (const key of takenFacts) facts.delete(key);
      for (const key of takenLearned) learned.delete(key);
      clearsLearned = false;
      usd.clear();
      return {
        batch: {
          traces: takenTraces.flatMap((trace) => stored(trace, form)),
          pins: takenPins.flatMap((id): (readonly [string, SessionPin])[] => { const pin = memory.sessions.get(id); return pin === undefined ? [] : [[id, pin]]; }),
          addedUsd: takenUsd.filter(([, added]) => added !== 0),
          telemetry: takenFacts.map((key) => [key, memory.telemetry.get(key)] as const),
          clearLearned: cleared,
          learned: takenLearned.size === 0 ? [] : [...memory.learned.load()].filter(([key]) => takenLearned.has(key)),
        },
        putBack() {
          const again = takenTraces.filter(({ id }) => !traces.has(id)).map((trace) => [trace.id, trace] as const);
          traces = new Map([...again, ...traces].slice(-maxTraces()));
          for (const id of takenPins) pins.add(id);
          for (const key of takenFacts) facts.add(key);
          for (const key of takenLearned) learned.add(key);
          clearsLearned ||= cleared;
          for (const [dayKey, added] of takenUsd) addUsd(dayKey, added);
        },
      };
    },
  };
}

/** One that cannot be written as JSON is left out: it must not hold up the others. */
function stored(trace: FinishedTrace, { hasText, shape }: AtRest): Batch['traces'] {
  try {
    return [{ id: trace.id, startedAtMs: trace.startedAtMs, hasText, ...trace.toJson(shape) }];
  } catch {
    return [];
  }
}

function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === count) break;
    first.push(item);
  }
  return first;
}
