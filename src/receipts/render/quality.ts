/** The quality receipt as Markdown. */
import type { Grade, QualityReceipt } from '../grade.ts';
import { costText, latencyText, scoreText, usageText } from './figures.ts';
import { code, plain, table } from './markdown.ts';
import { panelText, roleModelText } from './names.ts';

export function renderQuality(receipt: QualityReceipt): string {
  const { mode, startedAt, baseline, grader, summary, grades } = receipt;
  return `${[
    '# OpenFusion Quality Comparison Receipt',
    [
      `Mode: ${code(mode)}`, `Started: ${code(startedAt)}`, `Baseline: ${roleModelText(baseline)}`, `Grader: ${roleModelText(grader)}`,
      `Fusion wins: **${summary.fusionWins}**`, `Baseline wins: **${summary.baselineWins}**`, `Ties: **${summary.ties}**`,
      ...(summary.ungraded === 0 ? [] : [`Ungraded: **${summary.ungraded}**`]),
    ].join('\n'),
    table(
      ['Case', 'Winner', 'Baseline', 'Fusion Panel', 'Grader', 'Scores (baseline / fusion)', 'Order', 'Latency', 'Tokens (in + out)', 'Cost'],
      grades.map((grade) => [
        code(grade.id), winnerText(grade), roleModelText({ role: baseline.role, model: grade.baselineModel }), panelText(grade.panel), roleModelText(grader),
        `${scoreText(grade.scores.baseline)} / ${scoreText(grade.scores.fusion)}`, grade.order, latencyText(grade.latencyMs), usageText(grade.usage), costText(grade.costUsd),
      ]),
    ),
    ...grades.map(renderGrade),
    mode === 'dry-run'
      ? 'This is a dry-run: no model judged anything.'
      : 'A grader is one more model. Its verdict is an opinion, not ground truth; the order in which it saw the answers is fixed by a hash of each case.',
  ].join('\n\n')}\n`;
}

const winnerText = ({ winner }: Grade): string => (winner === null ? 'UNGRADED' : winner.toUpperCase());

function renderGrade({ id, winner, reason, rationale, risks }: Grade): string {
  const said = winner === null ? `No verdict: ${plain(reason)}` : rationale === '' ? 'The grader gave no rationale.' : `Rationale: ${code(rationale)}`;
  return [`## ${id}`, said, ...(risks.length === 0 ? [] : [risks.map((risk) => `- Risk: ${code(risk)}`).join('\n')])].join('\n\n');
}
