/** Reads what a grader wrote. A grader is a model: nothing about its answer is taken for granted. */
import { asArray, asNumber, asObject, asString, isObject, parseJson } from './guards.ts';

export interface GraderVerdict {
  winner: 'A' | 'B' | 'tie';
  /** 0..10; null where the grader gave none. */
  scoreA: number | null;
  scoreB: number | null;
  rationale: string;
  risks: string[];
}

/** A verdict stands at the end; what a model wrote before it is not searched. */
const SEARCHED_CHARS = 8_000;
const MAX_SCORE = 10;
const MAX_RATIONALE_CHARS = 1_000;
const MAX_RISKS = 8;
const MAX_RISK_CHARS = 300;

/**
 * The verdict in a grader's answer: a JSON object, alone, fenced or between prose. The last one that has a winner counts,
 * for models think aloud first. A verdict that contradicts its own scores is none.
 */
export function parseVerdict(answer: string): { ok: true; verdict: GraderVerdict } | { ok: false; reason: string } {
  const objects = [...jsonObjectsIn(answer.slice(-SEARCHED_CHARS))].filter((value) => 'winner' in value);
  const last = objects.at(-1);
  if (last === undefined) return { ok: false, reason: 'the grader’s answer holds no JSON object with a winner' };
  const winner = readWinner(last.winner);
  if (winner === null) return { ok: false, reason: 'the grader’s winner is neither A, B nor tie' };
  const scores = asObject(last.scores ?? last.score);
  const scoreA = readScore(scores.A ?? scores.a);
  const scoreB = readScore(scores.B ?? scores.b);
  if (contradicts(winner, scoreA, scoreB)) return { ok: false, reason: 'the grader’s winner has the lower score' };
  const rationale = (asString(last.rationale) ?? '').trim().slice(0, MAX_RATIONALE_CHARS);
  const risks = asArray(last.risks).flatMap((risk) => asString(risk)?.trim().slice(0, MAX_RISK_CHARS) ?? []).filter((risk) => risk !== '').slice(0, MAX_RISKS);
  return { ok: true, verdict: { winner, scoreA, scoreB, rationale, risks } };
}

function readWinner(value: unknown): GraderVerdict['winner'] | null {
  const word = asString(value)?.trim().toLowerCase().replace(/^(answer|response)[ _-]?/u, '');
  if (word === 'a' || word === 'b') return word === 'a' ? 'A' : 'B';
  return word === 'tie' || word === 'draw' ? 'tie' : null;
}

function readScore(value: unknown): number | null {
  const score = asNumber(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
  return score !== null && score >= 0 && score <= MAX_SCORE ? score : null;
}

function contradicts(winner: GraderVerdict['winner'], scoreA: number | null, scoreB: number | null): boolean {
  if (scoreA === null || scoreB === null) return false;
  return (winner === 'A' && scoreA < scoreB) || (winner === 'B' && scoreB < scoreA);
}

/** The JSON objects in a text that stand for themselves, in order; an object inside another one is part of that one. */
function* jsonObjectsIn(text: string): Generator<Readonly<Record<string, unknown>>> {
  for (let start = text.indexOf('{'); start !== -1;) {
    const end = objectEnd(text, start);
    const value = end === -1 ? undefined : parseJson(text.slice(start, end));
    if (isObject(value)) yield value;
    start = text.indexOf('{', isObject(value) ? end : start + 1);
  }
}

/** Index behind the brace that closes the one at `start`, strings respected; -1 when it is never closed. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index];
    if (inString && char === '\\') index += 1;
    else if (char === '"') inString = !inString;
    else if (inString) continue;
    else if (char === '{') depth += 1;
    else if (char === '}' && (depth -= 1) === 0) return index + 1;
  }
  return -1;
}
