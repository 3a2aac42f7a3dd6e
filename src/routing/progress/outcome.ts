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

/** Counts in the lines of a summary: "3 failed", "2 failing", "1 failure"; "fail 1", "Failures: 2", "failures=1". In the name of a test they stand among words. */
const COUNTED_AFTER = /(?:^|[|,;:.([=]|\b(?:tests?|suites?|files?|with|specs?)\b:?)[ \t]{0,12}(\d{1,6})[ \t]{1,4}(?:(?:tests?|specs?|examples?)[ \t])?(?:failed|failing|failures?|fail)\b(?=[ \t]{0,4}(?:$|[|,;.)\]=(]|in\b|out\b|\d))/gim;
const COUNTED_BEFORE = /^[^\w\n]{0,12}fail(?:ed|ures?|ing)?[ \t]{0,4}[:=]?[ \t]{1,12}(\d{1,6})[ \t]{0,4}$|\b(?:failures|errors|failed)[ \t]{0,4}[:=][ \t]{0,12}(\d{1,6})\b/gim;
const PASSED = /\b[1-9]\d{0,6}[ \t]{1,4}(?:tests?[ \t])?(?:passed|passing|pass)\b|\bpass(?:ed)?[ \t]{0,4}[:=]?[ \t]{1,12}[1-9]\d{0,6}\b|\bpassed[ \t]{0,4}[:=][ \t]{0,4}[1-9]|^ok[ \t]+\S+[ \t]|^OK\b|\btest result: ok\b|\ball (?:\d+ )?tests? (?:have )?passed\b|^PASS\b|^[ \t]*Passed!|\btests?,\s+0 failures\b/im;
/** Marks of a failing test where nothing is counted. */
const FAILED = /^--- FAIL\b|^FAIL\b|^FAILED\b|^[ \t]*not ok \d|^[ \t]*[✖✕✗] |\btest result: FAILED\b|\bFAILURES!|\bTESTS? FAILED\b|^[ \t]*Failed!|^test \S+ \.\.\. FAILED|^BUILD FAILED|\bThere (?:was|were) \d+ fail/m;
/** Signs of an error where the agent tells no exit code. */
const ERROR = /(?:^|[\s([])(?:\w*Error|\w*Exception|error(?:\[\w+\])?|error TS\d+|fatal|panic|FATAL|ERR!|E\d{4}):|^Traceback \(most recent call last\)|\bpanicked at\b|^npm ERR!|command not found|No such file or directory|Segmentation fault|\bundefined reference to\b|\bcannot find (?:module|symbol|package)\b|Permission denied|^make(?:\[\d+\])?: \*\*\*|\berror TS\d+/im;

/** How the tools that change files say that they could not; what else they print may be the file. */
const NOT_CHANGED = /^[ \t]*(?:ba|z)?sh: |^[ \t]*(?:sed|perl|patch|tee|cp|mv|git|error): |\bhunk #?\d+ failed\b|\bpatch does not apply\b/im;

/** What came of a command. Output of commands that only show files says nothing. */
export function commandOutcome(command: Command, result: ResultText): Outcome {
  if (command.kind === 'look') return FINE;
  const well = endedWell(command, result);
  if (command.kind === 'test') return testOutcome(result.text, well);
  if (command.kind === 'other' && (countFailing(result.text) ?? 0) > 0 && FAILED.test(result.text)) return testOutcome(result.text, well);
  if (well === true) return FINE;
  const signs = command.kind === 'edit' ? NOT_CHANGED : ERROR;
  return well === false || signs.test(result.text) ? { kind: 'error', lines: fingerprint(result.text) } : FINE;
}

/** By the exit code or the agent's own mark; null where neither tells it, or where it is that of the end of a pipe. */
function endedWell({ tellsExit }: Command, { exitCode, failed }: ResultText): boolean | null {
  if (exitCode !== null && exitCode !== 0) return false;
  if (exitCode === 0 || failed === false) return tellsExit ? true : null;
  return failed === true ? false : null;
}

function testOutcome(text: string, well: boolean | null): Outcome {
  if (well === true) return { kind: 'tests_pass' };
  const failing = countFailing(text);
  const counted = failing !== null && failing > 0;
  if (counted || (failing === null && FAILED.test(text))) return { kind: 'tests_fail', failing: counted ? failing : null, lines: fingerprint(text) };
  // Nothing was counted: the tests were not even begun.
  if (well === false || (well === null && failing === null && ERROR.test(text) && !PASSED.test(text))) return { kind: 'error', lines: fingerprint(text) };
  return failing === 0 || PASSED.test(text) ? { kind: 'tests_pass' } : FINE;
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
