/** Records as a gateway makes them: one of each kind that the viewer has to show. Times are relative to `nowMs`. */
import type { Plan, PlannedCall, ScorePart, ScoredCandidate, TaskProfile } from '../../src/routing/types.ts';
import type { Savings } from '../../src/routing/savings.ts';
import type { LiveMessage, OwnerState, Phase, TraceRecord } from '../../src/trace/types.ts';
import { summaryOf } from '../../src/viewer/summary.ts';
import { longAnswer, panelAnswers, patchAnswer, judgeNotes } from './fixture-texts.ts';

export const owner: OwnerState = {
  version: '0.1.0', pid: 4711, host: '127.0.0.1', port: 8787, mode: { kind: 'auto' }, dryRun: false, dryRunReason: 'Requests go to openrouter.',
  roles: ['fast', 'reasoner', 'coder', 'verifier', 'writer'], kind: 'window',
};

export const dryOwner: OwnerState = {
  ...owner, mode: { kind: 'role', role: 'coder' }, dryRun: true, dryRunReason: 'No key: set OPENROUTER_API_KEY or run OpenFusion: Set Upstream Key.', kind: 'serve',
};

const MODELS: Record<string, string> = {
  fast: 'openai/gpt-4.1-mini', reasoner: 'openai/o4-mini', coder: 'deepseek/deepseek-chat-v3-0324', verifier: 'google/gemini-2.5-pro', writer: 'openai/gpt-4.1',
};

export function call(candidateId: string): PlannedCall {
  return { candidateId, role: candidateId, model: MODELS[candidateId] ?? candidateId, upstreamName: 'openrouter', extraBody: {}, pricing: { inputUsdPer1M: 1, outputUsdPer1M: 4 } };
}

const WEIGHTS: Record<ScorePart, number> = { skill: 0.3, benchmark: 0.2, price: 0.15, throughput: 0.08, latency: 0.07, availability: 0.1, roleFit: 0.1 };

function candidate(id: string, parts: number[], more: Partial<ScoredCandidate> = {}): ScoredCandidate {
  const names = Object.keys(WEIGHTS) as ScorePart[];
  const values = Object.fromEntries(names.map((name, index) => [name, parts[index] ?? 0])) as Record<ScorePart, number>;
  const { stickyBonus = 0, penalties = [] } = more;
  const sum = names.reduce((total, name) => total + values[name] * WEIGHTS[name], stickyBonus - penalties.reduce((total, { amount }) => total + amount, 0));
  return {
    id, role: id, model: MODELS[id] ?? id, upstreamName: 'openrouter', score: sum, parts: values, weights: WEIGHTS, stickyBonus, penalties,
    quality: 0.8, costUsd: 0.0021, metrics: { benchmarkPercentile: 0.8, priceUsdPer1M: 1.4, throughputTps: 80, latencyS: 1.2, availability: 0.95 }, ...more,
  };
}

export const candidates: ScoredCandidate[] = [
  candidate('coder', [0.86, 0.74, 0.92, 0.35, 0.8, 0.85, 1], { stickyBonus: 0.06, quality: 0.81, costUsd: 0.0034 }),
  candidate('verifier', [0.9, 0.95, 0.4, 0.8, 0.5, 0.9, 0.4], { quality: 0.88, costUsd: 0.0271, penalties: [{ reason: 'preferred_max_latency', amount: 0.05 }] }),
  candidate('fast', [0.6, 0.4, 0.95, 0.95, 0.98, 0.95, 0.2], { quality: 0.58, costUsd: 0.0011 }),
  candidate('writer', [0.7, 0.6, 0.3, 0.7, 0.9, 0.94, 0.1], { quality: 0.7, costUsd: 0.0312 }),
];

export function task(more: Partial<TaskProfile> = {}): TaskProfile {
  return {
    turn: 'task', domain: 'debug', language: 'typescript', excerpt: 'Fix the flaky retry test in the upstream client: it fails one time in ten on CI',
    signals: [
      { kind: 'coding', score: 0.42, evidence: 'flaky retry test', reason: 'a failing test is to be fixed' },
      { kind: 'complexity', score: 0.18, evidence: 'one time in ten', reason: 'the failure is intermittent' },
      { kind: 'risk', score: 0.12, evidence: 'on CI', reason: 'the change reaches shared checks' },
    ],
    skills: { coding: 0.78, reasoning: 0.46, verification: 0.31, writing: 0.08 }, roleScores: { coder: 0.84, reasoner: 0.4, fast: 0 }, complexity: 0.44, risk: 0.21,
    difficulty: 0.38, contextTokens: 18_420, expectedOutputTokens: 900, needs: { tools: true, images: false, jsonSchema: false }, ...more,
  };
}

