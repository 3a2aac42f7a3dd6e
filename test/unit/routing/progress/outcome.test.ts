import assert from 'node:assert/strict';
import { commandOutcome, editOutcome, type Outcome } from '../../../../src/routing/progress/outcome.ts';
import { isSameError } from '../../../../src/routing/progress/fingerprint.ts';
import { readResult } from '../../../../src/routing/progress/result-text.ts';
import { readCommand } from '../../../../src/routing/progress/shell.ts';

const outcome = (command: string, output: string, isError?: boolean): Outcome => commandOutcome(readCommand(command), readResult({ role: 'tool', content: output, isError }));
const kindOf = (command: string, output: string, isError?: boolean): string => outcome(command, output, isError).kind;
const failingOf = (command: string, output: string): number | null => { const made = outcome(command, output); return made.kind === 'tests_fail' ? made.failing : null; };
const lines = (command: string, output: string): readonly string[] => { const made = outcome(command, output); return 'lines' in made ? made.lines : []; };

/** Command, output of a run that fails, how many fail where it says so, output of one that passes. */
const RUNNERS: Readonly<Record<string, readonly [command: string, fails: string, failing: number | null, passes: string]>> = {
  'node --test': ['node --test', '✖ adds (2.9ms)\nℹ tests 3\nℹ pass 1\nℹ fail 2\n', 2, '✔ adds (0.7ms)\nℹ tests 1\nℹ pass 1\nℹ fail 0\n'],
  tap: ['npx tap', 'not ok 1 - adds\n# tests 1\n# pass 0\n# fail 1\n', 1, 'ok 1 - adds\n# tests 1\n# pass 1\n# fail 0\n'],
  jest: ['npx jest cart', 'FAIL src/cart.test.js\n  ● cart › adds\n\n    expect(received).toBe(expected)\n\nTests:       1 failed, 3 passed, 4 total\n', 1, 'PASS src/cart.test.js\nTests:       4 passed, 4 total\n'],
  vitest: ['pnpm vitest run', ' FAIL  src/a.test.ts > adds\nAssertionError: expected 1 to be 5\n Tests  2 failed | 3 passed (5)\n', 2, ' Test Files  1 passed (1)\n      Tests  5 passed (5)\n'],
  mocha: ['npm run test:unit', '  3 passing (12ms)\n  1 failing\n\n  1) adds:\n     AssertionError: 1 == 5\n', 1, '  4 passing (12ms)\n'],
  pytest: ['python -m pytest -q tests', 'E       assert 1 == 5\nFAILED tests/test_add.py::test_add - assert 1 == 5\n1 failed, 3 passed in 0.12s\n', 1, '....\n4 passed in 0.10s\n'],
  unittest: ['python3 -m unittest', 'FAIL: test_add (test_add.T)\nAssertionError: 1 != 5\nRan 2 tests in 0.001s\n\nFAILED (failures=1)\n', 1, '..\nRan 2 tests in 0.001s\n\nOK\n'],
  'go test': ['go test ./...', '--- FAIL: TestAdd (0.00s)\n    add_test.go:8: got 1, want 5\nFAIL\nFAIL\texample.com/add\t0.002s\n', null, 'ok  \texample.com/add\t0.002s\n'],
  'cargo test': ['cargo test', "test tests::adds ... FAILED\nthread 'tests::adds' panicked at src/lib.rs:9:9:\nassertion `left == right` failed\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n", 1, 'test tests::adds ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored\n'],
  rspec: ['bundle exec rspec', 'Failures:\n\n  1) Cart adds\n     Failure/Error: expect(1).to eq(5)\n\n3 examples, 1 failure\n', 1, '3 examples, 0 failures\n'],
  phpunit: ['vendor/bin/phpunit', 'There was 1 failure:\n1) CartTest::testAdd\nFailed asserting that 1 matches expected 5.\nFAILURES!\nTests: 2, Assertions: 2, Failures: 1.\n', 1, 'OK (2 tests, 2 assertions)\n'],
  maven: ['./mvnw -q test', '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0\n[INFO] BUILD FAILURE\n', 1, '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS\n'],
  gradle: ['./gradlew test', 'CartTest > adds FAILED\n    java.lang.AssertionError\n3 tests completed, 1 failed\nBUILD FAILED in 2s\n', 1, 'BUILD SUCCESSFUL in 2s\n'],
  dotnet: ['dotnet test', 'Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3\n', 1, 'Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3\n'],
  ctest: ['ctest --test-dir build', '50% tests passed, 1 tests failed out of 2\n', 1, '100% tests passed, 0 tests failed out of 2\n'],
  'mix test': ['mix test', '  1) test adds (CartTest)\n     Assertion with == failed\n3 tests, 1 failure\n', 1, '3 tests, 0 failures\n'],
  swift: ['swift test', "Executed 3 tests, with 1 failure (0 unexpected) in 0.002 seconds\n", 1, 'Executed 3 tests, with 0 failures (0 unexpected) in 0.002 seconds\n'],
  'bun test': ['bun test', 'error: expect(received).toBe(expected)\n 3 pass\n 1 fail\n', 1, ' 4 pass\n 0 fail\n'],
  deno: ['deno test', 'adds => ./add_test.ts:3:6\nerror: AssertionError: Values are not equal.\nFAILED | 1 passed | 1 failed (12ms)\n', 1, 'ok | 2 passed | 0 failed (12ms)\n'],
};

