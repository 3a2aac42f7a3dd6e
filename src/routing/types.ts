/** Plain data that the planner reads and makes. No room's code, only shapes. */
import type { ApiError } from '../protocol/errors.ts';
import type { ChatRequest, Usage } from '../protocol/types.ts';
import type { Measured } from '../config/known-facts.ts';
import type { Config, Pricing } from '../config/schema.ts';
import type { Answered, Savings } from './savings.ts';
import type { Escalation, PinnedEscalation } from './progress/types.ts';

export type TurnKind = 'task' | 'followup' | 'tool_result' | 'chore';
export type Domain =
  | 'debug' | 'implement' | 'refactor' | 'review' | 'test' | 'explain' | 'architecture' | 'docs' | 'data' | 'maths' | 'chat' | 'other';
export type Skill = 'coding' | 'reasoning' | 'verification' | 'writing';
export type Strategy = 'fast-single' | 'smart-single' | 'single-verify' | 'fusion-panel';

/** What `openfusion/auto` does: decided by the user in the status bar, one per owner. */
export type Mode = { kind: 'auto' } | { kind: 'fusion' } | { kind: 'role'; role: string };

/** One thing that was noticed in the task, and what made us notice. */
export interface Signal {
  /** A skill, `risk`, `complexity`, `domain`, `language`, or the name of a custom rule's role. */
  kind: string;
  score: number;
  /** The words or the line that it comes from, as they stand in the text (at most 60 characters). */
  evidence: string;
  reason: string;
}

/** What a background chore is for. */
export type ChoreKind = 'title' | 'summary' | 'compaction' | 'commit_message' | 'topic' | 'command_check' | 'suggestion' | 'probe';

export interface TaskProfile {
  turn: TurnKind;
  /** Set when the turn is a chore. */
  choreKind?: ChoreKind | undefined;
  domain: Domain;
  /** The programming language that the task is about, lower-cased (`typescript`, `c++`, `shell`); null when nothing tells it. */
  language: string | null;
  /** Start of the newest user task, stripped of envelopes, at most 280 characters. Prompt text: subject to `trace.keepPrompts`. */
  excerpt: string;
  signals: Signal[];
  /** How much each skill matters here, 0..1. */
  skills: Record<Skill, number>;
  /** Role → score from signals and custom rules. */
  roleScores: Record<string, number>;
  /** 0..1 */
  complexity: number;
  /** 0..1 */
  risk: number;
  /** Predicted chance that the cheapest capable candidate gets it wrong, 0..1. */
  difficulty: number;
  /** Estimated size of the whole request in tokens. */
  contextTokens: number;
  expectedOutputTokens: number;
  needs: { tools: boolean; images: boolean; jsonSchema: boolean };
}

export type ScorePart = 'skill' | 'benchmark' | 'price' | 'throughput' | 'latency' | 'availability' | 'roleFit';

export interface ScoredCandidate {
  id: string;
  role: string;
  model: string;
  upstreamName: string;
  /** Sum of weighted parts plus the sticky bonus and minus penalties. */
  score: number;
  /** Each part before its weight, 0..1. */
  parts: Record<ScorePart, number>;
  /** Each part's weight; the weights sum to 1. */
  weights: Record<ScorePart, number>;
  stickyBonus: number;
  /** Soft preferences that it misses, by name, and what each took off. */
  penalties: { reason: string; amount: number }[];
  /** Predicted chance that this candidate gets this request right, 0..1. */
  quality: number;
  /** The same before what was learned here corrected it; absent where nothing was. */
  predicted?: number | undefined;
  /** Expected cost of this request in USD; null when a price is not known. */
  costUsd: number | null;
  /** What was measured of it here and counts in its score; absent while there is too little. */
  measured?: Measured | undefined;
  metrics: {
    benchmarkPercentile: number | null;
    priceUsdPer1M: number | null;
    throughputTps: number | null;
    latencyS: number | null;
    availability: number | null;
  };
}

/** What an answer tells of a candidate's score. */
export type Standing = Pick<ScoredCandidate, 'score' | 'metrics'>;

/** A named reason why a candidate could not be chosen. */
export type RejectionReason =
  | 'context_window' | 'no_tools' | 'no_images' | 'no_json_schema' | 'availability' | 'max_price' | 'cooling_down' | 'no_key' | 'not_allowed' | 'unknown_upstream';

export interface RejectedCandidate {
  id: string;
  role: string;
  model: string;
  reason: RejectionReason;
  detail: string;
  /** Predicted chance that it would get this right if it could be asked, 0..1: the pool is comparable as a whole. */
  quality?: number | undefined;
  /** Expected cost of this request in USD; null when a price is not known. */
  costUsd?: number | null | undefined;
}

/** What one strategy would be worth for the task. */
export interface StrategyOption {
  strategy: Strategy;
  /** Ids of all who would work on it. */
  candidates: string[];
  /** Predicted chance that its answer is right, 0..1. */
  quality: number;
  /** Expected USD over all its calls; null when a price is not known. */
  costUsd: number | null;
  /** In the unit of the candidates' scores: options and candidates compare with each other. */
  value: number;
}

