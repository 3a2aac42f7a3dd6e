import { fingerprint } from './fingerprint.ts';
import type { ResultText } from './result-text.ts';
import type { Command } from './shell.ts';

/** What a result says of the work. */
export type Outcome =
  | { kind: 'fine' }
  | { kind: 'tests_pass' }
  /** `failing`: how many, where the output says. */
  | { kind: 'tests_fail'; failing: number | null; lines: readonly string[] }
  | { kind: 'error'; lines: readonly string[] };

export const FINE: Outcome = { kind: 'fine' };

/** "3 failed", "2 failing", "1 failure"; "fail 1", "Failures: 2", "failures=1". */
const COUNTED_AFTER = /(?<![\d.:-])(\d{1,6})\s+(?:tests?\s+|specs?\s+|examples?\s+)?(?:failed|failing|failures?|fail)\b/gi;
const COUNTED_BEFORE = /\b(?:fail(?:ed|ures?)?|errors)\s*[:=]?\s+?(\d{1,6})\b|\b(?:failures|errors|failed)\s*[:=]\s*(\d{1,6})\b/gi;
const PASSED = /\b[1-9]\d*\s+(?:tests?\s+)?(?:passed|passing|pass)\b|\bpass(?:ed)?\s*[:=]?\s+[1-9]\d*\b|\bpassed\s*[:=]\s*[1-9]|^ok\s+\S+\s|^OK\b|\btest result: ok\b|\ball (?:\d+ )?tests? (?:have )?passed\b|^PASS\b|^\s*Passed!|\btests?,\s+0 failures\b/im;
/** Marks of a failing test where nothing is counted. */
const FAILED = /^--- FAIL\b|^FAIL\b|^FAILED\b|^\s*not ok \d|^\s*[✖✕✗] |\btest result: FAILED\b|\bFAILURES!|\bTESTS? FAILED\b|^\s*Failed!|^test \S+ \.\.\. FAILED|^BUILD FAILED|\bThere (?:was|were) \d+ fail/m;
/** Signs of an error where the agent tells no exit code. */
const ERROR = /(?:^|[\s(\[])(?:\w*Error|\w*Exception|error(?:\[\w+\])?|error TS\d+|fatal|panic|FATAL|ERR!|E\d{4}):|^Traceback \(most recent call last\)|\bpanicked at\b|^npm ERR!|command not found|No such file or directory|Segmentation fault|\bundefined reference to\b|\bcannot find (?:module|symbol|package)\b|Permission denied|^make(?:\[\d+\])?: \*\*\*|\berror TS\d+/im;

/** How the tools that change files say that they could not; what else they print may be the file. */
const NOT_CHANGED = /^\s*(?:ba|z)?sh: |^\s*(?:sed|perl|patch|tee|cp|mv|git|error): |\bhunk #?\d+ failed\b|\bpatch does not apply\b/im;

/** What came of a command. Output of commands that only show files says nothing. */
export function commandOutcome({ kind, tellsExit }: Command, result: ResultText): Outcome {
  if (kind === 'look') return FINE;
  const { text, exitCode, failed } = result;
  const exited = exitCode !== null && exitCode !== 0 ? false : exitCode === 0 || failed === false ? (tellsExit ? true : null) : failed === true ? false : null;
  if (kind === 'test' || kind === 'other') {
    const failing = countFailing(text);
    const counted = failing !== null && failing > 0;
    if (kind === 'test' ? counted || (failing === null && FAILED.test(text)) : counted && FAILED.test(text)) return { kind: 'tests_fail', failing: counted ? failing : null, lines: fingerprint(text) };
    if (kind === 'test' && exited === false) return failing === null ? { kind: 'error', lines: fingerprint(text) } : { kind: 'tests_fail', failing: null, lines: fingerprint(text) };
    if (kind === 'test' && (exited === true || failing === 0 || PASSED.test(text))) return failing === 0 || PASSED.test(text) || exited === true ? { kind: 'tests_pass' } : FINE;
  }
  if (exited === true) return FINE;
  if (kind === 'edit' && exited === null) return NOT_CHANGED.test(text) ? { kind: 'error', lines: fingerprint(text) } : FINE;
  return exited === false || ERROR.test(text) ? { kind: 'error', lines: fingerprint(text) } : FINE;
}

/** An edit that could not be made: the place was not found, the file was not read before, the patch does not fit. */
const NOT_MADE = /not found|no match|did(?: not|n't) match|does not (?:exist|match)|could(?: not|n't)|unable to|\bfail(?:ed|ure)?\b|\berror\b|must (?:be )?read|has not been read|modified since|multiple (?:matches|occurrences)|not unique|invalid/i;
const MADE = /^(?:\W*)(?:success|edit applied|edited|updated|wrote|created|the file|file (?:written|created|updated)|applied|done|ok\b)|"success":\s*true|\bhas been (?:updated|written|created)|successfully/i;
const EDIT_CHARS = 400;

export function editOutcome({ text, exitCode, failed }: ResultText): Outcome {
  const head = text.slice(0, EDIT_CHARS);
  if (failed === true || (exitCode !== null && exitCode !== 0)) return { kind: 'error', lines: fingerprint(head) };
  return exitCode === 0 || failed === false || MADE.test(head) || !NOT_MADE.test(head) ? FINE : { kind: 'error', lines: fingerprint(head) };
}

/** A call of another tool: only what the agent itself marks counts. */
export const otherOutcome = ({ text, failed }: ResultText): Outcome => (failed === true ? { kind: 'error', lines: fingerprint(text.slice(0, EDIT_CHARS)) } : FINE);

/** How many tests fail by the output's own count; null when it counts none. Of several counts the highest. */
function countFailing(text: string): number | null {
  let most: number | null = null;
  for (const found of [COUNTED_AFTER, COUNTED_BEFORE]) {
    for (const match of text.matchAll(found)) most = Math.max(most ?? 0, Number(match[1] ?? match[2]));
  }
  return most;
}
