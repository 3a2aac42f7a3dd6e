import { createHash } from 'node:crypto';
import type { ChatDelta, ToolDefinition } from './types.ts';

/** What every provider takes as a tool's name; OpenAI's rule, the narrowest: https://platform.openai.com/docs/api-reference/chat/create */
const TAKEN = /^[a-zA-Z0-9_-]{1,64}$/;

/** A tool's name as every provider takes it: the same name where it is fit, else its fit letters and a hash that keeps it apart from others. */
export function fitToolName(name: string): string {
  if (TAKEN.test(name)) return name;
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 55)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** Turns the names of {@link fitToolName} back into the client's, as deltas come. */
export class ToolNameReader {
  readonly #names = new Map<string, string>();

  constructor(tools: readonly ToolDefinition[]) {
    for (const { name } of tools) if (!TAKEN.test(name)) this.#names.set(fitToolName(name), name);
  }

  push(deltas: ChatDelta[]): ChatDelta[] {
    if (this.#names.size === 0) return deltas;
    return deltas.map((delta) => (delta.type === 'tool_call' && delta.name !== undefined ? { ...delta, name: this.#names.get(delta.name) ?? delta.name } : delta));
  }
}
