import type { Candidate } from '../config/schema.ts';
import { estimateUsd, isWithinBudget } from './budget.ts';
import type { Draft } from './draft.ts';
import type { Grounds, Planning } from './market.ts';
import { chooseJudge, choosePanelRoles, chooseSynthesizer, chooseVerifier, seatPanel, seatsByAuto } from './panel.ts';
import { pricePart } from './score/expected-cost.ts';
import type { Ranked } from './score/score.ts';
import type { Strategy, StrategyOption } from './types.ts';

/**
 * Share of what one model gets wrong that another gets right. On SWE-bench Pro Claude Sonnet 4.5 solves 43.6 %, it or GPT-5 51.7 %:
 * 8.1 of 56.4 points, where two minds that err independently of each other would win 24.
 */
const OTHERS_KNOW = 0.33;
/** Share of it that a judge without tests finds: half of what a perfect check would is what we aim at, and nobody measured more. */
const JUDGE_FINDS = 0.5;
/** Waiting: a verifier is asked after the draft; judge and synthesis after the panel. */
const CALLS_IN_A_ROW: Record<Strategy, number> = { 'fast-single': 1, 'smart-single': 1, 'single-verify': 2, 'fusion-panel': 3 };

/**
 * What each strategy is worth for this task, best first, in the unit of the candidates' scores, so that they compare with each other:
 * the best candidate's score, with the quality, cost and waiting of the whole strategy in place of its own.
 */
export const strategyOptions = (planning: Grounds): StrategyOption[] => weighed(planning).map(({ option }) => option);

/** The best of them that the budget allows; where it allows none, one model alone. Undefined where nobody of the pool can answer. */
export function bestAffordable(planning: Planning): StrategyOption | undefined {
  const all = weighed(planning);
  return (all.find(({ parts }) => isWithinBudget(parts, planning)) ?? all.find(({ parts }) => parts.strategy === 'smart-single'))?.option;
}

function weighed(planning: Grounds): { parts: Parts; option: StrategyOption }[] {
  const best = planning.scored[0];
  const primary = best === undefined ? undefined : planning.pool.byId.get(best.id);
  if (best === undefined || primary === undefined) return [];
  const single: Parts = { strategy: 'smart-single', primary, verifier: null, panel: [], judge: null };
  const verifier = chooseVerifier(primary, planning);
  const synthesizer = chooseSynthesizer(planning), judge = chooseJudge(planning);
  const { config } = planning.input;
  const panel = seatPanel(choosePanelRoles(planning.task, config, best.role), planning, seatsByAuto(config));
  const all: Parts[] = [single];
  if (verifier !== null) all.push({ ...single, strategy: 'single-verify', verifier });
  if (synthesizer !== null && judge !== null && panel.length > 1) all.push({ strategy: 'fusion-panel', primary: synthesizer, verifier: null, panel, judge });
  return all.map((parts) => ({ parts, option: optionOf(parts, best, planning) })).sort((a, b) => b.option.value - a.option.value);
}

type Parts = Pick<Draft, 'strategy' | 'primary' | 'verifier' | 'panel' | 'judge'> & { strategy: Strategy };

function optionOf(parts: Parts, best: Ranked, planning: Grounds): StrategyOption {
  const { ranking, scored } = planning;
  const qualities = (parts.strategy === 'fusion-panel' ? parts.panel : [parts.primary, ...(parts.verifier === null ? [] : [parts.verifier])]).map((one) => qualityOf(one, scored));
  const quality = together(qualities);
  const costUsd = estimateUsd(parts, planning);
  const { weights, stickyBonus, penalties, parts: own } = ranking.detail(best);
  const waiting = CALLS_IN_A_ROW[parts.strategy];
  const price = waiting === 1 || costUsd === null ? own.price : pricePart(costUsd, ranking.scaleUsd);
  const value = (weights.skill + weights.benchmark) * quality + weights.price * price + (weights.throughput * own.throughput + weights.latency * own.latency) / waiting
    + weights.availability * own.availability + weights.roleFit * own.roleFit + stickyBonus - penalties.reduce((sum, { amount }) => sum + amount, 0);
  return { strategy: parts.strategy, candidates: [...new Set([...parts.panel, parts.primary, ...(parts.verifier === null ? [] : [parts.verifier])].map(({ id }) => id))], quality, costUsd, value };
}

const qualityOf = ({ id }: Candidate, scored: readonly Ranked[]): number => scored.find((one) => one.id === id)?.quality ?? 0.5;

/** The chance that several together get it right: the best one's, and what the others know and a judge finds of the rest. */
export function together(qualities: readonly number[]): number {
  const [best = 0, ...others] = qualities.toSorted((a, b) => b - a);
  const nobody = others.reduce((wrong, quality) => wrong * (1 - quality), 1);
  return best + (1 - best) * (1 - nobody) * OTHERS_KNOW * JUDGE_FINDS;
}