export function plan(more: Partial<Plan> = {}): Plan {
  return {
    mode: 'auto', strategy: 'fast-single', reason: 'tool_loop', task: task(), candidates,
    rejected: [
      { id: 'reasoner', role: 'reasoner', model: MODELS.reasoner ?? '', reason: 'cooling_down', detail: 'three failures in a row; asked again in 40 s', quality: 0.79, costUsd: 0.012 },
      { id: 'local', role: 'fast', model: 'qwen/qwen3-8b', reason: 'context_window', detail: 'has 8192 tokens, needs about 19 300' },
    ],
    primary: call('coder'), fallbacks: [call('verifier'), call('fast')], verifier: null, panel: [], judge: null, synthesizer: null,
    session: { source: 'explicit', from: 'x-session-id', id: 'task-1767', hit: true, pins: { roles: { coder: MODELS.coder ?? '' }, candidateId: 'coder' } },
    pin: { sessionId: 'task-1767', candidateId: 'coder', role: 'coder', model: MODELS.coder ?? '' },
    budget: { plannedCalls: 1, maxCalls: 6, estimatedUsd: 0.0034, maxUsd: 0.25 },
    explanation: [
      'This turn brings a tool result: the loop stays on the model that began it, coder.',
      'Staying costs about $0.0034 with the warm cache; moving to verifier would cost about $0.0271.',
      'Runner-up: verifier, with 0.660 against 0.810.',
    ],
    options: [
      { strategy: 'smart-single', candidates: ['coder'], quality: 0.81, costUsd: 0.0034, value: 0.81 },
      { strategy: 'single-verify', candidates: ['coder', 'verifier'], quality: 0.86, costUsd: 0.0305, value: 0.702 },
      { strategy: 'fusion-panel', candidates: ['coder', 'verifier', 'writer'], quality: 0.89, costUsd: 0.0914, value: 0.31 },
    ],
    runnerUp: { id: 'verifier', model: MODELS.verifier ?? '', by: 0.15, quality: 0.88, costUsd: 0.0271, needs: { quality: null, costFactor: 0.2, dial: 2.5 } },
    route: { selectedRoles: ['coder'], rationale: 'A coding task in a running tool loop.' }, ...more,
  };
}

export function phase(more: Partial<Phase> & Pick<Phase, 'id' | 'phase' | 'candidateId'>): Phase {
  return {
    role: more.candidateId, model: MODELS[more.candidateId] ?? more.candidateId, upstreamName: 'openrouter', status: 'done', startedMs: 12, firstContentMs: 700, endedMs: 2600,
    usage: { inputTokens: 18_420, outputTokens: 412, cachedInputTokens: 16_896, reasoningTokens: 0, estimated: false }, costUsd: 0.0012, attempts: [], text: '', toolCalls: [], ...more,
  };
}

function savings(strongestUsd: number, cheapestUsd: number, unpriced = 0): Savings {
  const one = (candidateId: string, costUsd: number) => ({ candidateId, model: MODELS[candidateId] ?? '', costUsd });
  return { tokens: { input: 18_420, cached: 16_896, output: 412, estimated: false }, strongest: one('verifier', strongestUsd), cheapest: one('fast', cheapestUsd), unpriced };
}

export function record(id: string, startedAtMs: number, more: Partial<TraceRecord> = {}): TraceRecord {
  return {
    id, startedAtMs, durationMs: 2610, firstContentMs: 705, status: 'done', httpStatus: 200, wire: 'chat', stream: true, dryRun: false, requestedModel: 'openfusion/auto',
    client: 'cline', messageCount: 14, toolCount: 11, requestBytes: 74_210, plan: plan(), phases: [phase({ id: `${id}-1`, phase: 'primary', candidateId: 'coder' })],
    served: { model: MODELS.coder ?? '', upstreamName: 'openrouter', strategy: 'fast-single', fallback: null },
    usage: { inputTokens: 18_420, outputTokens: 412, cachedInputTokens: 16_896, reasoningTokens: 0, estimated: false }, costUsd: 0.0012, savings: savings(0.0124, 0.0009), error: null, answer: '', toolCalls: [], ...more,
  };
}

/** A tool turn on one model. */
export function fastSingle(nowMs: number): TraceRecord {
  const toolCalls = [{ name: 'replace_in_file', arguments: JSON.stringify({ path: 'src/upstream/retry.ts', diff: patchAnswer }) }];
  return record('tr_fast', nowMs - 20_000, {
    plan: plan({ task: task({ turn: 'tool_result' }) }), answer: 'The test waits for a real timer. I hand the clock in, so that the retry is immediate under test.', toolCalls,
    phases: [phase({ id: 'p1', phase: 'primary', candidateId: 'coder', text: 'The test waits for a real timer. I hand the clock in, so that the retry is immediate under test.', toolCalls })],
  });
}

