/** What a receipt needs of a running OpenFusion, wherever it runs: in this process (`port-engine.ts`) or behind HTTP (`port-http.ts`). */
import type { FinishReason, ToolCall, Usage } from '../protocol/types.ts';
import type { TraceRecord } from '../trace/types.ts';

/** A chat-completions body, as a client would send it; `stream` is set by the port. */
export type ChatBody = Readonly<Record<string, unknown>>;

/** The part of a plan that receipts speak of. */
export interface PlanView {
  strategy: string;
  selectedRoles: string[];
  rationale: string;
  /** The call that answers: `{role, model}`; null when the other side did not say. */
  primary: RoleModel | null;
  plannedCalls: number | null;
  maxCalls: number | null;
  /** Expected cost over all planned calls in USD. */
  estimatedUsd: number | null;
}

export interface RoleModel {
  role: string;
  model: string;
}

/** One whole answer. */
export interface PortAnswer {
  text: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
  /** The `openfusion` object as it came; empty when there was none. */
  openfusion: Readonly<Record<string, unknown>>;
  /** The recorded trace, where the port can reach it: it holds what each panel role said. */
  trace: TraceRecord | null;
  /** From sending the request to the whole answer. */
  latencyMs: number;
}

export interface PortError {
  /** HTTP status; 0 when there was no answer at all. */
  status: number;
  code: string | null;
  message: string;
}

export type PortResult<T> = { ok: true; value: T } | { ok: false; error: PortError };

export interface ReceiptPort {
  /** Does it answer from the dry-run upstream? Null when only its answers can tell. */
  readonly dryRun: boolean | null;
  /** The plan for a request; no model is called. Never rejects. */
  plan(body: ChatBody, signal?: AbortSignal): Promise<PortResult<PlanView>>;
  /** Runs a request to its end. Never rejects: an abort is an error with code `aborted`. */
  complete(body: ChatBody, signal?: AbortSignal): Promise<PortResult<PortAnswer>>;
  /** Ids of the models that it offers, where it can list them. */
  models?(signal?: AbortSignal): Promise<PortResult<string[]>>;
}

/** The model id that asks for one configured role. */
export const roleModelId = (role: string): string => `openfusion/${role}`;
/** The model id that asks for the whole panel. */
export const FUSION_MODEL_ID = 'openfusion/fusion';
