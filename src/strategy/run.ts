import type { Config } from '../config/schema.ts';
import type { ChatRequest, RequestContext, Usage } from '../protocol/types.ts';
import type { RequestSettings } from '../protocol/wire.ts';
import { WIRES } from '../protocol/wires.ts';
import { NO_USAGE, addUsage } from '../protocol/completion.ts';
import type { Savings } from '../routing/savings.ts';
import type { Plan, Planned, PlannedCall, Standing } from '../routing/types.ts';
import type { RequestTrace } from '../trace/recorder-types.ts';
import type { Redactor } from '../trace/redact.ts';
import type { HealthBoard } from '../upstream/health.ts';
import type { QuirkBook } from '../upstream/quirk-book.ts';
import type { Upstream, UpstreamFailure } from '../upstream/types.ts';
import { costOf } from './cost.ts';
import type { MintedReasoning } from './minted.ts';
import { savingsOf, type SessionInputs } from './savings.ts';

/** What all runs share. */
export interface RunParts {
  config: Config;
  upstreams: ReadonlyMap<string, Upstream>;
  health: HealthBoard;
  quirks: QuirkBook;
  minted: MintedReasoning;
  /** For keys that an answer says in pieces; whoever writes to a client masks what stands in one piece. */
  redactor: Pick<Redactor, 'createDeltaMask' | 'createEventMask'>;
  dryRun: boolean;
  nowMs: () => number;
}

/** Everything that the execution of one plan works with. */
export class Run {
  readonly request: ChatRequest;
  readonly context: RequestContext;
  readonly plan: Plan;
  readonly planned: Planned;
  readonly config: Config;
  readonly trace: RequestTrace;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly health: HealthBoard;
  readonly quirks: QuirkBook;
  readonly minted: MintedReasoning;
  readonly redactor: RunParts['redactor'];
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly #nowMs: () => number;
  /** Sum over all calls so far. */
  usage: Usage = NO_USAGE;
  /** Null as soon as one call's price is not known. */
  costUsd: number | null = 0;
  /** What the calls with a known price cost: what counts against the day's budget. */
  spentUsd = 0;
  /** Named reason, when the answer is not the first choice's. */
  fallback: string | null = null;
  servedBy: PlannedCall | null = null;
  /** The client's stream holds its loud end already. */
  told = false;
  #settings: RequestSettings | null = null;
  readonly #inputs: SessionInputs;
  #savings: Savings | null = null;
  /** What went wrong on the way, in order. */
  readonly failures: UpstreamFailure[] = [];

  constructor(parts: RunParts & { inputs: SessionInputs }, request: ChatRequest, context: RequestContext, planned: Planned, trace: RequestTrace, signal: AbortSignal) {
    this.request = request;
    this.context = context;
    this.plan = planned.plan;
    this.planned = planned;
    this.#inputs = parts.inputs;
    this.config = parts.config;
    this.trace = trace;
    this.upstreams = parts.upstreams;
    this.health = parts.health;
    this.quirks = parts.quirks;
    this.minted = parts.minted;
    this.redactor = parts.redactor;
    this.dryRun = parts.dryRun;
    this.signal = signal;
    this.#nowMs = parts.nowMs;
  }

  /** A candidate of the plan with its score. */
  scored(candidateId: string): Standing | undefined {
    return this.planned.scored === undefined ? this.plan.candidates.find(({ id }) => id === candidateId) : this.planned.scored(candidateId);
  }

  /** What only a translation of the request needs. */
  settings(): RequestSettings {
    return this.#settings ??= WIRES[this.request.wire].settingsOf(this.request);
  }

  /** What it belongs to; a request without a session is one of its own. */
  get session(): string {
    return this.plan.session.id ?? this.context.traceId;
  }

  /** ms since the request came in. */
  elapsedMs(): number {
    return this.#nowMs() - this.context.startedAtMs;
  }

  /** Adds one call's usage to the sum and tells its cost in USD. */
  account(call: PlannedCall, usage: Usage): number | null {
    const cost = this.dryRun ? 0 : costOf(usage, call.pricing);
    this.usage = addUsage(this.usage, usage);
    this.spentUsd += cost ?? 0;
    this.costUsd = cost === null || this.costUsd === null ? null : this.costUsd + cost;
    return cost;
  }

  /** What the answer would have cost elsewhere; null as long as it is not whole, and for a dry run. */
  savings(): Savings | null {
    return this.#savings ??= savingsOf(this, this.#inputs, this.context.startedAtMs);
  }

  /** Marks the model whose words go out. */
  serve(call: PlannedCall): void {
    this.servedBy = call;
    this.trace.served({ model: call.model, upstreamName: call.upstreamName, strategy: this.plan.strategy, fallback: this.fallback });
  }

  /** What the `model` field of the answer says. */
  get reportedModel(): string {
    const actual = this.config.server.reportModel === 'actual' ? this.servedBy?.model : undefined;
    return actual ?? this.request.model;
  }
}
