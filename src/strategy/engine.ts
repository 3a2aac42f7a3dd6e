/** What a running OpenFusion can do, whoever asks: the gateway, the CLI, a receipt. Made by `app.ts`. */
import type { AnswerEvent } from '../protocol/answer.ts';
import type { Result } from '../protocol/errors.ts';
import type { ChatRequest, RequestContext } from '../protocol/types.ts';
import type { PlanResult } from '../routing/types.ts';

/** Takes one step of an answer. A promise means that the client is slow: wait for it before the next step. */
export type Emit = (event: AnswerEvent) => Promise<void> | undefined;

export interface Engine {
  /** Makes the plan; calls no model. */
  plan(request: ChatRequest, context: RequestContext): PlanResult;
  /** Plans and runs a request, pushing every step of the answer. Never rejects. The cheap way: the gateway's. */
  run(request: ChatRequest, context: RequestContext, signal: AbortSignal, emit: Emit): Promise<void>;
  /** Tokens of a request's input: as the upstream counts them where it offers that in the Messages format, else estimated. Errors: those of a plan. */
  countTokens(request: ChatRequest, context: RequestContext, signal: AbortSignal): Promise<Result<{ inputTokens: number; estimated: boolean }>>;
  /** The same as a sequence to iterate; leaving it early ends every call of the plan. */
  answer(request: ChatRequest, context: RequestContext, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}
