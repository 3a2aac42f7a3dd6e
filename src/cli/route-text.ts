/** A plan for people, on a terminal. */
import type { Plan, PlannedCall, ScoredCandidate, StrategyOption } from '../routing/types.ts';
import { columns, oneLine, usd } from './output.ts';

export function routeText(plan: Plan): string {
  const { strategy, reason, task, budget, explanation, rejected, session } = plan;
  const sections = [
    `Strategy: ${strategy} (${oneLine(reason)})`,
    indented(columns(callRows(plan))),
    '',
    `Task: ${task.turn}, ${task.domain}${task.language === null ? '' : `, ${task.language}`}; complexity ${unit(task.complexity)}, risk ${unit(task.risk)}, difficulty ${unit(task.difficulty)}`,
    `Size: about ${String(task.contextTokens)} tokens in, ${String(task.expectedOutputTokens)} out`,
    ...(task.signals.length === 0 ? [] : ['Signals', indented(columns(task.signals.map(({ kind, score, evidence, reason: why }) => [oneLine(kind, 20), signed(score), oneLine(`“${evidence}”`, 40), oneLine(why, 60)])))]),
    ...(session.source === 'none' ? [] : [`Session: ${session.source} (${oneLine(session.from)}), ${session.hit ? 'pinned' : 'new'}`]),
    '',
    'Candidates',
    indented(columns([CANDIDATE_HEAD, ...plan.candidates.map(candidateRow)])),
    ...(plan.options === undefined || plan.options.length < 2 ? [] : ['Strategies by expected value (what decided stands under Why)', indented(columns([OPTION_HEAD, ...plan.options.map(optionRow)]))]),
    ...(rejected.length === 0 ? [] : ['Rejected', indented(columns(rejected.map(({ id, model, reason: why, detail }) => [oneLine(id), oneLine(model), why, oneLine(detail)])))]),
    '',
    `Budget: ${String(budget.plannedCalls)} of at most ${String(budget.maxCalls)} model calls, about ${usd(budget.estimatedUsd)}${budget.maxUsd === null ? '' : ` of at most ${usd(budget.maxUsd)}`}`,
    ...(explanation.length === 0 ? [] : ['', 'Why', ...explanation.map((sentence) => `  - ${oneLine(sentence)}`)]),
  ];
  return `${sections.join('\n')}\n`;
}

function callRows({ strategy, primary, verifier, panel, judge, synthesizer, fallbacks }: Plan): string[][] {
  const rows: [string, PlannedCall | null][] = strategy === 'fusion-panel'
    ? [...panel.map((call): [string, PlannedCall] => ['panel', call]), ['judge', judge], ['synthesizer', synthesizer ?? primary]]
    : [['model', primary], ['verifier', verifier]];
  const planned = rows.flatMap(([what, call]) => (call === null ? [] : [[what, oneLine(call.role), `${oneLine(call.model)}${call.effort === undefined ? '' : ` (effort ${oneLine(call.effort)})`}`]]));
  return [...planned, ...fallbacks.map(({ role, model }, at) => [at === 0 ? 'fallbacks' : '', oneLine(role), oneLine(model)])];
}

const CANDIDATE_HEAD = ['id', 'model', 'score', 'quality', 'cost', 'skill', 'bench', 'price', 'thru', 'lat', 'avail', 'role', 'sticky', 'penalties'];

function candidateRow({ id, model, score, quality, costUsd, parts, stickyBonus, penalties }: ScoredCandidate): string[] {
  const { skill, benchmark, price, throughput, latency, availability, roleFit } = parts;
  return [
    oneLine(id), oneLine(model), score.toFixed(3), unit(quality), usd(costUsd), ...[skill, benchmark, price, throughput, latency, availability, roleFit].map(unit),
    stickyBonus === 0 ? '-' : signed(stickyBonus), penalties.length === 0 ? '-' : penalties.map(({ reason, amount }) => `${oneLine(reason)} −${amount.toFixed(2)}`).join('; '),
  ];
}

const OPTION_HEAD = ['strategy', 'value', 'quality', 'cost', 'candidates'];

const optionRow = ({ strategy, value, quality, costUsd, candidates }: StrategyOption): string[] => [strategy, value.toFixed(3), unit(quality), usd(costUsd), candidates.map((id) => oneLine(id)).join(', ')];

const unit = (value: number): string => value.toFixed(2);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
const indented = (text: string): string => text.replace(/^/gm, '  ');
