import type { VNode } from 'preact';
import { levelText, percentText } from '../format.ts';

/** A share of 1 as a bar, with its size in a number and a word beside it. */
export function Meter({ label, share, hint }: { label: string; share: number; hint?: string }): VNode {
  const clamped = Math.min(1, Math.max(0, share));
  const text = `${percentText(clamped)}, ${levelText(clamped)}`;
  return (
    <div class="meter" title={hint}>
      <span class="meter-label">{label}</span>
      <span class="meter-track" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(clamped * 100)} aria-valuetext={text}>
        <span class="meter-fill" style={{ width: `${clamped * 100}%` }} />
      </span>
      <span class="meter-text" aria-hidden="true">{percentText(clamped)} <span class="quiet">{levelText(clamped)}</span></span>
    </div>
  );
}
