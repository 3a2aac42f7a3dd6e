import { isRecord, tryParseJson } from './json.ts';
import type { ChatDelta, ToolDefinition } from './types.ts';
import type { NeutralTool } from './wire.ts';

/** Where a format has no custom tools (any text as input), they are written as functions with one string. */
const INPUT = 'input';

export function customAsFunction(tool: NeutralTool): NeutralTool {
  const grammar = isRecord(tool.grammar) ? tool.grammar['definition'] : undefined;
  const described = [tool.description, typeof grammar === 'string' ? `The input must follow this grammar:\n${grammar}` : undefined].filter((text) => text !== undefined);
  return {
    ...tool, kind: 'function', description: described.join('\n\n'), strict: undefined, grammar: undefined,
    parameters: { type: 'object', properties: { [INPUT]: { type: 'string', description: 'The whole input, as it is.' } }, required: [INPUT], additionalProperties: false },
  };
}

/** A custom call's input as a function's arguments. */
export const wrapInput = (input: string): string => JSON.stringify({ [INPUT]: input });

/** The other way round; arguments that are no such object are the input themselves. */
export function unwrapInput(args: string): string {
  const value = tryParseJson(args);
  return isRecord(value) && typeof value[INPUT] === 'string' ? value[INPUT] : args;
}

/**
 * Turns functions that stand for custom tools back into custom calls, as deltas come. Such a call's arguments are held until they
 * are whole, since a piece of escaped JSON is no piece of its text.
 */
export class CustomUnwrapper {
  readonly #names: ReadonlySet<string>;
  readonly #held = new Map<number, Extract<ChatDelta, { type: 'tool_call' }>>();

  constructor(tools: readonly ToolDefinition[]) {
    this.#names = new Set(tools.filter(({ kind }) => kind === 'custom').map(({ name }) => name));
  }

  /** What goes on now. */
  push(deltas: ChatDelta[]): ChatDelta[] {
    if (this.#names.size === 0) return deltas;
    return deltas.flatMap((delta): ChatDelta[] => {
      if (delta.type === 'finish') return [...this.flush(), delta];
      if (delta.type !== 'tool_call') return delta.type === 'usage' ? [delta] : [...this.flush(), delta];
      const held = this.#held.get(delta.index);
      if (held !== undefined && (delta.id === undefined || delta.id === held.id)) { held.arguments += delta.arguments; return []; }
      if (delta.custom !== true && delta.name !== undefined && this.#names.has(delta.name)) {
        const before = held === undefined ? [] : this.#release(delta.index, held);
        this.#held.set(delta.index, { ...delta });
        return before;
      }
      return [delta];
    });
  }

  /** What is held, unwrapped: at the end of the calls. */
  flush(): ChatDelta[] {
    return [...this.#held].flatMap(([index, held]) => this.#release(index, held));
  }

  #release(index: number, held: Extract<ChatDelta, { type: 'tool_call' }>): ChatDelta[] {
    this.#held.delete(index);
    return [{ ...held, arguments: unwrapInput(held.arguments), custom: true }];
  }
}
