// What the project promises of its own cost, checked against the bare proxy of the same run, so that it holds on noisy machines.
import { format, median } from './numbers.mjs';

const BARE = 'node-http+undici';
const OURS = 'gateway';

/** Aims of the gateway: `limit` in the unit of `measure(ours, bare, direct, options)`, which gives NaN when that was not measured. */
const AIMS = [
  { name: 'CPU a request, 0.5 KB, over the bare proxy', limit: 2, unit: 'x', measure: (ours, bare) => ratio(ours.load, bare.load, (row) => row.small.cpu) },
  { name: 'CPU a request, large body, over the bare proxy', limit: 1.5, unit: 'x', measure: (ours, bare) => ratio(ours.load, bare.load, (row) => row.large.cpu) },
  {
    name: 'CPU a paced chunk', limit: 40, unit: ' µs',
    measure: (ours) => median(ours.paced.map((row) => row.cpu)),
    // The one absolute aim: set on a machine where the bare proxy took 30 µs. Elsewhere its own cost says what 40 µs mean.
    remark: (bare) => `the bare proxy takes ${format(median(bare.paced.map((row) => row.cpu)))} µs here`,
  },
  { name: 'CPU a paced chunk, over the bare proxy', limit: 4 / 3, unit: 'x', measure: (ours, bare) => ratio(ours.paced, bare.paced, (row) => row.cpu) },
  {
    // A buffered stream's first token comes when the stream is over: 100 %. A crowded machine's neighbours cost a few.
    name: 'first token of a paced stream, over direct, as a part of the stream (no buffering)', limit: 10, unit: ' %',
    measure: (ours, _bare, direct, { chunks, intervalMs }) =>
      ((median(ours.paced.map((row) => row.ttft)) - median(direct.paced.map((row) => row.ttft))) / (chunks * intervalMs * 1000)) * 100,
  },
  {
    name: 'chunk delay of a paced stream, over direct (no buffering)', unit: ' ms',
    limit: ({ intervalMs }) => intervalMs,
    measure: (ours, _bare, direct) => (median(ours.paced.map((row) => row.p50)) - median(direct.paced.map((row) => row.p50))) / 1000,
  },
  { name: 'streams that did not arrive whole', limit: 0, unit: '', measure: (ours) => sum([...ours.paced, ...ours.burst].map((row) => row.incomplete)) },
  { name: 'upstream streams that outlived their client, of 20', limit: 0, unit: '', measure: (ours) => sum(ours.cancel.map((row) => row.streams - row.aborted)) },
];

/** Every aim with what was measured: `met` is undefined when it was not. `results` maps target names to rows by scenario. */
export function judge(results, options) {
  const [ours, bare, direct] = [results[OURS], results[BARE], results.direct];
  return AIMS.map(({ name, limit, unit, measure, remark }) => {
    const most = typeof limit === 'function' ? limit(options) : limit;
    const measured = attempt(() => measure(ours, bare, direct, options), NaN);
    const met = Number.isFinite(measured) ? measured <= most : undefined;
    return { name, unit, most, measured, met, remark: attempt(() => remark(bare), '') };
  });
}

/** One line an aim, fit for a terminal and for Markdown. */
export function renderAims(judged) {
  const lines = judged.map(({ name, unit, most, measured, met, remark }) => {
    const verdict = met === undefined ? 'NOT MEASURED' : met ? 'met' : 'NOT MET';
    return `- ${verdict}: ${name}: ${met === undefined ? '–' : `${format(measured)}${unit}`} (at most ${format(most)}${unit}${remark && `; ${remark}`})`;
  });
  return ['### Aims', '', ...lines, ''].join('\n');
}

/** Median of the ratios within each round: neighbours that come and go hit both sides of a round alike. */
function ratio(ours, bare, get) {
  return median(ours.map((row, round) => get(row) / get(bare[round])));
}

function sum(values) {
  return values.length ? values.reduce((total, value) => total + value, 0) : NaN;
}

/** A scenario or target that was left out is no error here. */
function attempt(measure, otherwise) {
  try { return measure(); } catch { return otherwise; }
}
