import type { JsonObject } from '../json.ts';
import { pairedMessages, type PairedCall, type PairedMessage } from '../paired-messages.ts';
import type { ChatMessage, ReasoningItem } from '../types.ts';
import { assistantBlocks, contentBlocks, resultBlock, textBlock, textBlocks } from './content-blocks.ts';
import { reminder } from './reminder.ts';
import { ToolIds } from './tool-ids.ts';

export interface Turn { role: 'user' | 'assistant'; content: JsonObject[] }
export interface Conversation { system: JsonObject[]; turns: Turn[] }

/** Stands where Anthropic wants a turn of the user and the conversation has none. */
const GO_ON = 'Continue.';

/**
 * The neutral conversation as Anthropic takes it: system blocks, then turns of user and assistant by turns, from the user's to the
 * user's, with the results of calls first in the turn behind them.
 */
export function conversationOf(messages: readonly ChatMessage[], owns: (item: ReasoningItem) => boolean): Conversation {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const head = messages.slice(0, first < 0 ? messages.length : first);
  const builder = new TurnBuilder(messages, owns);
  for (const paired of first < 0 ? [] : pairedMessages(messages.slice(first))) builder.add(paired);
  const system = head.flatMap(({ content }) => textBlocks(content));
  const turns = builder.end();
  if (turns.length > 0) return { system, turns };
  // Only instructions: the last of them is what is asked.
  const last = system.pop();
  return { system, turns: [{ role: 'user', content: [last ?? textBlock(GO_ON)] }] };
}

class TurnBuilder {
  readonly #turns: Turn[] = [];
  readonly #ids = new ToolIds();
  readonly #owns: (item: ReasoningItem) => boolean;
  readonly #positions: ReadonlyMap<ChatMessage, number>;
  /** Calls of the assistant's turn, whose results the next turn begins with. */
  #due: PairedCall[] = [];

  constructor(messages: readonly ChatMessage[], owns: (item: ReasoningItem) => boolean) {
    this.#owns = owns;
    this.#positions = new Map(messages.map((message, position) => [message, position]));
  }

  add({ message, calls }: PairedMessage): void {
    switch (message.role) {
      case 'assistant': this.#assistant(message, calls); break;
      case 'system': case 'developer': this.#user(textBlocks(message.content).map((block) => ({ ...block, text: reminder(String(block['text'])) }))); break;
      default: this.#user(contentBlocks(message.content));
    }
  }

  /** The turns, from the user to the user: most models take no assistant's turn at the end. */
  end(): Turn[] {
    this.#results();
    const [first] = this.#turns;
    if (first?.role === 'assistant') this.#turns.unshift({ role: 'user', content: [textBlock(GO_ON)] });
    if (this.#turns.at(-1)?.role === 'assistant') this.#push('user', [textBlock(GO_ON)]);
    return this.#turns;
  }

  #assistant(message: ChatMessage, calls: readonly PairedCall[]): void {
    const position = this.#positions.get(message) ?? 0;
    // One turn of an assistant may stand as several messages; a result between them ends it.
    if (this.#due.some(({ result }) => result !== null && (this.#positions.get(result) ?? 0) < position)) this.#results();
    const named = calls.map((call) => ({ ...call, id: this.#ids.call(call.id) }));
    this.#push('assistant', assistantBlocks(message, named, this.#owns));
    this.#due.push(...named);
  }

  #user(blocks: readonly JsonObject[]): void {
    if (blocks.length === 0) return;
    this.#results();
    this.#push('user', blocks);
  }

  #results(): void {
    this.#push('user', this.#due.splice(0).map(({ id, result }) => resultBlock(id, result)));
  }

  #push(role: Turn['role'], blocks: readonly JsonObject[]): void {
    if (blocks.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else this.#turns.push({ role, content: [...blocks] });
  }
}
