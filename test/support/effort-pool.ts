/** Two models of which the session's own is worth more thinking harder than the other one, which is far dearer, is after a move. */
import { parseConfig } from '../../src/config/load.ts';
import type { Candidate, CandidateInput } from '../../src/config/schema.ts';
import { parseChatRequest } from '../../src/protocol/chat/parse.ts';
import { planRequest } from '../../src/routing/plan.ts';
import type { Plan } from '../../src/routing/types.ts';

export const LONG_ASK = `Debug the crash in the API code\n${'the log says nothing of use here, line by line\n'.repeat(4_000)}`;

export const evenSkills = (all: number): Candidate['skills'] => ({ coding: all, reasoning: all, verification: all, writing: all });
const pricing = { inputUsdPer1M: 3, outputUsdPer1M: 15, cachedInputUsdPer1M: 0.3 };
const DEARER = { inputUsdPer1M: 24, outputUsdPer1M: 120, cachedInputUsdPer1M: 2.4 };
export const WARM: CandidateInput = { id: 'warm', role: 'coder', model: 'v/warm', skills: evenSkills(0.6), benchmarks: {}, performance: {}, upstream: {}, pricing, efforts: ['low', 'medium', 'high'] };
export const ablerOf = (ability: number): CandidateInput => ({ id: 'abler', role: 'coder', model: 'v/abler', skills: evenSkills(ability), benchmarks: {}, performance: {}, upstream: {}, pricing: DEARER });

/** The plan for the long ask of a session that is pinned to `warm`. */
export function planOf(candidates: CandidateInput[], body: Record<string, unknown> = {}): Plan {
  const parsed = parseConfig({ auto: { candidates, scoring: { stickyBonus: 0 } } }, 'test');
  const request = parseChatRequest(Buffer.from(JSON.stringify({ session_id: 's', messages: [{ role: 'user', content: LONG_ASK }], ...body })));
  if (!parsed.ok || !request.ok) throw new Error(JSON.stringify([parsed, request.ok]));
  const nowMs = 1_800_000_000_000;
  const planned = planRequest({
    request: request.value, headers: {}, config: parsed.config, mode: { kind: 'auto' }, pinOf: () => ({ candidateId: 'warm', roles: {}, updatedAtMs: nowMs - 1_000 }),
    coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs,
  });
  if (!planned.ok) throw new Error(planned.error.message);
  return planned.plan;
}

/** What is decided for another model of growing ability: the predicted qualities decide where one gives way to the next. */
export function decisionsByAbility(): { ability: number; decision: 'stays' | 'thinks harder' | 'moves' }[] {
  return Array.from({ length: 75 }, (_, step) => {
    const ability = 0.6 + step * 0.005, { primary } = planOf([WARM, ablerOf(ability)]);
    return { ability, decision: primary.candidateId === 'abler' ? 'moves' : primary.effort === undefined ? 'stays' : 'thinks harder' };
  });
}

/** An ability of the other model at which the session's own thinks harder. */
export function abilityForEffort(): number {
  const band = decisionsByAbility().filter(({ decision }) => decision === 'thinks harder'), middle = band[Math.floor(band.length / 2)];
  if (middle === undefined) throw new Error('effort is never raised');
  return middle.ability;
}
