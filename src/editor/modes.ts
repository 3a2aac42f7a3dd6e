/** The mode of the status bar: names for people, and the stored form. */
import type { Mode } from '../routing/types.ts';
import { oneLine } from './text.ts';
import type { Translate } from './translate.ts';

export const AUTO: Mode = { kind: 'auto' };

export function sameMode(a: Mode, b: Mode): boolean {
  return a.kind === b.kind && (a.kind !== 'role' || b.kind !== 'role' || a.role === b.role);
}

/** `Auto`, `Fusion` or the role's own name, fit for one line of the editor's own surface. */
export function modeName(mode: Mode, t: Translate): string {
  if (mode.kind === 'auto') return t('Auto');
  return mode.kind === 'fusion' ? t('Fusion') : oneLine(mode.role);
}

/** What was stored, or Auto when that is not a mode. */
export function storedMode(value: unknown): Mode {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return AUTO;
  if (value.kind === 'fusion') return { kind: 'fusion' };
  if (value.kind === 'role' && 'role' in value && typeof value.role === 'string') return { kind: 'role', role: value.role };
  return AUTO;
}
