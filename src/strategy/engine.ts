/** What a running OpenFusion can do, whoever asks: the gateway, the CLI, a receipt. Made by `app.ts`. */
import type { AnswerEvent } from '../protocol/answer.ts';
import type { ChatRequest, RequestContext } from '../protocol/types.ts';
import type { PlanResult } from '../routing/types.ts';

export interface Engine {
  /** Makes the plan; calls no model. */
  plan(request: ChatRequest, context: RequestContext): PlanResult;
  /** Plans and runs a request. Every step of the answer comes out as an event; never throws. */
  answer(request: ChatRequest, context: RequestContext, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}