describe('what a run of tests says, without an exit code', () => {
  for (const [name, [command, fails, failing, passes]] of Object.entries(RUNNERS)) {
    it(`is known of ${name}`, () => {
      assert.equal(readCommand(command).kind, 'test', command);
      assert.deepEqual([kindOf(command, fails), failingOf(command, fails)], ['tests_fail', failing]);
      if (name !== 'gradle') assert.equal(kindOf(command, passes), 'tests_pass');
      assert.equal(kindOf(command, `Process exited with code 0\nOutput:\n${passes}`), 'tests_pass');
    });

    it(`has one look with ${name}, whatever the numbers, paths and times, and however much is cut off before it`, () => {
      const again = fails.replace(/\d+(?:\.\d+)?(?=ms|s\b)/g, '77').replaceAll('src/', '/home/me/other/src/');
      assert.ok(isSameError(lines(command, fails), lines(command, again)));
      assert.ok(isSameError(lines(command, fails), lines(command, `${'✔ some other test\n'.repeat(300)}${fails}`)));
    });
  }

  it('is not read off the names of tests that pass', () => {
    assert.equal(kindOf('npm test 2>&1 | tail -n 5', '✔ counts 3 failed logins (1ms)\n✔ says error: none (1ms)\nℹ pass 2\nℹ fail 0\n'), 'tests_pass');
  });

  it('is an error where the tests could not even begin', () => {
    assert.equal(kindOf('npm test', 'Exit code: 1\nSyntaxError: Unexpected token }\n'), 'error');
    assert.equal(kindOf('pytest', 'bash: pytest: command not found\n'), 'error');
  });
});

