/** The doctor's report as Markdown (fit to be pasted into an issue) and as text for a terminal. */
import type { DoctorReport } from '../doctor.ts';
import { latencyText } from './figures.ts';
import { code, oneLine, plain, table } from './markdown.ts';
import { panelText, roleModelOrDash } from './names.ts';

export function renderDoctorMarkdown(report: DoctorReport): string {
  const { startedAt, status, checks, fusion, probe } = report;
  const hints = checks.filter(({ status: of, hint }) => hint !== '' && of !== 'pass');
  return `${[
    '# OpenFusion Doctor Report',
    [`Started: ${code(startedAt)}`, ...(probe === null ? [] : [`Endpoint: ${code(probe.url)}`, `Model: ${code(probe.model)}`, `Timeout: ${latencyText(probe.timeoutMs)}`]), `Overall: **${status.toUpperCase()}**`].join('\n'),
    table(['Check', 'Status', 'Detail', 'Latency'], checks.map(({ name, status: of, detail, latencyMs }) => [code(name), of.toUpperCase(), plain(detail), latencyText(latencyMs)])),
    ...(hints.length === 0 ? [] : ['## What to do', hints.map(({ name, hint }) => `- ${code(name)}: ${plain(hint)}`).join('\n')]),
    ...(fusion === null ? [] : [
      '## Fusion Receipt Summary',
      table(['Panel', 'Judge', 'Synthesizer', 'Trace', 'Phases', 'Latency'], [
        [panelText(fusion.panel), roleModelOrDash(fusion.judge), roleModelOrDash(fusion.synthesizer), code(fusion.traceId ?? ''), String(fusion.phaseCount), latencyText(fusion.latencyMs)],
      ]),
    ]),
  ].join('\n\n')}\n`;
}

const MARKS = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const;

export function renderDoctorText({ status, checks, fusion, probe }: DoctorReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length), 0);
  const lines = checks.flatMap(({ name, status: of, detail, hint, latencyMs }) => [
    `${MARKS[of]}  ${name.padEnd(width)}  ${oneLine(detail)}${latencyMs === null ? '' : ` (${latencyText(latencyMs)})`}`,
    ...(hint === '' || of === 'pass' ? [] : [`${' '.repeat(6 + width + 2)}→ ${oneLine(hint)}`]),
  ]);
  return `${[
    'OpenFusion doctor',
    ...(probe === null ? [] : [`endpoint ${oneLine(probe.url)}, model ${oneLine(probe.model)}`]),
    '',
    ...lines,
    ...(fusion === null ? [] : ['', 'Fusion Receipt Summary', ...summaryLines(fusion)]),
    '',
    `Overall: ${status.toUpperCase()}`,
  ].join('\n')}\n`;
}

function summaryLines({ panel, judge, synthesizer, traceId, phaseCount, latencyMs }: NonNullable<DoctorReport['fusion']>): string[] {
  const name = (roleModel: typeof judge) => (roleModel === null ? '-' : oneLine(`${roleModel.role}:${roleModel.model}`));
  return [
    `  panel        ${panel.map(({ role }) => oneLine(role)).join(' + ') || '-'}`,
    `  judge        ${name(judge)}`,
    `  synthesizer  ${name(synthesizer)}`,
    `  trace        ${oneLine(traceId ?? '-')}`,
    `  phases       ${phaseCount}`,
    `  latency      ${latencyText(latencyMs)}`,
  ];
}
