/** The compatibility matrix as Markdown: fit for an issue, and the form of the reports in `docs/providers`. */
import type { Check, CheckStatus } from '../check.ts';
import type { CompatMatrix, CompatRow } from '../compat.ts';
import { PROBE_FORMAT_IDS } from '../probe/format.ts';
import { RETRY_AFTER_CHECK } from '../probe/retry-after.ts';
import { checksOf, COMMON_CHECKS, PROBE_FORMATS } from '../probe.ts';
import { latencyText } from './figures.ts';
import { code, plain, table } from './markdown.ts';

export const COMPAT_TITLE = '# OpenFusion Provider Compatibility Matrix';

export function renderCompat(matrix: CompatMatrix): string {
  const { startedAt, version, timeoutMs, status, targets } = matrix;
  const asked = PROBE_FORMAT_IDS.filter((id) => targets.some(({ formats }) => formats[id] !== undefined));
  const offered = asked.filter((id) => targets.some(({ formats }) => formats[id] !== 'skip'));
  const sections = [...offered.map((id) => ({ title: PROBE_FORMATS[id].title, names: checksOf(id) })), { title: 'Any format', names: COMMON_CHECKS }];
  const notes = notesOf(targets);
  return `${[
    COMPAT_TITLE,
    [`Started: ${code(startedAt)}`, `Tool: ${code(`openfusion ${version}`)}`, `Timeout: ${latencyText(timeoutMs)}`, `Overall: **${status.toUpperCase()}**`].join('\n'),
    table(['Target', 'Endpoint', 'Model', ...asked.map((id) => PROBE_FORMATS[id].title), 'Overall'], targets.map(({ name, url, model, formats, status: of }) => [
      plain(name), code(url), code(model), ...asked.map((id) => (formats[id] ?? 'skip').toUpperCase()), of.toUpperCase(),
    ])),
    ...sections.flatMap(({ title, names }) => [`## ${title}`, checksTable(names, targets)]),
    ...(notes.length === 0 ? [] : ['## Notes', notes.join('\n')]),
  ].join('\n\n')}\n`;
}

const checksTable = (names: readonly string[], targets: readonly CompatRow[]): string =>
  table(['Check', ...targets.map(({ name }) => plain(name))], names.map((name) => [code(name), ...targets.map(({ checks }) => statusOf(checks, name).toUpperCase())]));

const statusOf = (checks: readonly Check[], name: string): CheckStatus => checks.find((item) => item.name === name)?.status ?? 'skip';

/** One line for what is not well or was left out. What is said of several checks, or of several targets, is said once. */
function notesOf(targets: readonly CompatRow[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { name, checks } of targets) {
    for (const [said, probes] of saidOf(checks)) {
      const line = `${probes.join(', ')}: ${said}`;
      lines.set(line, [...lines.get(line) ?? [], plain(name)]);
    }
  }
  return [...lines].map(([line, names]) => `- ${names.join(', ')}: ${line}`);
}

function saidOf(checks: readonly Check[]): Map<string, string[]> {
  const said = new Map<string, string[]>();
  for (const { name, status, detail, hint } of checks) {
    if (status === 'pass' || (status === 'skip' && name === RETRY_AFTER_CHECK)) continue;
    const text = `${status.toUpperCase()}, ${plain(detail)}${hint === '' ? '' : `. ${plain(hint)}`}`;
    said.set(text, [...said.get(text) ?? [], code(name)]);
  }
  return said;
}