/** Who else it could have been, and what would have had to be otherwise for that. */
export interface RunnerUp {
  id: string;
  model: string;
  /** How much its score lacks; negative where the turn and not the score decided. */
  by: number;
  quality: number;
  costUsd: number | null;
  /** Each alone would do; null where it cannot. */
  needs: {
    /** A predicted quality of this, 0..1. */
    quality: number | null;
    /** This part of its cost, 0..1. */
    costFactor: number | null;
    /** This position of `costQualityTradeoff`, the nearest in halves. */
    dial: number | null;
  };
}

/** One model call that a plan may make. */
export interface PlannedCall {
  candidateId: string;
  role: string;
  model: string;
  upstreamName: string;
  /** Fields that the candidate adds for its upstream (`provider`, `plugins`, `models`, `session_id`, …). */
  extraBody: Record<string, unknown>;
  pricing: { inputUsdPer1M: number; outputUsdPer1M: number; cachedInputUsdPer1M?: number | undefined; cacheWriteUsdPer1M?: number | undefined } | null;
  /** Effort of reasoning to ask for instead of the client's own; absent: as the client asked. */
  effort?: string | undefined;
}

export interface SessionInfo {
  source: 'explicit' | 'implicit' | 'none';
  /** Where the id was found, e.g. `body.session_id`, `x-session-id`, `fingerprint`. */
  from: string;
  id: string | null;
  hit: boolean;
  /** The pin that was found: role → model, and the candidate of the running tool loop. */
  pins: { roles: Record<string, string>; candidateId: string | null };
}

export interface BudgetInfo {
  plannedCalls: number;
  maxCalls: number;
  /** Expected cost in USD over all planned calls; null when a price is missing. */
  estimatedUsd: number | null;
  maxUsd: number | null;
}

export interface Plan {
  /** How the request asked for it. */
  mode: 'auto' | 'fusion' | 'role' | 'candidate' | 'passthrough';
  /** `role` and `candidate` and `passthrough` requests run as a single call too: their strategy is `fast-single` by name of `direct`. */
  strategy: Strategy | 'direct';
  /** Named reason of the strategy, e.g. `tool_loop`, `chore_cheapest`, `risk_above_threshold`. */
  reason: string;
  task: TaskProfile;
  /** Sorted by score, best first. */
  candidates: ScoredCandidate[];
  rejected: RejectedCandidate[];
  /** The call that answers, then its fallbacks in order. For fusion: the synthesizer and its fallbacks. */
  primary: PlannedCall;
  fallbacks: PlannedCall[];
  verifier: PlannedCall | null;
  panel: PlannedCall[];
  judge: PlannedCall | null;
  synthesizer: PlannedCall | null;
  session: SessionInfo;
  /** What to remember when the answer succeeded; null when the pin must not move (chores). */
  pin: { sessionId: string; candidateId: string; role: string; model: string; effort?: string | undefined; escalation?: PinnedEscalation | undefined } | null;
  budget: BudgetInfo;
  /** Sentences for people, in the order of the decision. */
  explanation: string[];
  /** What each strategy would be worth, best first; absent in traces of before it was worked out. */
  options?: StrategyOption[] | undefined;
  /** Null when there was nobody else. */
  runnerUp?: RunnerUp | null | undefined;
  /** What the session's transcript made of its model; null or absent when it showed nothing. */
  escalation?: Escalation | null | undefined;
  /** Role names and the seed's rationale sentence. */
  route: { selectedRoles: string[]; rationale: string };
}

/** A plan as it was just made, whose `candidates` nobody may have looked at yet. */
export interface FreshPlan extends Plan {
  /** What was predicted of one of `candidates` before anything was learned, 0..1, without making them. A copy of a plan has them made, and not this. */
  predictedOf?(of: { upstreamName: string; model: string }): number | undefined;
}

/** A session's pin as the store keeps it. */
export interface SessionPin {
  candidateId: string;
  roles: Record<string, string>;
  /** Epoch ms of the last success. */
  updatedAtMs: number;
  /** Effort that was decided for the running tool loop instead of the client's own. */
  effort?: string | undefined;
  /** Set while a stronger model works on what the session's own could not. */
  escalation?: PinnedEscalation | undefined;
}

/** What the planner needs to know of the world; plain data, handed in. */
export interface PlanInput {
  request: ChatRequest;
  /** Lower-cased header name → value: session ids of agents. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  config: Config;
  mode: Mode;
  /** Looks a session's pin up; a pure read of data that was handed in. */
  pinOf(sessionId: string): SessionPin | undefined;
  /** Candidate id or `upstream/model` → epoch ms until which it is cooling down. */
  coolingUntilMs: ReadonlyMap<string, number>;
  /** Upstream names that cannot be called because their key is missing. Empty in dry-run. */
  keylessUpstreams: ReadonlySet<string>;
  /** USD spent since midnight, for `budget.maxUsdPerDay`; absent means that nobody counts. */
  spentTodayUsd?: number | undefined;
  nowMs: number;
}

export interface Planned {
  ok: true;
  plan: Plan;
  /** The standing of one of `plan.candidates`, without making them: they are made when somebody looks. */
  scored?(candidateId: string): Standing | undefined;
  /** What an answer would have cost elsewhere; see `compareAnswer`. */
  compare?(answered: Answered, costOf: (usage: Usage, pricing: Pricing) => number): Savings;
}

export type PlanResult = Planned | { ok: false; error: ApiError };
