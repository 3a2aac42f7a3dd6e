/** Names in the data → words for people. An unknown name is shown as it is. */
import type { Mode, RejectionReason, ScorePart, TurnKind } from '../routing/types.ts';
import type { PhaseName, TraceRecord } from '../trace/types.ts';

export const SCORE_PARTS: readonly { part: ScorePart; label: string }[] = [
  { part: 'skill', label: 'Skill' },
  { part: 'benchmark', label: 'Benchmark' },
  { part: 'price', label: 'Price' },
  { part: 'throughput', label: 'Throughput' },
  { part: 'latency', label: 'Latency' },
  { part: 'availability', label: 'Availability' },
  { part: 'roleFit', label: 'Role fit' },
];

const TURNS: Record<TurnKind, string> = { task: 'task', followup: 'follow-up', tool_result: 'tool result', chore: 'chore' };

const PHASES: Record<PhaseName, string> = {
  primary: 'Primary', fallback: 'Fallback', verify: 'Verifier', panel: 'Panel', judge: 'Judge', synthesis: 'Synthesis',
};

const STATUSES: Record<TraceRecord['status'], string> = { running: 'running', done: 'done', failed: 'failed', aborted: 'aborted by the client' };

const STRATEGIES: Record<string, string> = {
  'fast-single': 'one quick model', 'smart-single': 'one strong model', 'single-verify': 'one model, checked by a second',
  'fusion-panel': 'several models, a judge and a synthesis', direct: 'the model that was asked for',
};

const REJECTIONS: Record<RejectionReason, string> = {
  context_window: 'context window too small', no_tools: 'cannot use tools', no_images: 'cannot see images', no_json_schema: 'no structured output',
  availability: 'not available enough', max_price: 'too expensive', cooling_down: 'cooling down after failures', no_key: 'its key is missing',
  not_allowed: 'not allowed by the request or the config', unknown_upstream: 'its upstream is not configured',
};

const ATTEMPTS: Record<string, string> = {
  rate_limited: 'rate limited', server_error: 'server error', connect: 'no connection', auth: 'key refused', context_length: 'context too long',
  incomplete: 'answer incomplete',
};

const WIRES: Record<string, string> = { chat: 'Chat Completions', responses: 'Responses', messages: 'Messages' };

export const turnText = (turn: string): string => find(TURNS, turn);
export const phaseText = (phase: string): string => find(PHASES, phase);
export const statusText = (status: string): string => find(STATUSES, status);
export const rejectionText = (reason: string): string => find(REJECTIONS, reason);
export const attemptText = (reason: string): string => find(ATTEMPTS, reason);
export const wireText = (wire: string): string => find(WIRES, wire);

/** What a strategy does, in a few words; empty for one that we do not know. */
export function strategyText(strategy: string): string {
  return Object.hasOwn(STRATEGIES, strategy) ? STRATEGIES[strategy] ?? '' : '';
}

/** `risk_above_threshold` → `risk above threshold`. */
export function reasonText(reason: string): string {
  return reason.replaceAll('_', ' ');
}

/** What `openfusion/auto` does now. */
export function modeText(mode: Mode): string {
  switch (mode.kind) {
    case 'auto': return 'Auto';
    case 'fusion': return 'Fusion';
    case 'role': return `Role ${mode.role}`;
  }
}

/** Never `words[name]` alone: a name such as `constructor` would find what is not ours. */
function find(words: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(words, key) ? words[key] ?? key : reasonText(key);
}
