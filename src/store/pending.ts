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
  /** Forgets a trace; true when it waited here. */
  dropTrace(id: string): boolean;
  dropTraces(): void;
  readonly isSome: boolean;
  /** Traces that wait. */
  readonly traceCount: number;
  /** USD that was added to a day and is not written. */
  usdOf(dayKey: string): number;
  has(kind: 'pin' | 'fact', key: string): boolean;
  /** Takes a piece of it out, in the form that is written; null when nothing of it waits. Facts change with every request and can wait. */
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
 * @param memory where pins and facts are read when they are taken, in their newest state
 * @param maxTraces beyond it the oldest trace is forgotten
 */
export function createPending(memory: Pick<Store, 'sessions' | 'telemetry'>, maxTraces: () => number): Pending {
  let traces = new Map<string, FinishedTrace>();
  const pins = new Set<string>();
  const facts = new Set<string>();
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
    usd: addUsd,
    dropTrace: (id) => traces.delete(id),
    dropTraces: () => { traces.clear(); },
    get isSome() { return traces.size + pins.size + facts.size + usd.size > 0; },
    get traceCount() { return traces.size; },
    usdOf: (dayKey) => usd.get(dayKey) ?? 0,
    has: (kind, key) => (kind === 'pin' ? pins : facts).has(key),
    take(form, withFacts) {
      const takenFacts = withFacts ? [...facts] : [];
      if (traces.size + pins.size + takenFacts.length + usd.size === 0) return null;
      const takenTraces = firstOf(traces.values(), TRACES_AT_ONCE);
      const takenPins = firstOf(pins, PINS_AT_ONCE);
      const takenUsd = [...usd];
      for (const { id } of takenTraces) traces.delete(id);
      for (const id of takenPins) pins.delete(id);
      for (const key of takenFacts) facts.delete(key);
      usd.clear();
      return {
        batch: {
          traces: takenTraces.flatMap((trace) => stored(trace, form)),
          pins: takenPins.flatMap((id): (readonly [string, SessionPin])[] => { const pin = memory.sessions.get(id); return pin === undefined ? [] : [[id, pin]]; }),
          addedUsd: takenUsd.filter(([, added]) => added !== 0),
          telemetry: takenFacts.map((key) => [key, memory.telemetry.get(key)] as const),
        },
        putBack() {
          const again = takenTraces.filter(({ id }) => !traces.has(id)).map((trace) => [trace.id, trace] as const);
          traces = new Map([...again, ...traces].slice(-maxTraces()));
          for (const id of takenPins) pins.add(id);
          for (const key of takenFacts) facts.add(key);
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
