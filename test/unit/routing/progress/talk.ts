/** A transcript of a session, step by step, in the shapes that agents speak chat completions in. */
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import { chat, TOOLS } from '../support.ts';

const FAILING = '✖ adds (1.2ms)\nℹ tests 1\nℹ pass 0\nℹ fail 1\n\n✖ failing tests:\n\n✖ adds (1.2ms)\n  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n  1 !== 5\n';
const PASSING = '✔ adds (0.7ms)\nℹ tests 1\nℹ pass 1\nℹ fail 0\n';

export class Talk {
  readonly #messages: Record<string, unknown>[];
  #calls = 0;
  #edits = 0;

  constructor(ask: string) {
    this.#messages = [{ role: 'user', content: ask }];
  }

  /** A call of a tool and its result. */
  does(name: string, args: Record<string, unknown> | string, result: unknown): this {
    const id = `call_${String(this.#calls++)}`;
    this.#messages.push(
      { role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) } }] },
      { role: 'tool', tool_call_id: id, content: result },
    );
    return this;
  }

  runs(command: string, output: string): this {
    return this.does('run', { command }, output);
  }

  reads(times: number): this {
    for (let i = 0; i < times; i++) this.does('read_file', { path: `src/file-${String(i)}.ts` }, 'throw new Error("this is what files hold: 1 failed");');
    return this;
  }

  /** A change of another line each time. */
  edits(): this {
    this.#edits++;
    return this.does('edit_file', { path: `src/add-${String(this.#edits)}.ts`, old_string: `return old(${String(this.#edits)});`, new_string: `return fresh(${String(this.#edits)});` }, 'Edit applied successfully.');
  }

  fails(output = FAILING): this {
    return this.runs('npm test', output);
  }

  passes(output = PASSING): this {
    return this.runs('npm test', output);
  }

  says(text: string): this {
    this.#messages.push({ role: 'assistant', content: text });
    return this;
  }

  asks(text: string): this {
    this.#messages.push({ role: 'user', content: text });
    return this;
  }

  request(body: Record<string, unknown> = {}): ChatRequest {
    return chat({ session_id: 's', tools: TOOLS, messages: this.#messages, ...body });
  }
}
