/** The compatibility matrix as Markdown. */
import type { CompatMatrix } from '../compat.ts';
import { PROBE_NAMES } from '../probe.ts';
import { code, plain, table } from './markdown.ts';

export function renderCompat({ status, targets }: CompatMatrix): string {
  const problems = targets.flatMap(({ name, checks }) =>
    checks.filter(({ status: of }) => of !== 'pass').map(({ name: probe, status: of, detail, hint }) => `- ${plain(name)}, ${code(probe)}: ${of.toUpperCase()}, ${plain(detail)}${hint === '' ? '' : `. ${plain(hint)}`}`));
  return `${[
    '# OpenFusion Provider Compatibility Matrix',
    table(['Target', 'Model', ...PROBE_NAMES.map(code)], targets.map(({ name, model, checks }) => [
      plain(name), code(model), ...PROBE_NAMES.map((probe) => (checks.find((item) => item.name === probe)?.status ?? 'skip').toUpperCase()),
    ])),
    `Overall: **${status.toUpperCase()}**`,
    ...(problems.length === 0 ? [] : ['## Notes', problems.join('\n')]),
  ].join('\n\n')}\n`;
}
