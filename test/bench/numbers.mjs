// Small statistics that pass over what could not be measured.

/** The p-quantile (0..1) of the finite numbers; NaN of none. */
export function quantile(values, p) {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] : NaN;
}

export const median = (values) => quantile(values, 0.5);

/** About three significant digits, whole numbers as they are; an en dash for what was not measured. */
export function format(value, digits) {
  if (!Number.isFinite(value)) return '–';
  if (digits === undefined && Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(digits ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2));
}