describe('the outcome of a command', () => {
  /** One failure as each agent tells it. */
  const TOLD: Readonly<Record<string, [content: string, isError?: boolean]>> = {
    'Claude Code': ['Exit code 2\nsrc/a.ts(3,5): error TS2322: Type', true],
    Codex: ['Chunk ID: f98476\nWall time: 0.1 seconds\nProcess exited with code 2\nOutput:\nsrc/a.ts(3,5): error TS2322: Type'],
    'an older Codex': ['{"output":"src/a.ts(3,5): error TS2322: Type\\n","metadata":{"exit_code":2,"duration_seconds":0.1}}'],
    Cline: ['[{"query":"tsc","result":"[Command exited with code 2]\\nsrc/a.ts(3,5): error TS2322: Type","error":"Command exited with code 2","success":false}]'],
    'Qwen Code': ['Command: tsc\nOutput: src/a.ts(3,5): error TS2322: Type\nError: (none)\nExit Code: 2\nSignal: (none)'],
    pi: ['src/a.ts(3,5): error TS2322: Type\n\nCommand exited with code 2'],
    'OpenCode, Kilo and Continue, which tell no code': ['src/a.ts(3,5): error TS2322: Type'],
    Roo: ['Command executed in terminal within working directory. Exit code: 2\nOutput:\nsrc/a.ts(3,5): error TS2322: Type'],
  };
  for (const [agent, [content, isError]] of Object.entries(TOLD)) {
    it(`is an error in the words of ${agent}, the same in all`, () => {
      const made = outcome('npx tsc --noEmit', content, isError);
      assert.ok(made.kind === 'error');
      assert.deepEqual(made.lines, ['a.ts(#): error ts#: type']);
    });
  }

  it('is fine where the exit code says so, whatever the output looks like', () => {
    assert.equal(kindOf('npx eslint .', 'Process exited with code 0\nOutput:\nerror: is a word here\n'), 'fine');
  });

  it('is not told by a code at the end of a pipe', () => {
    assert.equal(kindOf('npx tsc --noEmit | head -n 5', 'Process exited with code 0\nOutput:\nsrc/a.ts(3,5): error TS2322: Type\n'), 'error');
  });

  it('is fine when files are shown or searched, whatever they hold', () => {
    for (const command of ['cat src/errors.ts', 'grep -rn "Error:" src', 'git diff', 'sed -n 1,80p log.txt', 'cd app && ls -la', 'rg "1 failed" | head']) assert.equal(kindOf(command, 'Error: this is what a file says\n1 failed\n'), 'fine', command);
    assert.equal(kindOf('grep -q x file', 'Exit code: 1\n'), 'fine');
  });
});

describe('two errors', () => {
  const failing = (name: string): readonly string[] => lines('node --test', `✖ ${name} (1ms)\nℹ fail 1\n✖ failing tests:\n✖ ${name} (1ms)\n  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n  1 !== 5\n`);

  it('of different tests are not the same, though they fail alike', () => {
    assert.ok(isSameError(failing('adds'), failing('adds')));
    assert.ok(!isSameError(failing('adds'), failing('subtracts')));
  });

  it('of the same test that fail otherwise are not the same', () => {
    const before = lines('go test', '--- FAIL: TestAdd (0.00s)\npanic: runtime error: index out of range [3] with length 3\nFAIL\n');
    const after = lines('go test', '--- FAIL: TestAdd (0.00s)\n    add_test.go:9: expected a sum, got none\nFAIL\n');
    assert.ok(!isSameError(before, after));
  });

  it('of which nothing is known are not the same', () => { assert.ok(!isSameError([], [])); });
});

describe('the outcome of an edit', () => {
  const edit = (content: string, isError?: boolean): string => editOutcome(readResult({ role: 'tool', content, isError })).kind;

  it('is an error in the words of every agent', () => {
    for (const [content, isError] of [
      ['<tool_use_error>String to replace not found in file.\nString: a</tool_use_error>', true], ['Exit code: 1\napply_patch verification failed: Failed to find expected lines in add.js'],
      ['oldString not found in content'], ['{"query":"edit:/a.js","result":"","error":"No match found for old_text","success":false}'], ['Failed to edit, could not find the string to replace.'],
      ['Could not find the exact text in add.js. The old text must match exactly.'],
    ] as const) assert.equal(edit(content, isError), 'error', content);
  });

  it('is fine in the words of every agent', () => {
    for (const content of [
      'Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\nM error.js\n', 'The file /repo/error.js has been updated successfully.', 'Edit applied successfully.', 'Successfully replaced 1 block(s) in fail.js.',
      '{"query":"edit:/a.js","result":"Edited /a.js\\n```diff\\n-2: throw new Error()\\n```","success":true}', 'Wrote 12 lines', '',
    ]) assert.equal(edit(content), 'fine', content);
  });
});
