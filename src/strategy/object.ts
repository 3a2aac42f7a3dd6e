import type { OpenFusionObject } from '../protocol/answer.ts';
import type { Savings } from '../routing/savings.ts';
import type { Plan, PlannedCall, Standing } from '../routing/types.ts';
import type { Phase } from '../trace/types.ts';
import type { Run } from './run.ts';

/** The `openfusion` object that rides on an answer and explains it. */
export function openfusionObject(run: Run): OpenFusionObject {
  const { plan, trace } = run;
  const judged = plan.strategy === 'fusion-panel';
  return {
    mode: plan.mode,
    dry_run: run.dryRun,
    model: run.servedBy?.model ?? plan.primary.model,
    // A field that is undefined does not leave in JSON; spreading fields that may be missing costs ten times as much.
    fallback: run.fallback ?? undefined,
    auto: {
      mode: plan.strategy,
      reason: plan.reason,
      profile: dialName(run.config.auto.scoring.costQualityTradeoff),
      turn: plan.task.turn,
      domain: plan.task.domain,
      selected: selectedCalls(plan).map((call) => selected(call, run.scored(call.candidateId))),
      fallbacks: plan.fallbacks.map(({ model }) => model),
      session: { source: plan.session.source, id: plan.session.id, hit: plan.session.hit, pins: { roles: plan.session.pins.roles } },
    },
    route: plan.route,
    panel: (judged ? plan.panel : selectedCalls(plan)).map(named),
    judge: plan.judge === null ? null : named(plan.judge),
    synthesizer: plan.synthesizer === null ? null : named(plan.synthesizer),
    usage: {
      input_tokens: run.usage.inputTokens, output_tokens: run.usage.outputTokens, cached_input_tokens: run.usage.cachedInputTokens,
      reasoning_tokens: run.usage.reasoningTokens, estimated: run.usage.estimated,
    },
    cost_usd: run.costUsd,
    savings: savingsBody(run.savings()),
    trace: { id: trace.record.id, auto: { mode: plan.strategy, reason: plan.reason }, phase_count: trace.record.phases.length, phases: trace.record.phases.map((phase) => phaseBody(phase, plan)) },
  };
}

/** Names of the dial: 0..3 quality, 4..7 balanced, 8..10 economy. */
const dialName = (dial: number): string => (dial < 4 ? 'quality' : dial < 8 ? 'balanced' : 'economy');

/** What the same answer would have cost as one call of others; null where that is not known. */
function savingsBody(savings: Savings | null): Record<string, unknown> | null {
  if (savings === null) return null;
  const body = (one: Savings['strongest']): Record<string, unknown> | null => (one === null ? null : { model: one.model, cost_usd: one.costUsd });
  return { strongest: body(savings.strongest), cheapest: body(savings.cheapest) };
}

const named = ({ role, model }: PlannedCall): { role: string; model: string } => ({ role, model });

function selectedCalls({ strategy, primary, verifier, panel }: Plan): PlannedCall[] {
  if (strategy === 'fusion-panel') return panel;
  return verifier === null ? [primary] : [primary, verifier];
}

function selected({ role, model, effort, extraBody }: PlannedCall, standing: Standing | undefined): Record<string, unknown> {
  return { role, model, effort, score: standing && Math.round(standing.score * 1000) / 1000, metrics: standing && metricsBody(standing.metrics), upstream: upstreamField(extraBody) };
}

const metricsBody = ({ benchmarkPercentile, priceUsdPer1M, throughputTps, latencyS, availability }: Standing['metrics']): Record<string, number | null> =>
  ({ benchmark_percentile: rounded(benchmarkPercentile), price_usd_per_1m: rounded(priceUsdPer1M), throughput_tps: throughputTps, latency_s: latencyS, availability });

/** Digits that mean something. */
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e4) / 1e4);

function upstreamField(extraBody: PlannedCall['extraBody']): PlannedCall['extraBody'] | undefined {
  for (const _name in extraBody) return extraBody;
  return undefined;
}

function phaseBody({ phase, role, model, attempts, status, verdict, candidateId }: Phase, { primary, panel }: Plan): Record<string, unknown> {
  const call = primary.candidateId === candidateId ? primary : panel.find((planned) => planned.candidateId === candidateId);
  return { phase, role, model, status, upstream: call && upstreamField(call.extraBody), attempts: attempts.map(attemptBody), verdict };
}

const attemptBody = ({ model, status, reason, adapted }: Phase['attempts'][number]): Record<string, unknown> => ({ model, status, reason, adapted });
