// Chance that can be asked for again: every draw is named, so that all policies meet the same day.

/** A number 0..1 that belongs to a name. */
export function draw(...name) {
  let hash = 2166136261;
  for (const char of name.join('|')) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  // Two rounds of mixing: names that differ in one digit must not give neighbours.
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

/** A standard normal number that belongs to a name. */
export const normal = (...name) => Math.sqrt(-2 * Math.log(1 - draw(...name, 'a'))) * Math.cos(2 * Math.PI * draw(...name, 'b'));

/** Positive, half of them below the median. */
export const logNormal = (median, spread, ...name) => median * Math.exp(spread * normal(...name));

/** The share of a standard normal below `z`. */
export const normalShare = (z) => 1 / (1 + Math.exp(-1.702 * z));

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Bounds of 95 % of a statistic over resampled items. */
export function interval(items, statistic, rounds = 1000) {
  const found = Array.from({ length: rounds }, (_, round) => statistic(items.map((_item, at) => items[Math.floor(draw('resample', round, at) * items.length)]))).filter(Number.isFinite).sort((a, b) => a - b);
  return [found[Math.floor(found.length * 0.025)] ?? NaN, found[Math.floor(found.length * 0.975)] ?? NaN];
}
