import assert from 'node:assert/strict';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import { profileTask } from '../../../../src/routing/profile/profile.ts';
import { ask, chat, TOOLS } from '../support.ts';
import { FRESH } from './asks/fresh.ts';
import { HELD_OUT } from './asks/held-out.ts';

const SYSTEM = { role: 'system', content: 'You are an agent. Debug, review and test code in Haskell. Never delete production data.' };
const user = (...texts: string[]): Record<string, unknown> => ({ role: 'user', content: texts.map((text) => ({ type: 'text', text })) });
const request = (...messages: unknown[]): ChatRequest => chat({ messages: [SYSTEM, ...messages], tools: TOOLS });

/** How each agent puts the words of its user on the wire; what stands around them would mislead. */
const AGENTS: Readonly<Record<string, (text: string) => ChatRequest>> = {
  'Codex': (text) => request(
    { role: 'user', content: '# AGENTS.md instructions for /home/dev/shop\n\n<INSTRUCTIONS>\nReview every test. Fix bugs in lib.hs.\n</INSTRUCTIONS>' },
    { role: 'user', content: '<environment_context>\n  <cwd>/home/dev/production</cwd>\n  <shell>bash</shell>\n</environment_context>' }, { role: 'user', content: text },
  ),
  'Codex in an editor': (text) => request({ role: 'user', content: `# Context from my IDE setup:\n\n## Active file: lib/review.hs\n\n## Open tabs:\n- test.hs: lib/test.hs\n\n## My request for Codex:\n${text}\n` }),
  'Claude Code': (text) => request(user('<system-reminder>\nRecent commits: fix crash, migrate payments in Main.hs\n</system-reminder>', text), { role: 'system', content: '# Environment\nPlatform: linux' }),
  'OpenCode': (text) => request(user(`"${text}"`, 'Called the Read tool with the following input: {"filePath":"/home/dev/a.hs"}', '<path>/home/dev/a.hs</path>\n<type>file</type>\n<content>\n1: main = review bug\n</content>')),
  'Cline': (text) => request(user(`<task>\n${text}\n</task>`, '<environment_details>\n# Visible files\nlib/payments.hs\n# Current mode\nPLAN, review\n</environment_details>')),
  'Continue': (text) => request({ role: 'user', content: text }),
  'Qwen Code': (text) => request(user('<system-reminder>\nskills: review, security\n</system-reminder>', '<system-reminder>\n├───Main.hs\n</system-reminder>', text)),
  'Qwen Code with a file': (text) => request(user(text, '\n--- Content from referenced files ---\n', '\nContent from @a.hs:\n', 'main = debug review\n', '\n--- End of content ---')),
  'Kilo': (text) => request(user(`"${text}"`, '\n\n<environment_details>\nWorking directory: /home/dev/production\n</environment_details>')),
  'Aider': (text) => request(
    { role: 'user', content: 'I switched to a new code base. Please don\'t consider the above files or try to edit them any longer.' }, { role: 'assistant', content: 'Ok.' },
    { role: 'user', content: 'Here are summaries of some files present in my git repository.\n\nreview.hs:\n⋮\n│main = debug' }, { role: 'assistant', content: 'Ok, I won\'t try and edit those files without asking first.' },
    { role: 'user', content: 'I have *added these files to the chat* so you can go ahead and edit them.\n\nlib/pay.hs\n```\nmain = test\n```' }, { role: 'assistant', content: 'Ok, any changes I propose will be to those files.' },
    { role: 'user', content: `${text}\n\n# *SEARCH/REPLACE block* Rules:\n\nEvery block must review and fix the bug.` },
  ),
};

/** A cross-section of kinds, tongues and forms. */
const ASKS = [...FRESH, ...HELD_OUT].filter((_, index) => index % 9 === 0);

describe('the words of the user inside what an agent sends', () => {
  for (const [agent, wrap] of Object.entries(AGENTS)) {
    it(`are understood as they are without it: ${agent}`, () => {
      for (const [, , , text] of ASKS) {
        const bare = profileTask(ask(text), []).task, { task } = profileTask(wrap(text), []);
        assert.deepEqual([task.turn, task.domain, task.language, task.risk], ['task', bare.domain, bare.language, bare.risk], text);
      }
    });
  }
});
