import type { Candidate, Config } from '../config/schema.ts';
import { ownModelOf, type Grounds } from './market.ts';
import { ROLE_OF_SKILL, SKILLS } from './profile/profile.ts';
import { rejectionOf } from './score/filters.ts';
import type { Skill, TaskProfile } from './types.ts';

/** From this score on a role has a say of its own. */
const SEAT_SCORE = 0.8;
/** Two more sit on every panel, behind those whom the task calls: a quick second look, and the judge's own. */
const FAST_ROLE = 'fast';

/**
 * The roles of a panel, in the order of their scores, then `fast` and the judge's role; at most `fusion.maxPanel`.
 * @param otherwise the role that leads when the task calls none
 */
export function choosePanelRoles(task: TaskProfile, { fusion }: Config, otherwise: string | undefined): string[] {
  const called = calledRoles(task);
  const roles = called.length > 0 || otherwise === undefined ? called : [otherwise];
  if (!roles.includes(FAST_ROLE)) roles.push(FAST_ROLE);
  if (!roles.includes(fusion.judgeRole)) roles.push(fusion.judgeRole);
  return roles.length > fusion.maxPanel ? roles.slice(0, fusion.maxPanel) : roles;
}

/** Roles that the signals call, best first. */
function calledRoles({ roleScores }: TaskProfile): string[] {
  const called: string[] = [];
  for (const role in roleScores) if ((roleScores[role] ?? 0) >= SEAT_SCORE) called.push(role);
  return called.length < 2 ? called : called.sort((a, b) => (roleScores[b] ?? 0) - (roleScores[a] ?? 0));
}

const LABELS: Record<Skill, string> = { coding: 'coding/debugging', reasoning: 'reasoning', verification: 'verification', writing: 'writing' };

/** The seed's sentence: "Selected coder, verifier, fast because the prompt contains coding/debugging and verification signals." */
export function rationaleFor(roles: readonly string[], task: TaskProfile): string {
  const called = calledRoles(task);
  if (called.length === 0) return `Selected ${roles.join(', ')} because the prompt contains no clear signal, so the default panel.`;
  const labels = called.flatMap((role) => task.signals.flatMap(({ kind, reason }) => {
    if (kind === role) return [reason];
    const skill = SKILLS.find((name) => name === kind && ROLE_OF_SKILL[name] === role);
    return skill === undefined ? [] : [LABELS[skill]];
  }));
  const distinct = [...new Set(labels)];
  const because = distinct.length === 0 ? 'no clear signal, so the default panel' : `${listed(distinct)} signals`.replace(/ signal signals$/, ' signal');
  return `Selected ${roles.join(', ')} because the prompt contains ${because}.`;
}

const listed = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`);

/** Calls of a panel beside its members: judge and synthesis. */
export const CALLS_BESIDE_PANEL = 2;

/** Seats of a panel that Auto thought of: it shrinks to what the budget of calls allows; one that was asked for is refused instead. */
export const seatsByAuto = ({ fusion: { maxUpstreamCalls, minPanel, maxPanel } }: Config): number => Math.min(maxPanel, Math.max(minPanel, maxUpstreamCalls - CALLS_BESIDE_PANEL));

/**
 * Who takes the seats: for each role its best capable candidate with a model that nobody on the panel has yet. Seats that stay
 * empty are filled up to `fusion.minPanel`: with roles whose model is there already, with fallback roles, with the best of the rest.
 */
export function seatPanel(roles: readonly string[], planning: Grounds, maxSeats: number): Candidate[] {
  const { input: { config }, pool, scored } = planning;
  const seats: Candidate[] = [];
  const taken = (candidate: Candidate): boolean => seats.some(({ model, upstreamName }) => model === candidate.model && upstreamName === candidate.upstreamName);
  const sit = (candidate: Candidate | undefined): void => {
    if (candidate !== undefined && seats.length < maxSeats && !seats.includes(candidate)) seats.push(candidate);
  };
  for (const role of roles) sit(candidatesFor(role, planning).find((candidate) => !taken(candidate)));
  const wanted = Math.min(config.fusion.minPanel, maxSeats);
  const rest = [
    ...[...roles, ...config.auto.fallbackRoles].flatMap((role) => candidatesFor(role, planning)),
    ...scored.flatMap(({ id }) => pool.byId.get(id) ?? []),
  ];
  for (const candidate of rest) if (seats.length < wanted && !taken(candidate)) sit(candidate);
  for (const candidate of rest) if (seats.length < wanted) sit(candidate);
  return seats;
}

/** Capable candidates of a role, best first; its own model when it has no candidate in the pool. */
export function candidatesFor(role: string, planning: Grounds): Candidate[] {
  const { pool, scored } = planning;
  const inPool = scored.filter((candidate) => candidate.role === role).flatMap(({ id }) => pool.byId.get(id) ?? []);
  if (inPool.length > 0) return inPool;
  const own = ownModelOf(role, planning);
  return own === undefined ? [] : [own];
}

/** Who judges: a capable candidate of the judge's role; it reads text only, so tools and schemas are no matter; else the best checker there is. */
export function chooseJudge(planning: Grounds): Candidate | null {
  const { input, pool, task, restricted } = planning;
  const { judgeRole } = input.config.fusion;
  const readingOnly = { ...task, needs: { ...task.needs, tools: false, jsonSchema: false } };
  const reader = (pool.byRole.get(judgeRole) ?? []).find((candidate) => !restricted && rejectionOf(candidate, readingOnly, input.config, input) === null);
  const [best] = candidatesFor(judgeRole, planning);
  return (best !== undefined && pool.candidates.includes(best) ? best : reader) ?? best ?? bestChecker(planning, []);
}

/** Who checks a draft: the judge's role, and never the model that wrote it. Null when there is nobody else. */
export function chooseVerifier(primary: Candidate, planning: Grounds): Candidate | null {
  const other = candidatesFor(planning.input.config.fusion.judgeRole, planning).find(({ model }) => model !== primary.model);
  return other ?? bestChecker(planning, [primary.model]);
}

function bestChecker({ pool, scored }: Grounds, excluded: readonly string[]): Candidate | null {
  let best: Candidate | null = null, most = -1;
  for (const { id, model, quality } of scored) {
    const candidate = pool.byId.get(id);
    const skill = candidate?.skills.verification ?? quality;
    if (candidate !== undefined && !excluded.includes(model) && skill > most) [best, most] = [candidate, skill];
  }
  return best;
}

/** Who writes the answer of a panel: a capable candidate of the synthesizer's role, else the best one. */
export function chooseSynthesizer(planning: Grounds): Candidate | null {
  const { input: { config }, pool, scored } = planning;
  const first = scored[0];
  return candidatesFor(config.fusion.synthesizerRole, planning)[0] ?? (first === undefined ? null : (pool.byId.get(first.id) ?? null));
}
