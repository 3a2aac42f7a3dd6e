// What an agent sends: a conversation that grows. The words are few, since the planner reads few; the bytes are as many as they would be.
import { chatRequestFrom } from '../../../src/protocol/chat/parse.ts';

const BYTES_PER_TOKEN = 3.6;
/** System prompt and tool schemas of a coding agent. */
export const HEAD_TOKENS = 16_000;
const FILLER = Buffer.alloc(4_000_000, 97);

const tool = (name, properties) => ({ type: 'function', function: { name, description: name, parameters: { type: 'object', properties } } });
const TOOLS = [tool('read', { filePath: {} }), tool('edit', { filePath: {}, oldString: {}, newString: {} }), tool('bash', { command: {} }), tool('grep', { pattern: {} })];
const SYSTEM = 'You are a coding agent in a terminal. Work on the user\'s repository with the tools until the task is done.';

export class Transcript {
  tokens = HEAD_TOKENS;
  /** Goes up when the conversation is rewritten. */
  era = 0;
  #messages = [{ role: 'system', content: SYSTEM }];
  #calls = 0;

  ask(text, tokens) {
    this.#messages.push({ role: 'user', content: text });
    this.tokens += tokens;
  }

  /** One call of a tool, and what came back. */
  step({ tool: name, args, result }, written, read) {
    const id = `call_${String(++this.#calls)}`;
    this.#messages.push({ role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }] }, { role: 'tool', tool_call_id: id, content: result });
    this.tokens += written + read;
  }

  say(text, tokens) {
    this.#messages.push({ role: 'assistant', content: text });
    this.tokens += tokens;
  }

  /** The agent puts the summary that it has just asked for in the place of all that was, and goes on from the ask before. */
  compact(tokens) {
    const [, ask] = this.#messages.filter(({ role }) => role === 'user').reverse();
    this.#messages = [this.#messages[0], ask, { role: 'assistant', content: 'Summary: the user asked for a fix; files were read, changes were made, the work goes on.' }, { role: 'user', content: 'Continue if you have next steps' }];
    this.tokens = HEAD_TOKENS + tokens;
    this.era++;
  }

  /** The request as the gateway reads it. */
  request(sessionId) {
    const body = { model: 'openfusion/auto', session_id: sessionId, messages: this.#messages, tools: TOOLS, stream: true };
    const read = chatRequestFrom(body, FILLER.subarray(0, Math.round(this.tokens * BYTES_PER_TOKEN)));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  }
}
