import type { Served } from '../protocol/answer.ts';
import type { ApiError } from '../protocol/errors.ts';
import { deltasOf } from '../protocol/completion.ts';
import type { Completion } from '../protocol/types.ts';
import type { Emit } from './engine.ts';
import { openfusionObject } from './object.ts';
import type { Run } from './run.ts';

/** How a strategy ends: null when the answer is whole, else the error that the client is told. */
export type Outcome = ApiError | null;

/** The `start` event for the model that was chosen to speak; `open` while a call still runs, whose cost is not known yet. */
export const servedEvent = (run: Run, cost: 'known' | 'open'): { type: 'start'; served: Served } => ({ type: 'start', served: servedOf(run, cost) });

const servedOf = (run: Run, cost: 'known' | 'open'): Served =>
  ({ strategy: run.plan.strategy, model: run.servedBy?.model ?? run.plan.primary.model, fallback: run.fallback, costUsd: cost === 'known' ? run.costUsd : null });

/** A held answer goes out at once, verbatim. */
export async function release(run: Run, completion: Completion, emit: Emit): Promise<Outcome> {
  run.trace.answer(completion.text, completion.toolCalls);
  await emit(servedEvent(run, 'known'));
  for (const delta of deltasOf(completion)) await emit({ type: 'delta', delta });
  await finish(run, emit);
  return null;
}

/** The end of an answer that was rendered from deltas. */
export async function finish(run: Run, emit: Emit): Promise<void> {
  await emit({ type: 'end', usage: run.usage, openfusion: openfusionObject(run), served: servedOf(run, 'known') });
}
