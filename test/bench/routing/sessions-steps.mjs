// What the tools of a run give back: the signs by which a router may see that it goes badly.
import { draw } from './sessions-random.mjs';

/** Chance that tests fail after an edit, in runs that will solve their issue and in those that will not; and that it is the same failure as before. */
const FAILS = { solved: 0.3, unsolved: 0.6 }, SAME = { solved: 0.3, unsolved: 0.55 };
/** Runs that do not solve the issue mostly believe that they did: their own tests pass at the end. */
const BELIEVES = 0.6;

/**
 * The tool call of a step. `share` = how far the run is, 0..1; `solves` = will it solve the issue; `blind` = signs do not depend on that.
 */
export function toolStep(run, share, at, solves, { last, blind }) {
  const name = [run.name, at];
  const kind = solves || blind ? 'solved' : 'unsolved';
  if (last) return tests(draw(...name, 'end') < (solves ? 1 : BELIEVES) ? null : run);
  if (share < 0.3 || draw(...name, 'look') < 0.25) {
    const file = `src/part_${String(Math.floor(draw(...name, 'file') * 40))}.py`;
    return draw(...name, 'grep') < 0.4 ? { tool: 'grep', args: { pattern: `handle_${file.length}` }, result: `${file}: def handle(self):` } : { tool: 'read', args: { filePath: file }, result: `def handle(self):\n    return self.value  # ${file}` };
  }
  if (run.edited) {
    run.edited = false;
    if (draw(...name, 'fail') >= FAILS[kind]) return tests(null);
    if (run.failure === undefined || draw(...name, 'same') >= SAME[kind]) run.failure = `${String(at)}${run.name}`;
    return tests(run);
  }
  run.edited = true;
  // Who fails comes back to the same place more often.
  const place = Math.floor(draw(...name, 'place') * (kind === 'solved' ? 8 : 4));
  return { tool: 'edit', args: { filePath: `src/part_${String(place)}.py`, oldString: `    return value_${String(place)}`, newString: `    return value_${String(place)} + ${String(at)}` }, result: 'The file was edited.' };
}

/** What pytest says, in its own format. */
function tests(run) {
  const bash = (result) => ({ tool: 'bash', args: { command: 'python -m pytest tests -q' }, result });
  if (run === null) return bash('....................                                  [100%]\n20 passed in 1.21s');
  const number = Math.floor(draw('failure', run.failure ?? run.name) * 1e6);
  return bash(`F...................                                  [100%]\n=================================== FAILURES ===================================\n____________________________ test_case_${String(number)} ____________________________\n\n    def test_case_${String(number)}():\n>       assert compute(${String(number)}) == expected\nE       AssertionError: assert 'a${String(number)}' == 'b${String(number)}'\n\ntests/test_part.py:${String(10 + (number % 200))}: AssertionError\n=========================== short test summary info ============================\nFAILED tests/test_part.py::test_case_${String(number)} - AssertionError\n1 failed, 19 passed in 1.30s`);
}
