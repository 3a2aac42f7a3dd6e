import type { VNode } from 'preact';
import type { Plan, PlannedCall, SessionInfo } from '../../routing/types.ts';
import { costText, plural } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { Section } from '../parts/section.tsx';
import { oneLine, visible } from '../text.ts';
import { reasonText, strategyText } from '../words.ts';
import { OptionsTable } from './options-table.tsx';

/** How it was decided to answer, in the order of the decision. */
export function StrategySection({ plan }: { plan: Plan }): VNode {
  const { strategy, reason, explanation, budget, session } = plan;
  const limit = budget.maxUsd === null ? 'no limit' : `limit ${costText(budget.maxUsd)}`;
  return (
    <Section id="strategy" title="Strategy">
      <p class="strategy-line">
        <strong>{visible(strategy)}</strong>
        {strategyText(strategy) === '' ? '' : `: ${strategyText(strategy)}`}
        . <span class="quiet">Reason:</span> {visible(reasonText(reason))}
      </p>
      {explanation.length === 0 ? null : <ol class="explanation">{explanation.map((sentence, index) => <li key={index} dir="auto">{visible(sentence)}</li>)}</ol>}
      <OptionsTable options={plan.options ?? []} chosen={strategy} />
      <Facts
        wide
        facts={[
          { label: 'Calls', value: <CallList plan={plan} /> },
          { label: 'Budget', value: <span class="number">{plural(budget.plannedCalls, 'call')} of at most {budget.maxCalls}; about {costText(budget.estimatedUsd)}, {limit}</span> },
          { label: 'Session', value: sessionText(session) },
          plan.pin === null
            ? { label: 'Pin', value: 'does not move' }
            : { label: 'Pin', value: <>{visible(plan.pin.role)} stays on <code>{visible(plan.pin.model)}</code></> },
        ]}
      />
    </Section>
  );
}

function CallList({ plan }: { plan: Plan }): VNode {
  const fusion = plan.strategy === 'fusion-panel';
  const calls: { what: string; calls: readonly (PlannedCall | null)[] }[] = [
    { what: 'panel', calls: plan.panel },
    { what: 'judge', calls: [plan.judge] },
    { what: fusion ? 'synthesis' : 'answer', calls: [fusion ? plan.synthesizer ?? plan.primary : plan.primary] },
    { what: 'verifier', calls: [plan.verifier] },
    { what: 'then', calls: plan.fallbacks },
  ];
  return (
    <ul class="plain-list">
      {calls.map(({ what, calls: some }) => {
        const planned = some.filter((call) => call !== null);
        return planned.length === 0 ? null : <li key={what}><span class="quiet">{what}</span> {planned.map(({ candidateId, effort }) => visible(effort === undefined ? candidateId : `${candidateId} (effort ${effort})`)).join(', ')}</li>;
      })}
    </ul>
  );
}

function sessionText({ source, from, id, hit, pins }: SessionInfo): string {
  if (source === 'none' || id === null) return 'none';
  const pinned = pins.candidateId === null ? '' : `, tool loop on ${oneLine(pins.candidateId, 60)}`;
  return `${oneLine(id, 24)} (${source}, from ${oneLine(from, 60)}): ${hit ? `known${pinned}` : 'new'}`;
}
