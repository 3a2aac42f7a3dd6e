import type { VNode } from 'preact';
import type { Signal, TaskProfile } from '../../routing/types.ts';
import { countText, scoreText } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { Meter } from '../parts/meter.tsx';
import { Section } from '../parts/section.tsx';
import { visible } from '../text.ts';
import { reasonText, turnText } from '../words.ts';

const NEEDS: readonly { need: keyof TaskProfile['needs']; label: string }[] = [
  { need: 'tools', label: 'tools' }, { need: 'images', label: 'images' }, { need: 'jsonSchema', label: 'JSON schema' },
];

/** What the task was taken for, and what made us think so. */
export function TaskSection({ task }: { task: TaskProfile }): VNode {
  const needs = NEEDS.filter(({ need }) => task.needs[need]);
  const roles = Object.entries(task.roleScores).filter(([, score]) => score > 0).sort(([, a], [, b]) => b - a);
  return (
    <Section id="task" title="What the task was taken for">
      <div class="task-grid">
        <div>
          <Facts
            wide
            facts={[
              { label: 'Turn', value: `${turnText(task.turn)}${task.choreKind === undefined ? '' : `: ${visible(reasonText(task.choreKind))}`}` },
              { label: 'Domain', value: visible(task.domain) },
              (task.language ?? null) === null ? null : { label: 'Language', value: visible(task.language ?? '') },
              { label: 'Needs', value: needs.length === 0 ? 'nothing special' : <span class="badges">{needs.map(({ need, label }) => <Badge key={need}>{label}</Badge>)}</span> },
              { label: 'Context', value: <span class="number">about {countText(task.contextTokens)} tokens</span> },
              { label: 'Answer', value: <span class="number">about {countText(task.expectedOutputTokens)} tokens expected</span> },
              roles.length === 0 ? null : { label: 'Roles', value: <span class="number">{roles.map(([role, score]) => `${visible(role)} ${score.toFixed(2)}`).join(', ')}</span> },
            ]}
          />
        </div>
        <div>
          <div class="meters">
            <Meter label="Complexity" share={task.complexity} />
            <Meter label="Risk" share={task.risk} />
            <Meter label="Difficulty" share={task.difficulty} hint="The predicted chance that the cheapest capable candidate gets it wrong" />
          </div>
          <div class="meters">
            {Object.entries(task.skills).map(([skill, share]) => <Meter key={skill} label={visible(skill.charAt(0).toUpperCase() + skill.slice(1))} share={share} />)}
          </div>
        </div>
      </div>
      <Signals signals={task.signals} />
    </Section>
  );
}

function Signals({ signals }: { signals: readonly Signal[] }): VNode {
  if (signals.length === 0) return <p class="quiet">No signal was found in the words of the task.</p>;
  return (
    <table class="table signals" role="table" aria-label="Signals">
      <thead role="rowgroup">
        <tr role="row">{['Signal', 'Score', 'Evidence', 'Reason'].map((column) => <th key={column} role="columnheader" scope="col" class={column === 'Score' ? 'right' : ''}>{column}</th>)}</tr>
      </thead>
      <tbody role="rowgroup">
        {signals.map(({ kind, score, evidence, reason }, index) => (
          <tr key={index} role="row">
            <th role="rowheader" scope="row">{visible(kind)}</th>
            <td role="cell" class="right number">{scoreText(score)}</td>
            <td role="cell">{evidence === '' ? <span class="quiet">–</span> : <q class="evidence" dir="auto">{visible(evidence)}</q>}</td>
            <td role="cell">{visible(reason)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
