import type { RefreshReport } from '../config/known-facts.ts';
import type { Config } from '../config/schema.ts';
import type { LearnedReport } from '../routing/learning/report.ts';
import type { Engine } from '../strategy/engine.ts';
import type { LiveHub } from '../trace/live.ts';
import type { TraceLog } from '../trace/recorder.ts';
import type { Redactor } from '../trace/redact.ts';
import type { ResponseMemory } from './response-memory.ts';
import type { OwnerState } from '../trace/types.ts';

/** One entry of `GET /v1/models`. */
export interface ModelEntry {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
  description: string;
  /** `virtual`, `role` or `candidate` */
  kind: string;
  context_window: number | null;
  max_output_tokens: number | null;
  pricing: { input_usd_per_1m: number; output_usd_per_1m: number; cached_input_usd_per_1m: number | null; cache_write_usd_per_1m: number | null } | null;
  capabilities: { tools: boolean; images: boolean; json_schema: boolean };
  /** The model that answers and where; null for one that chooses. */
  model: string | null;
  upstream: string | null;
  /** Where `pricing`, `context_window`, … come from: `config`, `built-in`, `assumed`, or a public list and the day that it is of. */
  sources: Partial<Record<'pricing' | 'context_window' | 'max_output_tokens' | 'tools' | 'images' | 'json_schema', { origin: string; date: string | null }>>;
  /** How it did in our own requests; null while none was measured. Counts fade with time. */
  measured: {
    calls: number; availability: number;
    first_content_s: { p50: number; p90: number; samples: number } | null; tokens_per_s: { p50: number; p90: number; samples: number } | null;
  } | null;
}

/** What changes when the configuration does; read anew for each request. */
export interface GatewaySettings {
  server: Config['server'];
  /** What clients must send, when the configuration wants one. */
  token: string | null;
  engine: Engine;
  models: readonly ModelEntry[];
  /** Fetches the public lists of models. Rejects when what came could not be kept. */
  refreshCatalogue(signal: AbortSignal): Promise<RefreshReport>;
  /** What was learned here, and whether that is on. */
  learned(): LearnedReport;
  /** Forgets all of it (null), or what is of a model or a kind of task; answers how many estimates went. */
  forgetLearned(of: string | null): Promise<number>;
}

/** The viewer's files, embedded. */
export interface ViewerAssets {
  /** The page and the policy that it is sent with, for one nonce. */
  page(nonce: string): { html: string; csp: string };
  script: string;
  style: string;
}

/** Everything that the HTTP surface is handed; it never learns how any of it works. */
export interface GatewayParts {
  settings(): GatewaySettings;
  version: string;
  kind: 'window' | 'serve';
  viewToken: string;
  /** Answers an owner challenge; null when that is no nonce. */
  proofFor(nonce: string): string | null;
  /** Are two secrets equal, in constant time? */
  sameSecret(a: string, b: string): boolean;
  ownerState(): OwnerState;
  traces: TraceLog;
  live: LiveHub;
  redactor: Redactor;
  /** Behind `previous_response_id`. */
  responses: ResponseMemory;
  viewer: ViewerAssets;
  nowMs(): number;
  /** Random: nobody can guess one. */
  newId(): string;
  /** Unlike any other, and easily guessed. */
  newTraceId(): string;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}
