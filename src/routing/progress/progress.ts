import type { ChatRequest } from '../../protocol/types.ts';
import type { TurnKind } from '../types.ts';
import { complaintIn } from './complaint.ts';
import { linesOf, type Edit } from './edits.ts';
import { isSameError } from './fingerprint.ts';
import type { Outcome } from './outcome.ts';
import { History } from './history.ts';
import { changesFiles, eventsOf, MAX_STEPS, mayTell, runOfTools, type Event, type Step } from './steps.ts';

export type FindingName = 'same_error_again' | 'tests_fail_after_edit' | 'repeated_edits' | 'no_diff' | 'user_says_broken';

/** Something that a transcript shows, in numbers: never in its own words, since a plan is kept longer than a prompt. */
export interface Finding {
  name: FindingName;
  evidence: string;
  /** Enough to change the model; else it is worth a note. */
  strong: boolean;
}

/** How a session goes, as its newest step shows it. */
export interface Progress {
  findings: Finding[];
  /** Model calls since the newest ask, or since the message that was given. */
  modelCalls: number;
  /** What the newest step's tests said; null when it ran none. */
  tests: 'pass' | 'fail' | null;
}

/** Through so many edits the same error has to last: one attempt that fails is how everybody works. */
const EDITS_FOR_SAME_ERROR = 2;
/** Without an edit between, so often: the same is tried again and again. */
const BLIND_REPEATS = 4;
/** An edit that cannot be made is not worth that many attempts. */
const FAILED_EDITS = 3;
/** Tests that fail after so many edits in a row, each time in another way and no fewer of them; less when they had passed before. */
const FAILING_CYCLES = 4, FAILING_CYCLES_FROM_GREEN = 3;
/** So often the same lines are changed; more when nothing went wrong between. */
const SAME_PLACE = 3, SAME_PLACE_UNTROUBLED = 5;
/** Model calls without a change of a file. A cheap run's p90 is 25 calls in all (see `escalation.ts`): half of its last quarter is left then. */
export const CALLS_WITHOUT_EDIT = 20;

export interface ProgressOptions {
  turn: TurnKind;
  /** Index of the first message that counts: what stands before it was evidence already. Default 0. */
  sinceMessage?: number;
}

/**
 * What the transcript shows of how the work goes. Pure, from the end, bounded: at most 40 steps, of each result 3200 characters, and
 * of none when the newest step only looked at files.
 */
export function readProgress(request: ChatRequest, { turn, sinceMessage = 0 }: ProgressOptions): Progress {
  const run = runOfTools(request, sinceMessage);
  const findings: Finding[] = [];
  if (turn === 'followup' && run.ask !== null && run.modelCalls === 0) {
    const language = complaintIn(run.ask);
    if (language !== null) findings.push({ name: 'user_says_broken', evidence: `the user says so in ${language}`, strong: true });
  }
  const [newest] = run.steps;
  const now = newest === undefined || !mayTell(newest) ? [] : eventsOf(newest);
  if (now.some(({ outcome, edits }) => edits.length > 0 || isTrouble(outcome))) findings.push(...findingsOf(now, run.steps));
  const idle = idleCalls(run.steps, run.modelCalls);
  if (idle !== null) findings.push({ name: 'no_diff', evidence: `${idle} model calls without a change of a file`, strong: true });
  return { findings, modelCalls: run.modelCalls, tests: testsOf(now) };
}

const isTrouble = ({ kind }: Outcome): boolean => kind === 'error' || kind === 'tests_fail';

function testsOf(events: readonly Event[]): Progress['tests'] {
  if (events.some(({ outcome }) => outcome.kind === 'tests_fail')) return 'fail';
  return events.some(({ outcome }) => outcome.kind === 'tests_pass') ? 'pass' : null;
}

/** What the newest step shows in the light of those before. */
function findingsOf(now: readonly Event[], steps: readonly Step[]): Finding[] {
  const history = new History(now, steps);
  return [sameError(history), failingTests(history), repeatedEdits(history)].filter((finding) => finding !== null);
}

