/** Numbers as people read them. */
const NONE = '–';

/** `840 ms`, `1.2 s`, `12 s`, `1 min 05 s`, `2 h 05 min`; a dash for null. */
export function durationText(ms: number | null): string {
  if (ms === null) return NONE;
  const whole = Math.max(0, ms);
  if (whole < 999.5) return `${Math.round(whole)} ms`;
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1000);
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** A round mark of a time axis: `500 ms`, `2 s`, `1.5 s`. */
export function tickText(ms: number): string {
  return durationText(ms).replace('.0 s', ' s');
}

/** `$0.0012`, `$0.123`, `$1.20`; `<$0.0001` for less than that; a dash for null. */
export function costText(usd: number | null): string {
  if (usd === null) return NONE;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '<$0.0001';
  return `$${usd.toFixed(usd < 0.01 ? 4 : usd < 1 ? 3 : 2)}`;
}

/** `950`, `12.3k`, `1.2M`. */
export function countText(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_950) return `${trimmed(count / 1000)}k`;
  return `${trimmed(count / 1_000_000)}M`;
}

/** `512 B`, `12.3 kB`, `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_950 ? `${trimmed(bytes / 1000)} kB` : `${trimmed(bytes / 1_000_000)} MB`;
}

/** A share of 1 as `72 %`. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A score with three decimals, a true minus sign before what is below zero. */
export function scoreText(score: number): string {
  return score < 0 ? `−${Math.abs(score).toFixed(3)}` : score.toFixed(3);
}

/** `low`, `medium` or `high` for 0..1, so that a meter says its size in a word too. */
export function levelText(share: number): 'low' | 'medium' | 'high' {
  if (share < 0.34) return 'low';
  return share < 0.67 ? 'medium' : 'high';
}

/** Time of day with seconds; with the date before it when that is another day than now. */
export function clockText(epochMs: number, { nowMs, timeZone }: { nowMs: number; timeZone?: string }): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone }).format(epochMs);
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone });
  return day.format(epochMs) === day.format(nowMs) ? time : `${day.format(epochMs)}, ${time}`;
}

/** `1 request`, `3 requests`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function trimmed(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '');
}
