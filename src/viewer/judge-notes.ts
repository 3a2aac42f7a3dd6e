import { isObject, text } from './shape.ts';

export interface JudgeNote {
  label: string;
  items: string[];
}

const LABELS: readonly { key: string; label: string }[] = [
  { key: 'best', label: 'Best' }, { key: 'consensus', label: 'Consensus' }, { key: 'contradictions', label: 'Contradictions' },
  { key: 'unique_insights', label: 'Unique insights' }, { key: 'blind_spots', label: 'Blind spots' },
];

/**
 * A judge's JSON as lists to read; null when it is not (yet) the form that judges are asked for, or says more than the
 * lists could show: then its text is shown as it is.
 */
export function judgeNotes(said: string): JudgeNote[] | null {
  const parsed = parseObject(said.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1'));
  if (parsed === null || Object.keys(parsed).some((key) => !LABELS.some((known) => known.key === key))) return null;
  const notes: JudgeNote[] = [];
  for (const { key, label } of LABELS) {
    const value = Object.hasOwn(parsed, key) ? parsed[key] : [];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    if (!items.every(text)) return null;
    if (items.length > 0) notes.push({ label, items });
  }
  return notes.length === 0 ? null : notes;
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