/** The verifier let the draft go out as it was. */
export function singleVerify(nowMs: number): TraceRecord {
  return record('tr_verify', nowMs - 65_000, {
    client: 'continue', durationMs: 9120, firstContentMs: 9080, answer: longAnswer, messageCount: 2, toolCount: 0, requestBytes: 3120, costUsd: 0.0187, savings: savings(0.0211, 0.0012, 1),
    usage: { inputTokens: 4210, outputTokens: 1630, cachedInputTokens: 0, reasoningTokens: 384, estimated: true },
    plan: plan({
      strategy: 'single-verify', reason: 'risk_above_threshold', verifier: call('verifier'),
      task: task({
        domain: 'review', risk: 0.71, complexity: 0.52, difficulty: 0.47, excerpt: 'Review the migration that drops the legacy sessions table before we ship it',
        signals: [{ kind: 'risk', score: 0.6, evidence: 'drops the legacy sessions table', reason: 'data can be lost' }, { kind: 'verification', score: 0.35, evidence: 'Review', reason: 'the user asks for a check' }],
        needs: { tools: false, images: false, jsonSchema: false },
      }),
      explanation: ['Risk 0.71 is above the threshold of 0.55: one model answers, a second one checks.', 'Verifier: google/gemini-2.5-pro, of another family than the primary.'],
      budget: { plannedCalls: 2, maxCalls: 6, estimatedUsd: 0.0224, maxUsd: 0.25 }, session: { source: 'none', from: '', id: null, hit: false, pins: { roles: {}, candidateId: null } }, pin: null,
    }),
    served: { model: MODELS.coder ?? '', upstreamName: 'openrouter', strategy: 'single-verify', fallback: null },
    phases: [
      phase({ id: 'p1', phase: 'primary', candidateId: 'coder', startedMs: 8, firstContentMs: 910, endedMs: 5300, text: longAnswer }),
      phase({ id: 'p2', phase: 'verify', candidateId: 'verifier', startedMs: 5310, firstContentMs: 8400, endedMs: 9060, verdict: 'no change', text: 'NO CHANGE: the draft names the foreign key and the way back.', costUsd: 0.0151 }),
    ],
  });
}

/** Three were asked, one failed and was replaced; a judge and a synthesis followed. */
export function fusionPanel(nowMs: number): TraceRecord {
  const attempts: Phase['attempts'] = [
    { model: MODELS.reasoner ?? '', upstreamName: 'openrouter', status: 'error', httpStatus: 429, reason: 'rate_limited', message: 'Rate limit reached, retry after 20 s', startedMs: 14, durationMs: 640 },
    { model: MODELS.fast ?? '', upstreamName: 'openrouter', status: 'success', startedMs: 660, durationMs: 3100 },
  ];
  return record('tr_fusion', nowMs - 180_000, {
    client: 'codex', wire: 'responses', requestedModel: 'openfusion/fusion', durationMs: 21_480, firstContentMs: 15_900, answer: longAnswer, costUsd: 0.0842, savings: savings(0.0511, 0.0031), toolCount: 0,
    usage: { inputTokens: 24_100, outputTokens: 5210, cachedInputTokens: 2048, reasoningTokens: 1200, estimated: false },
    plan: plan({
      mode: 'fusion', strategy: 'fusion-panel', reason: 'asked_for_fusion', panel: [call('coder'), call('reasoner'), call('verifier')], judge: call('verifier'), synthesizer: call('writer'),
      primary: call('writer'), fallbacks: [call('coder')],
      task: task({ domain: 'architecture', excerpt: 'Compare an event log with snapshots for the order service and recommend one', complexity: 0.82, risk: 0.5, difficulty: 0.61 }),
      explanation: ['The request asks for openfusion/fusion: a panel of three, a judge and a synthesis.', 'Panel: one candidate of each family, by score.'],
      budget: { plannedCalls: 5, maxCalls: 6, estimatedUsd: 0.0911, maxUsd: 0.25 },
    }),
    served: { model: MODELS.writer ?? '', upstreamName: 'openrouter', strategy: 'fusion-panel', fallback: 'panel_member_failed' },
    phases: [
      phase({ id: 'p1', phase: 'panel', candidateId: 'coder', startedMs: 12, firstContentMs: 900, endedMs: 6800, text: panelAnswers.coder }),
      phase({ id: 'p2', phase: 'panel', candidateId: 'reasoner', model: MODELS.fast ?? '', startedMs: 14, firstContentMs: 1200, endedMs: 3760, text: panelAnswers.fast, attempts }),
      phase({
        id: 'p3', phase: 'panel', candidateId: 'verifier', status: 'failed', startedMs: 15, firstContentMs: null, endedMs: 5015, usage: null, costUsd: null,
        attempts: [{ model: MODELS.verifier ?? '', upstreamName: 'openrouter', status: 'error', reason: 'timeout', message: 'no first byte within 5 s', startedMs: 15, durationMs: 5000 }],
      }),
      phase({ id: 'p4', phase: 'judge', candidateId: 'verifier', startedMs: 6810, firstContentMs: 11_000, endedMs: 15_020, text: judgeNotes, verdict: 'coder is the stronger base; take the migration steps from fast' }),
      phase({ id: 'p5', phase: 'synthesis', candidateId: 'writer', startedMs: 15_030, firstContentMs: 15_880, endedMs: 21_470, text: longAnswer }),
    ],
  });
}