/** How often the newest error has come, and through how many edits; counted until that is enough. */
function sameError(history: History): Finding | null {
  const at = history.findFresh(({ outcome }) => isTrouble(outcome));
  const event = at < 0 ? undefined : history.at(at);
  const newest = event?.outcome;
  if (event === undefined || newest === undefined || !('lines' in newest)) return null;
  const inVain = event.kind === 'edit' || event.kind === 'write';
  const isStrong = (): boolean => throughEdits >= EDITS_FOR_SAME_ERROR || times >= (inVain ? FAILED_EDITS : BLIND_REPEATS);
  let times = 1, throughEdits = 0, edited = false, last = newest;
  for (const { outcome, edits } of history.before(at)) {
    if (edits.length > 0) edited = true;
    if (outcome.kind === 'tests_pass' && newest.kind === 'tests_fail') break;
    if (!('lines' in outcome) || !isSameError(outcome.lines, newest.lines)) continue;
    // Fewer tests fail than then: that is no standing still.
    if (improved(last, outcome)) { edited = false; break; }
    times++;
    if (edited) throughEdits++;
    [edited, last] = [false, outcome];
    if (isStrong()) break;
  }
  if (edited) throughEdits++;
  if (times < 2) return null;
  const what = inVain ? 'an edit fails in the same way' : newest.kind === 'tests_fail' ? 'the tests fail in the same way' : 'the same error';
  return { name: 'same_error_again', evidence: `${what}, ${times} times, through ${throughEdits} ${throughEdits === 1 ? 'edit' : 'edits'}`, strong: isStrong() };
}

const improved = (now: Outcome, then: Outcome): boolean => now.kind === 'tests_fail' && then.kind === 'tests_fail' && now.failing !== null && then.failing !== null && now.failing < then.failing;

/** In how many edits in a row the tests have failed, and whether they had passed before. */
function failingTests(history: History): Finding | null {
  const at = history.findFresh(({ outcome }) => outcome.kind === 'tests_fail');
  let last = at < 0 ? undefined : history.at(at)?.outcome;
  if (last === undefined) return null;
  let cycles = 0, edited = false, green = false;
  for (const { outcome, edits } of history.before(at)) {
    if (edits.length > 0) edited = true;
    if (outcome.kind !== 'tests_fail' && outcome.kind !== 'tests_pass') continue;
    if (improved(last, outcome)) { edited = false; break; }
    if (edited) cycles++;
    [edited, last] = [false, outcome];
    green = outcome.kind === 'tests_pass';
    if (green || cycles >= FAILING_CYCLES) break;
  }
  if (edited) cycles++;
  if (cycles === 0) return null;
  const strong = cycles >= (green ? FAILING_CYCLES_FROM_GREEN : FAILING_CYCLES);
  return { name: 'tests_fail_after_edit', evidence: `tests fail after ${cycles === 1 ? 'an edit' : `each of ${cycles} edits`}${green ? ', they passed before' : ''}`, strong };
}

/** An edit that changes what an edit before it wrote, and so on back. */
function repeatedEdits(history: History): Finding | null {
  let most = 0, strong = false;
  for (let at = 0; at < history.fresh; at++) {
    for (const edit of history.at(at)?.edits ?? []) {
      const { times, troubled } = timesChanged(edit, history.before(at));
      most = Math.max(most, times);
      strong ||= times >= (troubled ? SAME_PLACE : SAME_PLACE_UNTROUBLED);
    }
  }
  return most < SAME_PLACE ? null : { name: 'repeated_edits', evidence: `the same lines changed ${most} times`, strong };
}

/** Notes that agents keep for themselves are written again with every step. */
const NOTES = /\.(?:md|txt|log)$/i;

function timesChanged({ file, removed, whole }: Edit, before: Iterable<Event>): { times: number; troubled: boolean } {
  let times = 1, troubled = false;
  if (file === '' || NOTES.test(file)) return { times, troubled };
  const place = new Set(linesOf(removed));
  for (const { outcome, edits } of before) {
    if (outcome.kind === 'tests_pass' || times >= SAME_PLACE_UNTROUBLED) break;
    troubled ||= isTrouble(outcome);
    for (const other of edits) {
      if (other.file !== file) continue;
      // Whole files that are written again and again, and edits that do not say what they change, are known by the file alone.
      const unsaid = place.size === 0 && other.removed === '' && whole === other.whole;
      if (!unsaid && !linesOf(other.added).some((line) => place.has(line))) continue;
      times++;
      for (const line of linesOf(other.removed)) place.add(line);
    }
  }
  return { times, troubled };
}

/** Model calls since the last change of a file, where they are many. */
function idleCalls(steps: readonly Step[], modelCalls: number): number | null {
  if (modelCalls < CALLS_WITHOUT_EDIT) return null;
  const at = steps.findIndex(changesFiles);
  const idle = at >= 0 ? at : steps.length < MAX_STEPS ? modelCalls : MAX_STEPS;
  return idle >= CALLS_WITHOUT_EDIT ? idle : null;
}
