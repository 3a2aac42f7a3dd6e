import { status, toolResults, type Answer, type Reply, type ScriptFunction } from '../support/scripted-upstream.ts';
import type { Fault } from './cells.ts';
import { scriptedCoder } from './scripted-coder.ts';

/** The scripted coder, who fails once: when it is about to read the file, in the midst of the agent's work. */
export function failingOnce(fault: Fault): ScriptFunction {
  let failed = false;
  return async (request, index) => {
    const reply = await scriptedCoder(request, index);
    if (failed || toolResults(request.conversation).length !== 2 || reply.kind !== 'answer') return reply;
    failed = true;
    return FAILURES[fault](reply);
  };
}

const FAILURES: Readonly<Record<Fault, (answer: Answer) => Reply>> = {
  // Some words have reached the agent by then, and half of a tool call.
  cut: (answer) => ({ ...answer, text: ['I will read ', 'the file.'], chunkDelayMs: 50, ending: 'reset' }),
  'rate-limit': () => status(429, { retryAfterS: 2, message: 'slow down' }),
  'server-error': () => status(500, { message: 'broken' }),
};