/** Every candidate failed. */
export function failed(nowMs: number): TraceRecord {
  return record('tr_failed', nowMs - 240_000, {
    client: 'aider', status: 'failed', httpStatus: 429, durationMs: 1840, firstContentMs: null, served: null, usage: null, costUsd: 0, savings: null, messageCount: 3, toolCount: 0, requestBytes: 920,
    error: { status: 429, type: 'rate_limit_error', code: 'rate_limited', message: 'upstream `openrouter` answered 429 for every candidate: coder, fast.', param: null, retryAfterS: 20 },
    phases: [phase({
      id: 'p1', phase: 'primary', candidateId: 'coder', status: 'failed', firstContentMs: null, endedMs: 1830, usage: null, costUsd: null,
      attempts: [
        { model: MODELS.coder ?? '', upstreamName: 'openrouter', status: 'error', httpStatus: 429, reason: 'rate_limited', message: 'Too many requests', startedMs: 12, durationMs: 420 },
        { model: MODELS.fast ?? '', upstreamName: 'openrouter', status: 'error', httpStatus: 500, reason: 'server_error', message: 'Internal error', startedMs: 440, durationMs: 1390 },
      ],
    })],
  });
}

/** A background chore in a dry run. */
export function chore(nowMs: number): TraceRecord {
  return record('tr_chore', nowMs - 300_000, {
    client: 'opencode', dryRun: true, durationMs: 38, firstContentMs: 36, stream: false, costUsd: 0, savings: null, requestedModel: 'openfusion/auto', answer: 'Retry test made steady', messageCount: 2, toolCount: 0, requestBytes: 1900,
    plan: plan({ reason: 'chore_cheapest', pin: null, primary: call('fast'), task: task({ turn: 'chore', choreKind: 'title', domain: 'chat', signals: [], excerpt: 'Write a title for this conversation', complexity: 0.05, risk: 0, difficulty: 0.04 }) }),
    served: { model: MODELS.fast ?? '', upstreamName: 'dry-run', strategy: 'fast-single', fallback: null },
    phases: [phase({ id: 'p1', phase: 'primary', candidateId: 'fast', upstreamName: 'dry-run', startedMs: 1, firstContentMs: 20, endedMs: 36, text: 'Retry test made steady' })],
  });
}

/** Still at work: the draft has come, the verifier reads it. */
export function running(nowMs: number): TraceRecord {
  return record('tr_running', nowMs - 4200, {
    status: 'running', durationMs: null, firstContentMs: null, httpStatus: null, served: null, usage: null, costUsd: null, savings: null,
    plan: plan({ strategy: 'single-verify', reason: 'risk_above_threshold', verifier: call('verifier'), task: task({ excerpt: 'Rotate the signing keys without logging anybody out', domain: 'implement', risk: 0.66 }) }),
    phases: [
      phase({ id: 'p1', phase: 'primary', candidateId: 'coder', startedMs: 10, firstContentMs: 800, endedMs: 2900, text: 'Keep both keys for one token lifetime, sign with the new one.' }),
      phase({ id: 'p2', phase: 'verify', candidateId: 'verifier', status: 'running', startedMs: 2910, firstContentMs: null, endedMs: null, usage: null, costUsd: null }),
    ],
  });
}

/** All of them, oldest first. */
export function everyKind(nowMs: number): TraceRecord[] {
  return [chore(nowMs), failed(nowMs), fusionPanel(nowMs), singleVerify(nowMs), fastSingle(nowMs), running(nowMs)];
}

export function hello(records: readonly TraceRecord[], state: OwnerState = owner): LiveMessage {
  return { type: 'hello', state, traces: records.map(summaryOf) };
}
