import assert from 'node:assert/strict';
import { readTurn } from '../../../../src/routing/profile/turn.ts';
import { ask, call, chat, result, TOOLS } from '../support.ts';

const choreOf = (messages: unknown[], body: Record<string, unknown> = {}): string | undefined => readTurn(chat({ messages, ...body })).choreKind;
const says = (content: string, body: Record<string, unknown> = {}): string | undefined => readTurn(ask(content, body)).choreKind;
const system = (content: string): string | undefined => choreOf([{ role: 'system', content }, { role: 'user', content: 'The total in cart.js is wrong. Fix it.' }]);

describe('a background chore', () => {
  it('is a title, however clients word it', () => {
    assert.equal(system('You are a title generator. Output only the title of the thread.'), 'title');
    assert.equal(system('Write a short title based on the first message a user begins a conversation with.'), 'title');
    assert.equal(says('Please write a 5-10 word title for the following conversation:\nuser: fix the cart'), 'title');
    assert.equal(says('Generate a concise 3-7 word title for this conversation, omitting punctuation.'), 'title');
    assert.equal(choreOf([{ role: 'user', content: 'Generate a title for this conversation:\n' }, { role: 'user', content: 'Fix the cart total' }]), 'title');
    assert.equal(says('请为以下对话生成一个简短的标题'), 'title');
  });

  it('is a summary, also of a huge conversation with the instruction at its end', () => {
    assert.equal(says('Summarize this coding conversation in under 50 characters.'), 'summary');
    assert.equal(says(`${'user: long talk\n'.repeat(20_000)}\nSummarize the above conversation for the next session.`), 'summary');
    assert.equal(says('请总结上述对话'), 'summary');
  });

  it('is a commit message, a topic check, a command check, a suggestion, a probe', () => {
    assert.equal(system('You generate one-line Git commit messages based on the provided diffs.'), 'commit_message');
    assert.equal(says('生成一条提交信息：\ndiff --git a b'), 'commit_message');
    assert.equal(system('Analyze if this message indicates a new conversation topic. Answer in JSON.'), 'topic');
    assert.equal(system('Your task is to process Bash commands that an AI coding agent wants to run.'), 'command_check');
    assert.equal(says('Suggest 3-5 relevant follow-up questions for the user.'), 'suggestion');
    assert.equal(says('quota', { max_tokens: 1 }), 'probe');
  });

  it('is a compaction even with tools, when the newest message opens with it', () => {
    const history = [{ role: 'user', content: 'Fix it' }, call(), result()];
    const compact = 'Your task is to create a detailed summary of the conversation so far, with attention to the files.';
    assert.equal(choreOf([...history, { role: 'user', content: compact }], { tools: TOOLS }), 'compaction');
    assert.equal(choreOf([...history, { role: 'user', content: compact }]), 'compaction');
  });
});

describe('a task that only looks like a chore', () => {
  it('has tools', () => {
    for (const text of ['Write a title component', 'Generate a title for this conversation', 'Write a commit message and commit', 'Summarize this conversation view in the docs']) {
      assert.equal(says(text, { tools: TOOLS }), undefined, text);
    }
  });

  it('is about titles, summaries and commits without being one', () => {
    for (const text of [
      'Write a title component in React', 'Add a title to the chat window component', 'Create a title bar for the session page', 'Summarize this file', 'Explain what a commit is',
      'The generated title is wrong, fix the bug', 'Write a function that extracts the topic of a text', '给页面加一个标题组件', '总结这个文件的内容',
    ]) assert.equal(says(text), undefined, text);
  });

  it('is a tool result, whatever the tool says', () => {
    assert.equal(choreOf([{ role: 'user', content: 'x' }, call(), result('Generate a title for this conversation')]), undefined);
  });

  it('comes later in a talk that began with a chore', () => {
    assert.equal(choreOf([{ role: 'user', content: 'Write a commit message for this diff' }, { role: 'assistant', content: 'fix: x' }, { role: 'user', content: 'Now fix the other bug' }]), undefined);
  });
});
