/** Lines that say what went wrong. */
const TELLING = /error|fail|exception|panic|assert|expect|cannot|can't|could not|not found|no match|match|undefined|unexpected|denied|invalid|missing|traceback|fatal|unresolved|mismatch|unknown|must |!==?|===?|[✖✕✗×●]|^\s*E\s|not ok|错误|失败|异常/i;
/** Places in a stack, and what a runner says of every run. */
const FRAME = /^\s*(?:at\s|File "|in <|#\d+\s|from\s\S+:\d|\d+\s*\||-->|goroutine |stack:)/;
const SUMMARY_WORDS = /\b(?:tests?|suites?|files?|snapshots?|time|duration|ms|pass(?:ed|ing)?|fail(?:ed|ing|ures?)?|cancelled|skipped|todo|ran|start|at|total|errors?|assertions?|examples?|specs?|ok|in|of|out|with|s|completed|ignored|unexpected)\b|_/g;
/** How something failed, without what: behind the signs that a line begins with. */
const EXIT = /^(?:the )?(?:command|process|script|npm|error)?\W{0,3}(?:failed|err!?|exited|exit)?\W{0,3}(?:with )?(?:exit )?(?:code|status|lifecycle script)\b|^npm err|^wall time|^chunk id|^original token|^location|^failuretype|^operator|^generatedmessage|^diff\W|^actual\W|^expected\W{1,4}#?$|^code\W|^name\W|^error\W{0,4}(?:none\W{0,2})?$|^failing tests\W{0,2}$/i;

const MAX_LINES = 10;
const LINE_CHARS = 140, READ_CHARS = 400;
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
    if (!isSummary(told) && !EXIT.test(withoutSigns(told)) && !found.includes(told)) found.push(told);
  }
  if (found.length > 0) return found;
  // An error without a telling line: its last words.
  const last = lines.findLast((line) => /\p{L}{3}/u.test(line) && !EXIT.test(withoutSigns(line)));
  return last === undefined ? [] : [normalised(last)];
}

const withoutSigns = (told: string): string => told.replace(/^[^\p{L}\d]+/u, '');
/** Nothing but words that every summary has; a comparison is one of the few lines without any. */
const isSummary = (told: string): boolean => !/[!=]==?/.test(told) && !/\p{L}/u.test(told.replace(SUMMARY_WORDS, ''));

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
  return line.slice(0, READ_CHARS).replace(ANSI, '')
    .replace(/(?<![\w@.+~/\\-])(?:file:\/\/)?(?:[A-Za-z]:)?(?:[~.]{0,2}[/\\])?(?:[\w@.+~-]+[/\\])+([\w@.+~-]+)/g, '$1')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/gi, '#')
    .replace(/-?\d+(?:[.:,]\d+)*/g, '#')
    .replace(/\(#\s?(?:ms|s|m)\)|\b#\s?(?:ms|s)\b/g, '')
    .toLowerCase().replace(/\s+/g, ' ').trim().replace(/^(?:output|stdout|stderr): /, '').slice(0, LINE_CHARS);
}
