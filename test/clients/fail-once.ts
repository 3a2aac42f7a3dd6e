import { status, toolResults, type Answer, type Reply, type ScriptedToolCall, type ScriptFunction } from '../support/scripted-upstream.ts';
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
  cut: (answer) => ({ ...answer, text: ['I will read ', 'the file.'], toolCalls: answer.toolCalls.map(halfOf), chunkDelayMs: 50, ending: 'reset' }),
  // A few words and a proper end of the response, that claims nothing: the end that agents take for success.
  'no-finish': (answer) => ({ ...answer, text: ['I will read ', 'the file.'], toolCalls: [], ending: 'no-finish' }),
  'rate-limit': () => status(429, { retryAfterS: 2, message: 'slow down' }),
  'server-error': () => status(500, { message: 'broken' }),
  // Longer than the gateway holds its headers.
  slow: (answer) => ({ ...answer, firstByteDelayMs: 8_000 }),
};

function halfOf(call: ScriptedToolCall): ScriptedToolCall {
  const args = JSON.stringify(call.arguments);
  return { ...call, arguments: args.slice(0, args.length >> 1) };
}
