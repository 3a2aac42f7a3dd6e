import assert from 'node:assert/strict';
import { readTurn } from '../../../../src/routing/profile/turn.ts';
import { readProgress, type Progress } from '../../../../src/routing/progress/progress.ts';
import { chat } from '../support.ts';
import { Talk } from './talk.ts';

const progressOf = (talk: Talk): Progress => { const request = talk.request(); return readProgress(request, { turn: readTurn(request).kind }); };
const found = (talk: Talk): string[] => progressOf(talk).findings.map(({ name, strong }) => (strong ? `${name}!` : name));
const strong = (talk: Talk): string[] => found(talk).filter((name) => name.endsWith('!'));
const error = (message: string): string => `✖ ${message} (1ms)\nℹ fail 1\n  ${message}Error: it is about ${message}\n`;

describe('work that goes on well', () => {
  it('is no finding: several different errors, one after the other', () => {
    const talk = new Talk('Implement the parser');
    for (const message of ['import', 'syntax', 'type']) assert.deepEqual(strong(talk.edits().fails(error(message))), [], message);
    assert.deepEqual(found(talk.edits().passes()), []);
  });

  it('is no finding: fewer tests fail each time, in the same way', () => {
    const talk = new Talk('Implement the parser');
    for (let failing = 6; failing > 0; failing--) assert.deepEqual(strong(talk.edits().fails(`✖ parses (1ms)\nℹ fail ${String(failing)}\n  AssertionError: 1 == 2\n`)), [], String(failing));
  });

  it('is no finding: a dozen files read and searched, whatever stands in them', () => {
    const talk = new Talk('Fix the crash').reads(12);
    for (let i = 0; i < 5; i++) assert.deepEqual(found(talk.runs('grep -rn "Error:" src', 'src/a.ts: throw new Error: 1 failed')), []);
  });

  it('is no finding: other places of one file changed', () => {
    const talk = new Talk('Rename it');
    for (let i = 0; i < 8; i++) talk.does('edit_file', { path: 'src/a.ts', old_string: `const before${String(i)} = 1;`, new_string: `const after${String(i)} = 1;` }, 'Edit applied successfully.');
    assert.deepEqual(found(talk), []);
  });

  it('is no finding: notes that are written anew with every step', () => {
    const talk = new Talk('Fix it');
    for (let i = 0; i < 8; i++) talk.does('write_file', { path: 'PLAN.md', content: `step ${String(i)}` }, 'ok');
    assert.deepEqual(found(talk), []);
  });

  it('is no finding: the bug shown by tests before anything was changed', () => {
    assert.deepEqual(strong(new Talk('Fix it').fails().reads(1).fails().reads(1).fails()), []);
  });
});

describe('the same error again', () => {
  it('is found through two edits, with and without a run before them', () => {
    assert.deepEqual(strong(new Talk('Fix it').fails().edits().fails()), []);
    assert.deepEqual(strong(new Talk('Fix it').fails().edits().fails().edits().fails()), ['same_error_again!']);
    assert.deepEqual(strong(new Talk('Fix it').edits().fails().edits().fails()), ['same_error_again!']);
  });

  it('is found when the same is run again and again without a change', () => {
    const talk = new Talk('Install it');
    for (let i = 0; i < 3; i++) assert.deepEqual(strong(talk.runs('make install', `Exit code: 2\nmake: *** No rule to make target ${String(i)}x`)), []);
    assert.deepEqual(strong(talk.runs('make install', 'Exit code: 2\nmake: *** No rule to make target 9x')), ['same_error_again!']);
  });

  it('is found when an edit cannot be made three times', () => {
    const talk = new Talk('Fix it');
    const miss = (old: string): Talk => talk.does('edit_file', { path: 'a.ts', old_string: old, new_string: 'x' }, 'oldString not found in content');
    assert.deepEqual(strong(miss('a')), []);
    assert.deepEqual(strong(miss('b')), []);
    assert.deepEqual(strong(miss('c')), ['same_error_again!']);
  });

  it('is over when the tests have passed between', () => {
    assert.deepEqual(strong(new Talk('Fix it').edits().fails().edits().passes().edits().fails()), []);
  });
});

describe('failing tests', () => {
  it('are found after four edits in a row, each failing in another way', () => {
    const talk = new Talk('Fix it');
    for (const message of ['import', 'syntax', 'type']) talk.edits().fails(error(message));
    assert.deepEqual(strong(talk.edits().fails(error('logic'))), ['tests_fail_after_edit!']);
  });

  it('are found after three edits where they had passed before', () => {
    const talk = new Talk('Refactor it').passes().edits().fails(error('import')).edits().fails(error('syntax'));
    assert.deepEqual(strong(talk), []);
    assert.deepEqual(strong(talk.edits().fails(error('type'))), ['tests_fail_after_edit!']);
  });
});

