import { isRecord, tryParseJson } from '../protocol/json.ts';
import type { Completion } from '../protocol/types.ts';
import type { PlannedCall } from '../routing/types.ts';
import { collect } from './collect.ts';
import type { Emit } from './engine.ts';
import { release, type Outcome } from './events.ts';
import { errorFor } from './failure.ts';
import { openFirst } from './fallback.ts';
import { judgeTurn, labelOf, synthesisTurn } from './prompts.ts';
import type { Run } from './run.ts';
import { sendDeltas } from './single.ts';

interface Member { call: PlannedCall; completion: Completion }
interface Judgement { best: number; notes: string; ok: boolean }

/**
 * A panel answers in parallel, a judge compares, a synthesizer writes the reply, which streams. What fails on the way is left
 * out as long as one answer is there: a panelist, then the judge, then the synthesis. A tool turn is not merged: the judge
 * selects one proposal and its tool calls go out verbatim.
 */
export async function runFusion(run: Run, emit: Emit): Promise<Outcome> {
  const members = await convene(run);
  const [first] = members;
  if (first === undefined) return errorFor(run.failures);
  if (members.length === 1) {
    run.fallback ??= run.plan.panel.length > 1 ? 'panel_of_one' : null;
    return select(run, first, emit);
  }
  const judgement = await judge(run, members);
  if (run.signal.aborted) return errorFor(run.failures);
  const best = members[judgement.best] ?? first;
  return run.request.tools.length > 0 ? select(run, best, emit) : synthesise(run, members, judgement, best, emit);
}

async function convene(run: Run): Promise<Member[]> {
  const answers = await Promise.all(run.plan.panel.map(async (call): Promise<Member | null> => {
    const result = await openFirst(run, 'panel', [call], { purpose: 'panel', stream: true }, run.signal);
    if (!result.ok) return null;
    const collected = await collect(run, result.value);
    if (collected.ok) return { call: result.value.call, completion: collected.completion };
    run.failures.push(collected.failure);
    return null;
  }));
  return answers.filter((member) => member !== null);
}

async function judge(run: Run, members: readonly Member[]): Promise<Judgement> {
  const none: Judgement = { best: 0, notes: '', ok: false };
  if (run.plan.judge === null) return none;
  const turn = judgeTurn(members.map(({ completion }) => completion));
  const result = await openFirst(run, 'judge', [run.plan.judge], { purpose: 'judge', stream: true, turn }, run.signal);
  if (!result.ok) { run.fallback ??= 'judge_failed'; return none; }
  const collected = await collect(run, result.value, ({ text }) => verdictText(readJudgement(text, members.length), members));
  if (!collected.ok) { run.failures.push(collected.failure); run.fallback ??= 'judge_failed'; return none; }
  return readJudgement(collected.completion.text, members.length);
}

const verdictText = ({ ok, best }: Judgement, members: readonly Member[]): string =>
  (ok ? `best: ${labelOf(best)} (${members[best]?.call.model ?? '?'})` : 'not JSON; its text is used as notes');

/** Judges wrap their JSON in prose and fences, or give plain strings: read what is there. */
export function readJudgement(text: string, count: number): Judgement {
  const start = text.indexOf('{'), end = text.lastIndexOf('}');
  const value = start >= 0 && end > start ? tryParseJson(text.slice(start, end + 1)) : undefined;
  if (!isRecord(value)) return { best: 0, notes: text.slice(0, 8_000), ok: false };
  const letter = typeof value['best'] === 'string' ? value['best'].trim().replace(/^answer\s+/i, '').charAt(0).toUpperCase() : '';
  const best = Array.from({ length: count }, (_, index) => labelOf(index)).indexOf(letter);
  return { best: Math.max(0, best), notes: JSON.stringify(value), ok: best >= 0 };
}

/** One proposal goes out as it is. */
function select(run: Run, { call, completion }: Member, emit: Emit): Promise<Outcome> {
  run.serve(call);
  return release(run, completion, emit);
}

async function synthesise(run: Run, members: readonly Member[], judgement: Judgement, best: Member, emit: Emit): Promise<Outcome> {
  const { synthesizer, fallbacks } = run.plan;
  if (synthesizer === null) return select(run, best, emit);
  const turn = synthesisTurn(members.map(({ completion }) => completion), judgement.notes);
  const result = await openFirst(run, 'synthesis', [synthesizer, ...fallbacks], { purpose: 'synthesis', stream: true, turn }, run.signal);
  if (!result.ok) {
    if (run.signal.aborted) return errorFor(result.failures);
    run.fallback ??= 'synthesis_failed';
    return select(run, best, emit);
  }
  run.fallback ??= result.value.fallback;
  run.serve(result.value.call);
  return sendDeltas(run, result.value, emit);
}
