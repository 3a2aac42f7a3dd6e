import assert from 'node:assert/strict';
import { complaintIn } from '../../../../src/routing/progress/complaint.ts';
import { readProgress } from '../../../../src/routing/progress/progress.ts';
import { readCommand, shellEdit } from '../../../../src/routing/progress/shell.ts';
import { Talk } from './talk.ts';

/** Texts on which a careless expression takes time that grows with a power of their length; then the test does not end within its time. */
const SEEDS = [
  ' ', '\n', '\t', 'a', '1', '/', '(', ')', ';', '!', '.', '-', '=', '"', '\\', '{"', '#', 'tests ', 'fail ', 'pass ', 'ok ', 'node ', 'env A=1 ', 'A=A', 'sed -i ', 's/a', '<<a\n', '>', '> ', 'a/', '(/', ';/', '0 ', '1 test ', 'fail: ', 'error ', 'Error',
  'x.x.', 'still ', 'no, ', 'hmm ', 'the ', 'python -m ', 'npm run ', 'cargo +a ', 'a=\n', '✖ ', 'exit code ', 'command ', '\\n', '错误', 'file:///', 'ab12', '*** ', '<<<<<<< SEARCH\n',
];
const TEXTS = SEEDS.flatMap((seed) => [seed.repeat(Math.ceil(4_000 / seed.length)), `node --test ${seed.repeat(Math.ceil(4_000 / seed.length))}!`, `Error: ${seed.repeat(Math.ceil(4_000 / seed.length))} 1 failed\nx`]);

describe('texts that are made to hold up', () => {
  it('do not, as commands', () => {
    for (const text of TEXTS) assert.equal(typeof [readCommand(text).kind, shellEdit(text).file][0], 'string');
  });

  it('do not, as results of tools and as asks', () => {
    for (const text of TEXTS) {
      const talk = new Talk('Fix it').runs('npm test', text).edits().runs('make', text).does('edit_file', { path: 'a', old_string: text, new_string: text }, text).runs(text, text).runs('npm test', `${text}\nℹ fail 1`);
      assert.equal(readProgress(talk.request(), { turn: 'tool_result' }).modelCalls, 6);
      complaintIn({ pieces: [text], chars: text.length });
    }
  });
});