describe('edits of one place', () => {
  const rewrite = (talk: Talk, from: string, to: string): Talk => talk.does('edit_file', { path: 'a.ts', old_string: `  return ${from};`, new_string: `  return ${to};` }, 'Edit applied successfully.');

  it('are found at the third where something went wrong between, else at the fifth', () => {
    const calm = rewrite(rewrite(rewrite(new Talk('Fix it'), 'one', 'two'), 'two', 'three'), 'three', 'four');
    assert.deepEqual(found(calm), ['repeated_edits']);
    assert.deepEqual(found(rewrite(rewrite(calm, 'four', 'five'), 'five', 'six')), ['repeated_edits!']);
    const troubled = rewrite(rewrite(rewrite(new Talk('Fix it'), 'one', 'two').fails(), 'two', 'three'), 'three', 'four');
    assert.deepEqual(found(troubled), ['repeated_edits!']);
  });

  it('are known by patches, by whole files and by commands too', () => {
    const patched = (from: string, to: string): string => `*** Begin Patch\n*** Update File: a.ts\n@@\n-  return ${from};\n+  return ${to};\n*** End Patch\n`;
    const patches = new Talk('Fix it').does('apply_patch', { input: patched('one', 'two') }, 'Success').fails().does('apply_patch', { input: patched('two', 'three') }, 'Success').does('apply_patch', { input: patched('three', 'four') }, 'Success');
    assert.deepEqual(found(patches), ['repeated_edits!']);
    const whole = (): [string, Record<string, unknown>, string] => ['write_to_file', { path: 'a.ts', content: 'x' }, 'ok'];
    assert.deepEqual(found(new Talk('Fix it').does(...whole()).fails().does(...whole()).does(...whole())), ['repeated_edits!']);
    const sed = (from: string, to: string): [string, string] => [`sed -i 's/return ${from};/return ${to};/' src/a.ts`, ''];
    assert.deepEqual(found(new Talk('Fix it').runs(...sed('one', 'two')).fails().runs(...sed('two', 'three')).runs(...sed('three', 'four'))), ['repeated_edits!']);
  });

  it('are known by blocks of SEARCH and REPLACE, by lists of edits and by several agents\' names', () => {
    const block = (from: string, to: string): string => `<<<<<<< SEARCH\n  return ${from};\n=======\n  return ${to};\n>>>>>>> REPLACE\n`;
    const shapes: ((from: string, to: string) => [string, Record<string, unknown>])[] = [
      (from, to) => ['replace_in_file', { path: 'a.ts', diff: block(from, to) }],
      (from, to) => ['MultiEdit', { file_path: 'a.ts', edits: [{ old_string: `  return ${from};`, new_string: `  return ${to};` }] }],
      (from, to) => ['str_replace_based_edit_tool', { command: 'str_replace', path: 'a.ts', old_str: `  return ${from};`, new_str: `  return ${to};` }],
      (from, to) => ['replace_string_in_file', { filePath: 'a.ts', oldString: `  return ${from};`, newString: `  return ${to};` }],
      (from, to) => ['mcp__files__edit_file', { path: 'a.ts', edits: [{ oldText: `  return ${from};`, newText: `  return ${to};` }] }],
    ];
    for (const shape of shapes) {
      const talk = new Talk('Fix it').does(...shape('one', 'two'), 'ok').fails().does(...shape('two', 'three'), 'ok').does(...shape('three', 'four'), 'ok');
      assert.deepEqual(found(talk), ['repeated_edits!'], shape('', '')[0]);
    }
  });
});

describe('the run that counts', () => {
  it('begins with the newest ask, and "continue" is none', () => {
    const talk = new Talk('Fix it').edits().fails().says('Next?').asks('Now the other one').edits();
    assert.equal(progressOf(talk).modelCalls, 1);
    assert.equal(progressOf(new Talk('Fix it').edits().fails().says('Shall I?').asks('continue').edits()).modelCalls, 4);
  });

  it('is read from results that older Cline and Roo tell as text', () => {
    const told = (call: string, result: string): Record<string, unknown>[] => [{ role: 'assistant', content: `<${call}>` }, { role: 'user', content: [{ type: 'text', text: `[${call}] Result:\n${result}` }] }];
    const failing = told("execute_command for 'npm test'", error('adds'));
    const edit = told("replace_in_file for 'src/a.ts'", 'The content was successfully saved to src/a.ts.');
    const request = chat({ messages: [{ role: 'user', content: '<task>Fix it</task>' }, ...failing, ...edit, ...failing, ...edit, ...failing] });
    const progress = readProgress(request, { turn: readTurn(request).kind });
    assert.deepEqual([readTurn(request).kind, progress.tests, progress.findings[0]?.name, progress.findings[0]?.strong, progress.modelCalls], ['tool_result', 'fail', 'same_error_again', true, 5]);
  });

  it('reads results in parts, and parallel calls of one step', () => {
    const call = (id: string, name: string, args: Record<string, unknown>): Record<string, unknown> => ({ id, type: 'function', function: { name, arguments: JSON.stringify(args) } });
    const request = chat({ messages: [
      { role: 'user', content: 'Fix it' }, { role: 'assistant', content: null, tool_calls: [call('a', 'read_file', { path: 'a' }), call('b', 'run_shell_command', { command: 'npm test' })] },
      { role: 'tool', tool_call_id: 'a', content: 'x' }, { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: error('adds') }] },
    ] });
    assert.deepEqual([readProgress(request, { turn: 'tool_result' }).tests, readProgress(request, { turn: 'tool_result' }).modelCalls], ['fail', 1]);
  });

  it('takes broken arguments, results without calls and nothing at all', () => {
    const talk = new Talk('Fix it').does('edit_file', '{"path": "a.ts", "old', 'ok').does('run', '', '').does('bash', 'null', 'Exit code: 1');
    assert.deepEqual(strong(talk), []);
    assert.deepEqual(readProgress(chat({ messages: [{ role: 'tool', tool_call_id: 'x', content: 'Exit code: 1' }] }), { turn: 'tool_result' }).findings, []);
    assert.deepEqual(readProgress(chat({ messages: [{ role: 'system', content: 'x' }] }), { turn: 'task' }), { findings: [], modelCalls: 0, tests: null });
  });
});
