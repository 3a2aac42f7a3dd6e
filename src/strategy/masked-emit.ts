import type { AnswerEvent } from '../protocol/answer.ts';
import type { ChatDelta } from '../protocol/types.ts';
import type { Emit } from './engine.ts';
import type { Run } from './run.ts';

/** Passes an answer on with the keys masked whose pieces stand in several of its deltas. */
export function maskedEmit({ redactor }: Pick<Run, 'redactor'>, emit: Emit): Emit {
  const mask = redactor.createDeltaMask();
  if (mask === null) return emit;
  const emitAll = async (deltas: readonly ChatDelta[], then: AnswerEvent | null): Promise<void> => {
    for (const delta of deltas) await emit({ type: 'delta', delta });
    if (then !== null) await emit(then);
  };
  return (event) => {
    if (event.type === 'delta') {
      const { delta } = event;
      const given = mask.push([delta]);
      if (given.length === 1 && given[0] === delta) return emit(event);
      return given.length === 0 ? undefined : emitAll(given, null);
    }
    const held = event.type === 'end' || event.type === 'failed' ? mask.flush() : [];
    return held.length === 0 ? emit(event) : emitAll(held, event);
  };
}
