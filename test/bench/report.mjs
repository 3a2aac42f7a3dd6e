// The tables of a run. Differences and ratios are taken to `direct` within the same round, then the median over rounds.
import { format, median } from './numbers.mjs';

/** `targets`: [{ name, notes, rss, rows: { scenario: [row, ...] } }], the first one being `direct`. */
export function render({ node, machine, loads, options, targets }) {
  const direct = targets[0];
  const lines = [`node ${node}, ${machine}, load average ${format(median(loads))} (median), ${options.rounds} interleaved rounds. In brackets: added to direct, times direct.`];
  const table = (title, head, row) => {
    lines.push('', `### ${title}`, '', `| target | ${head.join(' | ')} |`, `|${'---|'.repeat(head.length + 1)}`, ...targets.map((target) => `| ${target.name} | ${row(target).join(' | ')} |`));
  };
  const values = (target, scenario, get) => (target.rows[scenario] ?? []).map((row) => (row ? get(row) : NaN));
  const mid = (target, scenario, get, digits) => format(median(values(target, scenario, get)), digits);
  const over = (target, scenario, get, operate) => {
    const base = values(direct, scenario, get);
    return median(values(target, scenario, get).map((value, round) => operate(value, base[round])));
  };
  const compared = (target, scenario, get, digits = 0) => {
    if (target === direct) return mid(target, scenario, get, digits);
    const added = over(target, scenario, get, (value, base) => value - base);
    return `${mid(target, scenario, get, digits)} (${added >= 0 ? '+' : ''}${format(added, digits)}, ${format(over(target, scenario, get, (value, base) => value / base), 2)}x)`;
  };
  const best = (target, scenario, get) => format(Math.min(...values(target, scenario, get).filter(Number.isFinite)), 0);
  const total = (target, scenario, get) => values(target, scenario, get).reduce((sum, value) => sum + value, 0);
  const large = `${options.largeKb} KB`;
  const has = (scenario) => scenario in direct.rows;

  if (has('latency')) {
    table('Plain answers, one request at a time (µs)', ['0.5 KB p50', 'best round', 'p99', `${large} p50`, 'best round', 'p99', 'CPU 0.5 KB', `CPU ${large}`], (target) => [
      ...[(row) => row.small, (row) => row.large].flatMap((size) => [
        compared(target, 'latency', (row) => size(row).p50), best(target, 'latency', (row) => size(row).p50), mid(target, 'latency', (row) => size(row).p99, 0),
      ]),
      mid(target, 'latency', (row) => row.small.cpu, 0), mid(target, 'latency', (row) => row.large.cpu, 0),
    ]);
  }
  if (has('firstToken')) {
    table('Streams, one at a time: time to first token (µs)', ['0.5 KB p50', 'best round', `${large} p50`, 'best round'], (target) =>
      [(row) => row.small, (row) => row.large].flatMap((size) => [compared(target, 'firstToken', (row) => size(row).p50), best(target, 'firstToken', (row) => size(row).p50)]));
  }
  if (has('load')) {
    table(`Plain answers over ${options.connections} connections`, ['0.5 KB req/s', 'of direct', 'CPU µs/req', `${large} req/s`, 'of direct', 'CPU µs/req', 'failed'], (target) => [
      ...[(row) => row.small, (row) => row.large].flatMap((size) => [
        mid(target, 'load', (row) => size(row).perSecond, 0), format(over(target, 'load', (row) => size(row).perSecond, (value, base) => value / base), 2), mid(target, 'load', (row) => size(row).cpu, 0),
      ]),
      total(target, 'load', (row) => row.small.failed + row.large.failed),
    ]);
  }
  if (has('paced')) {
    table(`${options.streams} streams of ${options.chunks} chunks, one every ${options.intervalMs} ms (µs)`, ['chunk delay p50', 'p99', 'time to first token p50', 'CPU a chunk', 'not whole'], (target) => [
      compared(target, 'paced', (row) => row.p50), mid(target, 'paced', (row) => row.p99, 0), compared(target, 'paced', (row) => row.ttft), mid(target, 'paced', (row) => row.cpu, 1), total(target, 'paced', (row) => row.incomplete),
    ]);
  }
  if (has('burst')) {
    table(`${options.burstStreams} streams of ${options.burstChunks} chunks without a pause`, ['chunks/s', 'of direct', 'CPU µs a chunk', 'not whole'], (target) => [
      mid(target, 'burst', (row) => row.perSecond, 0), format(over(target, 'burst', (row) => row.perSecond, (value, base) => value / base), 2), mid(target, 'burst', (row) => row.cpu, 1), total(target, 'burst', (row) => row.incomplete),
    ]);
  }
  table('Process', ['ready after ms', 'first answer ms', 'MB at start', 'MB after load', 'upstream streams ended after 20 clients left', 'notes'], (target) => {
    const [cancelled] = target.rows.cancel ?? [];
    return [format(target.readyMs, 0), format(target.firstMs, 1), format(target.rss?.start, 0), format(target.rss?.end, 0), cancelled ? `${cancelled.aborted}/${cancelled.streams}` : '–', target.notes.join('; ')];
  });
  return `${lines.join('\n')}\n`;
}
