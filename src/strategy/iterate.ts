import type { AnswerEvent } from '../protocol/answer.ts';
import type { Emit } from './engine.ts';

/** Turns pushed steps into a sequence. The producer waits until each step was taken; leaving early aborts its signal. */
export async function* iterate(produce: (signal: AbortSignal, emit: Emit) => Promise<void>, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  const left = new AbortController();
  let waiting: AnswerEvent | null = null, over = false;
  let taken: () => void = () => undefined, arrived: () => void = () => undefined;
  const emit: Emit = (event) => {
    if (left.signal.aborted) return undefined;
    waiting = event;
    arrived();
    return new Promise((resolve) => { taken = resolve; });
  };
  const next = (): Promise<void> => new Promise((resolve) => { arrived = resolve; if (waiting !== null || over) resolve(); });
  const done = produce(AbortSignal.any([signal, left.signal]), emit).finally(() => { over = true; arrived(); });
  try {
    for (await next(); waiting !== null; await next()) {
      const event: AnswerEvent = waiting;
      waiting = null;
      yield event;
      taken();
    }
    await done;
  } finally {
    left.abort();
    taken();
  }
}
