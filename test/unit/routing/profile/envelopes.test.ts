import assert from 'node:assert/strict';
import { stripEnvelopes } from '../../../../src/routing/profile/envelopes.ts';

const words = (text: string): string => stripEnvelopes(text).pieces.join(' | ');

describe('taking the envelopes off a text', () => {
  it('leaves a plain text as it is', () => {
    assert.equal(words('Fix the bug'), 'Fix the bug');
  });

  it('drops what the harness adds, wherever it stands', () => {
    assert.equal(words('<system-reminder>\nToday is Sunday.\n</system-reminder>\nFix the bug\n<environment_details>\n# Files\n</environment_details>'), 'Fix the bug');
    assert.equal(words('Fix <context source="editor">secret words</context> the bug'), 'Fix | the bug');
  });

  it('unwraps the words of the user', () => {
    assert.equal(words('<task>\nFix the bug\n</task>\n\n<environment_details>\nmode: act\n</environment_details>'), 'Fix the bug');
    assert.equal(words('<user_query>Why?</user_query>'), 'Why?');
  });

  it('finds nothing where only the harness speaks', () => {
    assert.equal(words('<environment_context>\n  <cwd>/home/dev/repo</cwd>\n</environment_context>'), '');
    assert.equal(words('# AGENTS.md instructions for /home/dev/repo\n\n<INSTRUCTIONS>\nUse tabs.\n</INSTRUCTIONS>'), '');
    assert.equal(words('  \n '), '');
  });

  it('keeps tags that it does not know, tags that are never closed and code that looks like tags', () => {
    for (const text of ['Why does <Context.Provider> render twice?', 'a < b and b > c', '<system-reminder> is never closed', 'Use <div> here']) assert.equal(words(text), text);
  });

  it('recognises results of tools that older agents send as user text', () => {
    assert.deepEqual(stripEnvelopes("[read_file for 'src/add.js'] Result:\nexport function add() {}"), { pieces: [], toolResult: true });
    assert.equal(stripEnvelopes('[note] the result is wrong').toolResult, false);
  });

  it('finds the envelope behind a text of any length', () => {
    const pasted = '<p>x</p> '.repeat(40_000);
    assert.equal(words(`${pasted}<environment_details>\nmode: act\n</environment_details>\n<system-reminder>y</system-reminder>\n`), pasted.trim());
  });

  it('looks at a bounded number of tags in a pasted page', () => {
    const page = '<div>'.repeat(50_000);
    assert.equal(stripEnvelopes(page).pieces[0], page);
  });
});
