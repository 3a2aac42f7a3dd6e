import type { ChatRequest } from '../../protocol/types.ts';
import type { Skill, TaskProfile } from '../types.ts';
import { excerptOf, sampleOf, type Ask } from './ask.ts';
import { ruleSignals, type CompiledRule } from './rules.ts';
import { readSignals, rounded } from './signals.ts';
import { expectedOutput, measure } from './size.ts';
import { readTurn } from './turn.ts';

export interface Profiled {
  /** `difficulty` is not known before the candidates are: it is 0 here. */
  task: TaskProfile;
  /** Did anything speak for or against complexity? */
  complexityEvidence: boolean;
  /** The first ask of the request; undefined when it was not read that far. */
  first: Ask | null | undefined;
  /** The words that the task is read from; empty when there are none. */
  text: string;
}

/** So much of an ask before the newest is read. */
const EARLIER_CHARS = 2_000;

/** The role that each skill speaks for. */
export const ROLE_OF_SKILL: Readonly<Record<Skill, string>> = { coding: 'coder', reasoning: 'reasoner', verification: 'verifier', writing: 'writer' };
export const SKILLS: readonly Skill[] = ['coding', 'reasoning', 'verification', 'writing'];

/** What a coding agent's task wants when it does not say, in the same sums as signals. */
const UNKNOWN_SUMS: Readonly<Record<Skill, number>> = { coding: 1.4, reasoning: 1.4, verification: 0.6, writing: 0.6 };
/** Evidence of this much needs no filling up from the unknown. */
const ENOUGH_EVIDENCE = 1.5;
/** Weight sum at which a skill matters by 63 %. */
const SKILL_SCALE = 2;

/** Understands a request as a task: from the newest words of its user, never from system prompts or the transcript. */
export function profileTask(request: ChatRequest, rules: readonly CompiledRule[]): Profiled {
  const turn = readTurn(request);
  const text = turn.task === null ? '' : sampleOf(turn.task);
  const reading = readSignals(text, turn.task?.chars ?? 0, turn.earlier.length === 0 ? undefined : () => turn.earlier.map((ask) => sampleOf(ask, EARLIER_CHARS)));
  const custom = rules.length === 0 ? [] : ruleSignals(rules, text);
  const size = measure(request);
  const roleScores: Record<string, number> = {};
  for (const skill of SKILLS) if (reading.skillSums[skill] > 0) roleScores[ROLE_OF_SKILL[skill]] = rounded(reading.skillSums[skill]);
  for (const { kind, score } of custom) roleScores[kind] = rounded((roleScores[kind] ?? 0) + score);
  const complexity = rounded(reading.complexity);
  const task: TaskProfile = {
    turn: turn.kind,
    choreKind: turn.choreKind,
    domain: reading.domain,
    language: reading.language,
    excerpt: turn.newest === null ? '' : excerptOf(turn.newest),
    signals: [...reading.signals, ...custom],
    skills: skillWeights(reading.skillSums),
    roleScores,
    complexity,
    risk: rounded(reading.risk),
    difficulty: 0,
    contextTokens: size.contextTokens,
    expectedOutputTokens: expectedOutput(turn.kind, turn.choreKind, complexity, request.maxOutputTokens),
    needs: size.needs,
  };
  return { task, complexityEvidence: reading.complexityEvidence, first: turn.first, text };
}

/** How much each skill matters: `1 − exp(−sum / 2)`. The less the words say, the more of the usual mix is added to the sums. */
function skillWeights(sums: Record<Skill, number>): Record<Skill, number> {
  const unknown = Math.max(0, 1 - (sums.coding + sums.reasoning + sums.verification + sums.writing) / ENOUGH_EVIDENCE);
  const weight = (skill: Skill): number => rounded(1 - Math.exp(-(sums[skill] + unknown * UNKNOWN_SUMS[skill]) / SKILL_SCALE));
  return { coding: weight('coding'), reasoning: weight('reasoning'), verification: weight('verification'), writing: weight('writing') };
}
