/** Lines that say what went wrong. */
const TELLING = /error|fail|exception|panic|assert|expect|cannot|can't|could not|not found|no match|match|undefined|unexpected|denied|invalid|missing|traceback|fatal|unresolved|mismatch|unknown|must |!==?|===?|[✖✕✗×●]|^\s*E\s|not ok|错误|失败|异常/i;
/** Places in a stack, and what a runner says of every run. */
const FRAME = /^\s*(?:at\s|File "|in <|#\d+\s|from\s\S+:\d|\d+\s*\||-->|goroutine |stack:)/;
const SUMMARY = /^\W*(?:#|ℹ)?\W*(?:(?:tests?|suites?|test files|test suites|snapshots|time|duration(?:_ms)?|pass(?:ed|ing)?|fail(?:ed|ing|ures?)?|cancelled|skipped|todo|ran|start at|total|errors?|assertions|examples?|ok)\b\W*)+(?:#|ms|s|in|of|\(|\)|\s|\W|out|tests?|failed|passed|failures?|errors?|total)*$/i;
const EXIT = /^\W*(?:the )?(?:command|process|script|npm|error)?\W*(?:failed|err!?|exited|exit)?\W*(?:with )?(?:exit )?(?:code|status|lifecycle script)\b|^npm err|^exit code|^wall time|^chunk id|^original token|^location|^failuretype|^operator|^generatedmessage|^diff\W|^actual\W|^expected\W+#?$|^code\W|^name\W|^error\W*(?:none\W*)?$|^failing tests\W*$/i;

const MAX_LINES = 10;
const LINE_CHARS = 140;
const LEAST_LETTERS = 4;

/**
 * What an error looks like, whenever and wherever it occurs: its telling lines without numbers, paths, hexadecimals and times, from the
 * end of the output, since outputs are cut at their start.
 */
export function fingerprint(text: string): readonly string[] {
  const found: string[] = [];
  const lines = text.split('\n');
  for (let i = lines.length - 1; i >= 0 && found.length < MAX_LINES; i--) {
    const line = lines[i] ?? '';
    if (line.length > 2_000 || !TELLING.test(line) || FRAME.test(line)) continue;
    const told = normalised(line);
    if (told.replace(/[^\p{L}]/gu, '').length < LEAST_LETTERS && !/[!=]==?/.test(told)) continue;
    if (!SUMMARY.test(told) && !EXIT.test(told) && !found.includes(told)) found.push(told);
  }
  if (found.length > 0) return found;
  // An error without a telling line: its last words.
  const last = lines.findLast((line) => /\p{L}{3}/u.test(line) && !EXIT.test(line.trim()));
  return last === undefined ? [] : [normalised(last)];
}

/** Most of the lines of the one with fewer lines stand in the other too. */
const SAME_SHARE = 0.6;
/** A line that names the test that failed. */
const NAMES_TEST = /^(?:[✖✕✗×●]|not ok|--- fail|failed\b|fail\b|test .* failed$)/;

/** Whether two errors are the same one. Errors of which nothing is known are not, nor are like failures of other tests. */
export function isSameError(a: readonly string[], b: readonly string[]): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  if (few.length === 0) return false;
  const names = few.filter((line) => NAMES_TEST.test(line));
  if (names.length > 0 && many.some((line) => NAMES_TEST.test(line)) && !names.some((line) => many.includes(line))) return false;
  const shared = few.reduce((sum, line) => sum + (many.includes(line) ? 1 : 0), 0);
  return shared / few.length >= SAME_SHARE;
}

const ESC = String.fromCharCode(27);
const ANSI = new RegExp(`${ESC}\\[[0-9;]*[A-Za-z]`, 'g');

function normalised(line: string): string {
  return line.slice(0, 600).replace(ANSI, '')
    .replace(/(?:file:\/\/)?(?:[A-Za-z]:)?(?:[~.]{0,2}[/\\])?(?:[\w@.+~-]+[/\\])+([\w@.+~-]+)/g, '$1')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/gi, '#')
    .replace(/-?\d+(?:[.:,]\d+)*/g, '#')
    .replace(/\(#\s?(?:ms|s|m)\)|\b#\s?(?:ms|s)\b/g, '')
    .toLowerCase().replace(/\s+/g, ' ').trim().replace(/^(?:output|stdout|stderr): /, '').slice(0, LINE_CHARS);
}
