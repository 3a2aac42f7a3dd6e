import type { ApiError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { ChatDelta, Usage } from './types.ts';

/** What really answered; known when the first content is at hand, so that headers can tell it. */
export interface Served {
  strategy: string;
  /** The model that really answers, as the upstream names it. */
  model: string;
  /** A named reason, when it was not the first choice, e.g. `rate_limited`. */
  fallback: string | null;
  /** Cost in USD, where known before the headers leave. */
  costUsd: number | null;
}

/** The `openfusion` object of an answer: plain JSON. */
export type OpenFusionObject = Record<string, unknown>;

/**
 * One step of an answer on its way to the client. Order: `planned`, `start`, then `delta`s and `end`, or `wire`s; or `failed` at
 * any place, as the last one. Before `start` a failure is a status; after it, a loud end.
 */
export type AnswerEvent =
  /** There is a plan: headers that leave before the first content can name its strategy. */
  | { type: 'planned'; strategy: string }
  | { type: 'start'; served: Served }
  /** Internal form; the protocol renders it for the client. */
  | { type: 'delta'; delta: ChatDelta }
  /** Already in the client's wire format (native pass-through, patched on the way). Text, since that leaves in one write with the headers. */
  | { type: 'wire'; text: string; /** Responses: the final `response` object, in the event that holds it. */ final?: JsonObject }
  /** The end of a rendered answer: usage over all calls, and the object that explains it. Not sent after `wire`. */
  | { type: 'end'; usage: Usage; openfusion: OpenFusionObject; served: Served }
  /** `told`: the native stream has ended loudly in its own format; nothing is left but to close it. */
  | { type: 'failed'; error: ApiError; told?: boolean };
