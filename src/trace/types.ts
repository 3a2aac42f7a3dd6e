/** What happened to one request: plain JSON, the same in the live feed, the viewer, the CLI and at rest. */
import type { ApiError } from '../protocol/errors.ts';
import type { Usage, WireFormat } from '../protocol/types.ts';
import type { Savings } from '../routing/savings.ts';
import type { Mode, Plan } from '../routing/types.ts';

export type PhaseName = 'primary' | 'fallback' | 'verify' | 'panel' | 'judge' | 'synthesis';

export interface Attempt {
  model: string;
  upstreamName: string;
  status: 'success' | 'error' | 'aborted';
  /** HTTP status of the upstream, where there was one. */
  httpStatus?: number | undefined;
  /** A named reason: `rate_limited`, `server_error`, `timeout`, `connect`, `auth`, `context_length`, `incomplete`, … */
  reason?: string | undefined;
  message?: string | undefined;
  /** What was learned from the failure before and done otherwise, e.g. `without temperature`. */
  adapted?: readonly string[] | undefined;
  startedMs: number;
  durationMs: number;
}

/** One model call (with its attempts) inside a request. Times are ms since the start of the request. */
export interface Phase {
  id: string;
  phase: PhaseName;
  role: string;
  candidateId: string;
  model: string;
  upstreamName: string;
  status: 'running' | 'done' | 'failed' | 'aborted';
  startedMs: number;
  firstContentMs: number | null;
  endedMs: number | null;
  usage: Usage | null;
  costUsd: number | null;
  attempts: Attempt[];
  /** What the model said: subject to `trace.keepPrompts`. Empty when not kept. */
  text: string;
  toolCalls: { name: string; arguments: string }[];
  /** Judge and verifier: the verdict in short. */
  verdict?: string | undefined;
}

export interface TraceRecord {
  id: string;
  /** Epoch ms. */
  startedAtMs: number;
  /** ms since the start; null while running. */
  durationMs: number | null;
  firstContentMs: number | null;
  status: 'running' | 'done' | 'failed' | 'aborted';
  httpStatus: number | null;
  wire: WireFormat;
  stream: boolean;
  dryRun: boolean;
  requestedModel: string;
  /** Named from the user agent, e.g. `cline`, `continue`, `curl`. */
  client: string;
  messageCount: number;
  toolCount: number;
  requestBytes: number;
  /** Null when no plan could be made. */
  plan: Plan | null;
  phases: Phase[];
  served: { model: string; upstreamName: string; strategy: string; fallback: string | null } | null;
  usage: Usage | null;
  costUsd: number | null;
  /** What the answer would have cost elsewhere; null without an answer and for a dry run. */
  savings?: Savings | null | undefined;
  error: ApiError | null;
  /** Final answer: subject to `trace.keepPrompts`. */
  answer: string;
  toolCalls: { name: string; arguments: string }[];
  /** What the user thought of it, by `POST /traces/{id}/feedback`. */
  feedback?: Feedback | undefined;
}

export interface Feedback {
  thumb: 'up' | 'down';
  note?: string | undefined;
  /** The model and the kind of task that it counts for; absent when it teaches nothing. */
  counts?: { kind: string; model: string } | undefined;
}

/** One line of the list of requests. */
export interface TraceSummary {
  id: string;
  startedAtMs: number;
  durationMs: number | null;
  status: TraceRecord['status'];
  httpStatus: number | null;
  client: string;
  requestedModel: string;
  servedModel: string | null;
  strategy: string | null;
  turn: string | null;
  domain: string | null;
  fallback: string | null;
  excerpt: string;
  costUsd: number | null;
  /** What the answer would have cost on the strongest and on the cheapest candidate; null when that is not known or there is none. */
  strongestUsd?: number | null | undefined;
  cheapestUsd?: number | null | undefined;
  dryRun: boolean;
}

/** State of the owner, as windows, the viewer and the CLI see it. */
export interface OwnerState {
  version: string;
  pid: number;
  host: string;
  port: number;
  mode: Mode;
  dryRun: boolean;
  /** Why it is dry-run, or which upstream is real; one sentence. */
  dryRunReason: string;
  roles: string[];
  /** `window` or `serve` */
  kind: 'window' | 'serve';
  /** Where traces, sessions and spending are kept; `note` says in a sentence when that is not as it should be. */
  store?: { kind: 'memory' | 'sqlite' | 'redis'; note: string | null } | undefined;
}

/** Messages of the live feed (`WS /traces/live`), JSON text frames, server → client. */
export type LiveMessage =
  | { type: 'hello'; state: OwnerState; traces: TraceSummary[] }
  | { type: 'state'; state: OwnerState }
  /** A whole record, sent when it starts and whenever it changed (at most every 100 ms a trace). */
  | { type: 'trace'; trace: TraceRecord }
  | { type: 'deleted'; id: string };

/** Client → server on the live feed. `setMode` is taken only from a connection that showed the view token in a header, never from a cookie. */
export type LiveCommand = { type: 'setMode'; mode: Mode } | { type: 'watchText'; on: boolean };
