import type { Rule } from '../../config/schema.ts';
import type { Signal } from '../types.ts';

/** A custom rule, ready to be matched. */
export interface CompiledRule {
  role: string;
  score: number;
  reason: string;
  expressions: readonly RegExp[];
}

const EVIDENCE_CHARS = 60;

/** Keywords become whole words (where they begin and end with a letter or a digit), patterns stay as they are; case does not matter. */
export function compileRules(rules: readonly Rule[]): CompiledRule[] {
  return rules.map(({ role, keywords, patterns, score, reason }) => ({
    role, score, reason, expressions: [...(keywords.length > 0 ? [keywords.map(keywordSource).join('|')] : []), ...patterns].flatMap(compile),
  }));
}

/** The configuration refuses broken patterns when it is loaded; one that comes by another way matches nothing. */
function compile(source: string): RegExp[] {
  try {
    return [new RegExp(source, 'i')];
  } catch {
    return [];
  }
}

function keywordSource(keyword: string): string {
  const escaped = keyword.trim().replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
  const before = /^[a-z0-9_]/i.test(keyword.trim()) ? '(?<![A-Za-z0-9_])' : '';
  const after = /[a-z0-9_]$/i.test(keyword.trim()) ? '(?![A-Za-z0-9_])' : '';
  return `${before}${escaped}${after}`;
}

/** One signal for each rule that matches, counted once, with what each of its expressions found. */
export function ruleSignals(rules: readonly CompiledRule[], text: string): Signal[] {
  const signals: Signal[] = [];
  for (const { role, score, reason, expressions } of rules) {
    const words = new Set<string>();
    for (const expression of expressions) {
      const found = expression.exec(text);
      if (found !== null) words.add(found[0]);
    }
    if (words.size > 0) signals.push({ kind: role, score, evidence: [...words].join(', ').slice(0, EVIDENCE_CHARS), reason });
  }
  return signals;
}
