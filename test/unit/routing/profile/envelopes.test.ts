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

describe('frames of plain text', () => {
  it('are taken off before the words of the user: Codex in an editor', () => {
    assert.equal(words('# Context from my IDE setup:\n\n## Active file: src/pay.ts\n\n## Open tabs:\n- review.md\n\n## My request for Codex:\nAdd a retry to the charge\n'), 'Add a retry to the charge');
  });

  it('are taken off behind them: files of Qwen Code, rules of Aider', () => {
    assert.equal(words('Fix @a.py\n--- Content from referenced files ---\n\nContent from @a.py:\nreview()\n--- End of content ---'), 'Fix @a.py');
    assert.equal(words('Fix the sum\n\n# *SEARCH/REPLACE block* Rules:\n\nEvery block must use this format'), 'Fix the sum');
    assert.equal(words('\n--- Content from referenced files ---\n'), '');
  });

  it('are whole messages: what Aider and OpenCode tell in the user\'s name', () => {
    for (const text of [
      'I have *added these files to the chat* so you can go ahead and edit them.\n\na.py\n```\nx\n```', 'Here are summaries of some files present in my git repository.\nreview.py', 'I am not sharing any files that you can edit yet.',
      'I switched to a new code base. Please don\'t consider the above files or try to edit them any longer.', 'Called the Read tool with the following input: {"filePath":"/home/dev/a.md"}', '<path>/home/dev/a.md</path>\n<type>file</type>\n<content>\n1: x\n</content>',
    ]) assert.deepEqual(stripEnvelopes(text), { pieces: [], toolResult: false }, text.slice(0, 40));
  });

  it('are left where a person writes of them', () => {
    assert.equal(words('What does "# File editing rules:" mean in the log?'), 'What does "# File editing rules:" mean in the log?');
    assert.equal(words('# Plan\nrename the field'), '# Plan\nrename the field');
  });
});
