/** US dollars to read: cents, or two significant digits of what is less. */
export function usd(value: number): string {
  if (value === 0) return '0';
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(Math.min(8, 1 - Math.floor(Math.log10(Math.abs(value)))));
}
