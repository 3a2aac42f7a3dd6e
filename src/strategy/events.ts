import type { AnswerEvent, Served } from '../protocol/answer.ts';
import { deltasOf } from '../protocol/completion.ts';
import type { Completion } from '../protocol/types.ts';
import { openfusionObject } from './object.ts';
import type { Run } from './run.ts';

/** The `start` event for the model that was chosen to speak. */
export function servedEvent(run: Run): { type: 'start'; served: Served } {
  return { type: 'start', served: { strategy: run.plan.strategy, model: run.servedBy?.model ?? run.plan.primary.model, fallback: run.fallback, costUsd: run.costUsd } };
}

/** A held answer goes out at once, verbatim. */
export function* release(run: Run, completion: Completion): Generator<AnswerEvent> {
  const start = servedEvent(run);
  run.trace.answer(completion.text, completion.toolCalls);
  yield start;
  for (const delta of deltasOf(completion)) yield { type: 'delta', delta };
  yield { type: 'end', usage: run.usage, openfusion: openfusionObject(run), served: start.served };
}
