import assert from 'node:assert/strict';
import { readTurn } from '../../../../src/routing/profile/turn.ts';
import { readProgress, type Progress } from '../../../../src/routing/progress/progress.ts';
import { requestsOf, TRANSCRIPTS } from './transcripts.ts';
import type { Transcript } from './transcripts/transcript.ts';

/** Steps of the recorded session, by the number of tool calls that have been answered. */
const REPRODUCED = 2, FIRST_TRY = 4, FAILS_AGAIN = 5, SECOND_TRY = 6, FAILS_THE_SAME_AGAIN = 7, THIRD_TRY = 8, PASSES = 9;

const progressOf = (transcript: Transcript): Progress[] => requestsOf(transcript).map((request) => readProgress(request, { turn: readTurn(request).kind }));
const found = ({ findings }: Progress | undefined = { findings: [], modelCalls: 0, tests: null }): string[] => findings.map(({ name, strong }) => (strong ? `${name}!` : name));

describe('recorded transcripts', () => {
  it('are those of real agents in all three wire formats', () => {
    assert.deepEqual(TRANSCRIPTS.map(({ agent }) => agent), ['claude-code', 'cline', 'codex-catalog', 'codex', 'continue', 'kilo', 'opencode', 'pi', 'qwen-responses', 'qwen']);
    assert.deepEqual(new Set(TRANSCRIPTS.map(({ wire }) => wire)), new Set(['chat', 'responses', 'messages']));
  });
});

for (const transcript of TRANSCRIPTS) {
  describe(`a session of ${transcript.package} (${transcript.agent})`, () => {
    const steps = progressOf(transcript);

    it('counts its model calls', () => {
      assert.deepEqual(steps.map(({ modelCalls }) => modelCalls), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('shows what its tests said, with and without a pipe that hides their exit code', () => {
      assert.deepEqual(steps.map(({ tests }) => tests), [null, null, 'fail', null, null, 'fail', null, 'fail', null, 'pass']);
    });

    it('finds nothing in looking around, in the bug that was asked about and in a first attempt', () => {
      assert.deepEqual(steps.slice(0, FAILS_AGAIN).map(found), Array.from({ length: FAILS_AGAIN }, () => []));
      assert.equal(steps[REPRODUCED]?.tests, 'fail');
      assert.deepEqual(found(steps[FIRST_TRY]), []);
    });

    it('notes a first attempt that failed, as nothing to act on', () => {
      assert.deepEqual(found(steps[FAILS_AGAIN]), ['same_error_again', 'tests_fail_after_edit']);
      assert.deepEqual(found(steps[SECOND_TRY]), []);
    });

    it('finds the same error through two edits', () => {
      assert.deepEqual(found(steps[FAILS_THE_SAME_AGAIN]), ['same_error_again!', 'tests_fail_after_edit']);
      assert.equal(steps[FAILS_THE_SAME_AGAIN]?.findings[0]?.evidence, 'the tests fail in the same way, 3 times, through 2 edits');
    });

    it('finds the same lines changed a third time', () => {
      assert.deepEqual(found(steps[THIRD_TRY]), ['repeated_edits!']);
    });

    it('finds success', () => {
      assert.deepEqual([steps[PASSES]?.tests, found(steps[PASSES])], ['pass', []]);
    });

    it('counts nothing that stands before the message that is given', () => {
      const request = requestsOf(transcript)[FAILS_THE_SAME_AGAIN];
      assert.ok(request !== undefined);
      const after = readProgress(request, { turn: 'tool_result', sinceMessage: request.messages.length - 4 });
      assert.deepEqual([found(after), after.modelCalls], [['tests_fail_after_edit'], 2]);
    });
  });
}
