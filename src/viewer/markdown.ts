/** A trace as a Markdown receipt, for an issue or a chat. */
import type { Plan } from '../routing/types.ts';
import type { Phase, TraceRecord } from '../trace/types.ts';
import { adviceFor } from './advice.ts';
import { costText, durationText, percentText, scoreText } from './format.ts';
import { dutiesOf, pointsOf } from './score.ts';
import { oneLine, visible } from './text.ts';
import { SCORE_PARTS, attemptText, phaseText, reasonText, rejectionText, statusText, turnText, wireText } from './words.ts';

/** The whole record as Markdown; model text only inside code fences that it cannot close. */
export function markdownOf(record: TraceRecord): string {
  return [
    ...head(record),
    ...error(record),
    ...(record.plan ? [...task(record.plan), ...strategy(record.plan), ...candidates(record.plan)] : []),
    ...phases(record),
    ...answer(record),
    '',
  ].join('\n');
}

function head(record: TraceRecord): string[] {
  const { served, usage, plan } = record;
  return [
    `# OpenFusion trace ${code(record.id)}`,
    '',
    `- **Asked**: ${code(record.requestedModel)} by ${cell(record.client)} over ${cell(wireText(record.wire))}${record.stream ? ', streaming' : ''}`,
    `- **Served by**: ${served ? `${code(served.model)} at ${code(served.upstreamName)}` : 'no model'}${record.dryRun ? ' (dry run: no model was called)' : ''}`,
    `- **Strategy**: ${code(served?.strategy ?? plan?.strategy ?? 'none')}${plan ? ` (${cell(reasonText(plan.reason))})` : ''}`,
    ...(served?.fallback ? [`- **Fallback**: ${cell(reasonText(served.fallback))}`] : []),
    `- **Status**: ${cell(statusText(record.status))}${record.httpStatus === null ? '' : `, HTTP ${record.httpStatus}`}`,
    `- **Started**: ${new Date(record.startedAtMs).toISOString()}`,
    `- **Time**: ${durationText(record.durationMs)}, first content after ${durationText(record.firstContentMs)}`,
    `- **Tokens**: ${usage ? `${usage.inputTokens} in (${usage.cachedInputTokens} cached), ${usage.outputTokens} out${usage.estimated ? ', estimated' : ''}` : 'not known'}`,
    `- **Cost**: ${costText(record.costUsd)}`,
    '',
  ];
}

function error({ error: failure }: TraceRecord): string[] {
  if (!failure) return [];
  return ['## Error', '', `${failure.status} ${code(failure.code ?? failure.type)}: ${cell(failure.message)}`, '', adviceFor(failure), ''];
}

function task({ task: profile }: Plan): string[] {
  const needs = Object.entries(profile.needs).filter(([, needed]) => needed).map(([need]) => need);
  return [
    '## Task',
    '',
    `${cell(turnText(profile.turn))}, ${cell(profile.domain)}${(profile.language ?? null) === null ? '' : `, ${cell(profile.language ?? '')}`}; complexity ${percentText(profile.complexity)}, risk ${percentText(profile.risk)}, difficulty ${percentText(profile.difficulty)}; ` +
      `about ${profile.contextTokens} tokens of context; needs ${needs.join(', ') || 'nothing special'}.`,
    '',
    ...table(['Signal', 'Score', 'Evidence', 'Reason'], profile.signals.map(({ kind, score, evidence, reason }) => [kind, scoreText(score), evidence, reason])),
  ];
}

function strategy({ explanation, budget }: Plan): string[] {
  return [
    '## Strategy',
    '',
    ...explanation.map((sentence, index) => `${index + 1}. ${cell(sentence)}`),
    '',
    `Budget: ${budget.plannedCalls} of ${budget.maxCalls} calls, estimated ${costText(budget.estimatedUsd)} of ${budget.maxUsd === null ? 'no limit' : costText(budget.maxUsd)}.`,
    '',
  ];
}

function candidates(plan: Plan): string[] {
  const rows = plan.candidates.map((candidate) => [
    candidate.id, candidate.model, dutiesOf(plan, candidate.id).join(', '), scoreText(candidate.score),
    ...SCORE_PARTS.map(({ part }) => scoreText(pointsOf(candidate, part))),
    scoreText(candidate.stickyBonus), scoreText(-candidate.penalties.reduce((sum, { amount }) => sum + amount, 0)),
    percentText(candidate.quality), costText(candidate.costUsd),
  ]);
  return [
    '## Candidates',
    '',
    ...table(['Candidate', 'Model', 'Part', 'Score', ...SCORE_PARTS.map(({ label }) => label), 'Sticky', 'Penalties', 'Right', 'Cost'], rows),
    ...plan.rejected.map(({ id, model, reason, detail }) => `- Rejected: ${code(id)} (${code(model)}): ${cell(rejectionText(reason))}. ${cell(detail)}`),
    '',
  ];
}

function phases({ phases: all }: TraceRecord): string[] {
  if (all.length === 0) return [];
  return [
    '## Phases',
    '',
    ...table(
      ['Phase', 'Role', 'Model', 'Status', 'Start', 'First content', 'End', 'Cost'],
      all.map((phase) => [
        phaseText(phase.phase), phase.role, phase.model, statusText(phase.status), durationText(phase.startedMs), durationText(phase.firstContentMs),
        durationText(phase.endedMs), costText(phase.costUsd),
      ]),
    ),
    ...all.flatMap(failedAttempts),
    '',
    ...all.flatMap(said),
  ];
}

function failedAttempts({ attempts, phase }: Phase): string[] {
  return attempts.filter(({ status }) => status !== 'success').map(({ model, reason, httpStatus, message }) =>
    `- ${cell(phaseText(phase))}: ${code(model)} failed${reason === undefined ? '' : `, ${cell(attemptText(reason))}`}${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}${message === undefined ? '' : `: ${cell(message)}`}`);
}

function said(phase: Phase): string[] {
  if (phase.text === '' && phase.verdict === undefined) return [];
  return [
    `### ${cell(phaseText(phase.phase))}: ${code(phase.model)}`,
    '',
    ...(phase.verdict === undefined ? [] : [`Verdict: ${cell(phase.verdict)}`, '']),
    ...(phase.text === '' ? [] : [fence(phase.text), '']),
  ];
}

function answer({ answer: text, toolCalls }: TraceRecord): string[] {
  if (text === '' && toolCalls.length === 0) return [];
  return [
    '## Answer',
    '',
    ...(text === '' ? [] : [fence(text), '']),
    ...toolCalls.flatMap((call) => [`Tool call ${code(call.name)}:`, '', fence(call.arguments), '']),
  ];
}

function table(columns: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), `| ${columns.map(() => '---').join(' | ')} |`, ...rows.map(line), ''];
}

/** One line of plain text in which nothing is Markdown or HTML. */
function cell(raw: string): string {
  return oneLine(raw, 400).replace(/[\\`*_[\]<>|#!~]/g, (character) => `\\${character}`);
}

/** An inline code span that its text cannot end. */
function code(raw: string): string {
  return `\`${oneLine(raw, 200).replaceAll('`', "'").replaceAll('|', '¦')}\``;
}

function fence(raw: string): string {
  const longest = Math.max(2, ...[...raw.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}text\n${visible(raw)}\n${marks}`;
}
