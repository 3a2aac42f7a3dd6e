import assert from 'node:assert/strict';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import { readTurn } from '../../../../src/routing/profile/turn.ts';
import { ask, call, chat, message, result, TOOLS } from '../support.ts';

const SYSTEM = { role: 'system', content: 'You are an agent. Debug, review, refactor and secure everything. Generate a title for the conversation when asked.' };
const TASK = 'The total in cart.js is wrong. Fix it.';
const task = { role: 'user', content: TASK };

const kind = (request: ChatRequest): string => readTurn(request).kind;
const newest = (request: ChatRequest): string => readTurn(request).newest?.pieces.join(' ') ?? '';

describe('the kind of a turn', () => {
  it('is a task when the user asks for the first time', () => {
    assert.equal(kind(chat({ messages: [SYSTEM, task], tools: TOOLS })), 'task');
  });

  it('is a follow-up when the user asks again after an answer', () => {
    assert.equal(kind(chat({ messages: [SYSTEM, task, { role: 'assistant', content: 'Done.' }, { role: 'user', content: 'Now add a test.' }], tools: TOOLS })), 'followup');
  });

  it('is a tool result when the newest message is one', () => {
    const request = chat({ messages: [SYSTEM, task, call(), result(), result([{ type: 'text', text: 'review this security hole' }])], tools: TOOLS });
    assert.equal(kind(request), 'tool_result');
    assert.equal(newest(request), TASK);
  });

  it('is a task when somebody starts without any words', () => {
    assert.equal(kind(chat({ messages: [SYSTEM] })), 'task');
    assert.equal(kind(chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] })), 'task');
  });
});

describe('the turns of real agents', () => {
  it('Codex: a user message of nothing but the environment is not an ask', () => {
    const environment = { role: 'user', content: [{ type: 'text', text: '<environment_context>\n  <cwd>/home/dev/repo</cwd>\n</environment_context>' }] };
    const request = chat({ messages: [{ role: 'developer', content: 'Be precise.' }, environment, task], tools: TOOLS });
    assert.equal(kind(request), 'task');
    assert.equal(newest(request), TASK);
  });

  it('Claude Code: reminders are parts of the message, a system message stands behind it, tool results are parts', () => {
    const first = message('user', [{ type: 'text', text: '<system-reminder>\nbranch: main\n</system-reminder>' }, { type: 'text', text: TASK }]);
    const base = { ...ask('x'), tools: [{ kind: 'function' as const, name: 'Edit', raw: {} }], wire: 'messages' as const };
    const start = { ...base, messages: [first, message('system', 'Environment: linux')] };
    assert.equal(kind(start), 'task');
    assert.equal(newest(start), TASK);
    const toolResult = { type: 'other' as const, raw: { type: 'tool_result', tool_use_id: 't1', content: 'ok' } };
    const loop = { ...base, messages: [...start.messages, message('assistant', 'I look.'), message('user', [toolResult, { type: 'text', text: '<system-reminder>todo</system-reminder>' }])] };
    assert.equal(kind(loop), 'tool_result');
    assert.equal(newest(loop), TASK);
    const interrupted = { ...base, messages: [...loop.messages.slice(0, -1), message('user', [toolResult, { type: 'text', text: 'stop, use a map instead' }])] };
    assert.equal(kind(interrupted), 'followup');
    assert.equal(newest(interrupted), 'stop, use a map instead');
  });

  it('Kilo: the environment is a second part', () => {
    const request = chat({ messages: [SYSTEM, { role: 'user', content: [{ type: 'text', text: `"${TASK}"` }, { type: 'text', text: '\n\n<environment_details>\nWorking directory: /home/dev\n</environment_details>' }] }], tools: TOOLS });
    assert.equal(kind(request), 'task');
    assert.equal(newest(request), `"${TASK}"`);
  });

  it('Qwen Code: many reminders before the ask, tool results as parts', () => {
    const content = ['skills: review, security', 'folders: src', 'date'].map((text) => ({ type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }));
    const request = chat({ messages: [SYSTEM, { role: 'user', content: [...content, { type: 'text', text: TASK }] }, call(), result([{ type: 'text', text: 'ok' }])], tools: TOOLS });
    assert.equal(kind(request), 'tool_result');
    assert.equal(newest(request), TASK);
  });

  it('older Cline: tool results are user text, and so are its own reminders to use a tool', () => {
    const history = [SYSTEM, { role: 'user', content: `<task>\n${TASK}\n</task>\n<environment_details>x</environment_details>` }, { role: 'assistant', content: '<read_file><path>a</path></read_file>' }];
    for (const text of ["[read_file for 'cart.js'] Result:\nlet total", '[ERROR] You did not use a tool in your previous response!']) {
      const request = chat({ messages: [...history, { role: 'user', content: [{ type: 'text', text }, { type: 'text', text: '<environment_details>y</environment_details>' }] }] });
      assert.equal(kind(request), 'tool_result');
      assert.equal(newest(request), TASK);
    }
  });

  it('a harness that speaks alone after an answer continues the loop', () => {
    const request = chat({ messages: [task, { role: 'assistant', content: 'Working.' }, { role: 'user', content: '<task-notification>build finished</task-notification>' }], tools: TOOLS });
    assert.equal(kind(request), 'tool_result');
  });
});

describe('what the task is read from', () => {
  const read = (content: string): string => {
    const turn = readTurn(chat({ messages: [task, { role: 'assistant', content: 'Shall I?' }, { role: 'user', content }] }));
    assert.equal(turn.kind, 'followup');
    return turn.task?.pieces.join(' ') ?? '';
  };

  it('is the ask before, when the newest only says to go on', () => {
    for (const text of ['continue', 'Yes, do it.', 'ok go ahead', 'Continue with the next step.', '继续', '好的', 'LGTM']) assert.equal(read(text), TASK, text);
  });

  it('is the newest ask when it says anything', () => {
    for (const text of ['ok now refactor the parser', 'yes, but rename it first', '继续重构解析器', 'next: security']) assert.equal(read(text), text);
  });

  it('is found three steps back and no further', () => {
    const goOn = [{ role: 'assistant', content: 'Shall I?' }, { role: 'user', content: 'continue' }];
    const after = (steps: number): string => readTurn(chat({ messages: [task, ...Array.from({ length: steps }, () => goOn).flat()] })).task?.pieces.join(' ') ?? '';
    assert.equal(after(3), TASK);
    assert.equal(after(4), 'continue');
  });
});
