import type { OpenFusionObject } from '../answer.ts';
import { deltasOf } from '../completion.ts';
import type { ApiError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest, FinishReason, Usage } from '../types.ts';
import type { AnswerHead, StreamRenderer, WholeEnd } from '../wire.ts';
import { BlockWriter, type BlockEvent } from './block-writer.ts';
import { inputOf } from './input.ts';
import { stopReason } from './stop-reason.ts';
import { estimateInput, usageBody } from './usage.ts';

/** Renders internal deltas as a Messages stream. */
export class MessagesStreamRenderer implements StreamRenderer {
  readonly final = null;
  readonly #head: AnswerHead;
  readonly #request: ChatRequest;
  readonly #writer: BlockWriter;
  #started = false;
  #dead = false;
  #usage: Usage | null = null;
  #finish: FinishReason | null = null;

  constructor(head: AnswerHead, request: ChatRequest) {
    this.#head = head;
    this.#request = request;
    this.#writer = writerFor(head);
  }

  delta(delta: ChatDelta): string {
    if (this.#dead) return '';
    if (delta.type === 'finish') { this.#finish = delta.reason; return ''; }
    if (delta.type === 'usage') { this.#usage = delta.usage; return ''; }
    const events = this.#writer.add(delta);
    if (this.#writer.broken) {
      this.#dead = true;
      return failText({ status: 502, message: 'A tool call went on behind its end, so its arguments are not known. Try again.' });
    }
    return events.length === 0 ? '' : this.#start() + textOf(events);
  }

  end(usage: Usage, openfusion: OpenFusionObject | null): string {
    if (this.#dead) return '';
    const events = this.#writer.end();
    const reason = stopReason(this.#finish, this.#writer);
    const last = { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: usageBody(usage), ...(openfusion === null ? {} : { openfusion }) };
    return `${this.#start()}${textOf(events)}${eventText(last)}${eventText({ type: 'message_stop' })}`;
  }

  fail(error: ApiError): string {
    if (this.#dead) return '';
    this.#dead = true;
    return failText(error);
  }

  #start(): string {
    if (this.#started) return '';
    this.#started = true;
    const usage = this.#usage === null ? { input_tokens: estimateInput(this.#request), cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 } : usageBody(this.#usage);
    const message = { ...shell(this.#head), content: [], stop_reason: null, stop_sequence: null, usage };
    return `${eventText({ type: 'message_start', message })}${eventText({ type: 'ping' })}`;
  }
}

/** A collected answer as a plain message: what its stream would make together. */
export function wholeMessage(head: AnswerHead, { completion, usage, openfusion }: WholeEnd): string {
  const writer = writerFor(head);
  const events: BlockEvent[] = [];
  for (const delta of deltasOf(completion)) if (delta.type !== 'finish' && delta.type !== 'usage') events.push(...writer.add(delta));
  events.push(...writer.end());
  return JSON.stringify({
    ...shell(head), content: blocksOf(events), stop_reason: stopReason(completion.finishReason, writer), stop_sequence: null, usage: usageBody(usage),
    ...(openfusion === null ? {} : { openfusion }),
  });
}

/** The loud end of a stream. Agents try again on these types, and on no others: https://docs.anthropic.com/en/api/errors */
export function failText({ status, message }: Pick<ApiError, 'status' | 'message'>): string {
  const type = status === 429 ? 'rate_limit_error' : status === 503 || status === 529 ? 'overloaded_error' : 'api_error';
  return eventText({ type: 'error', error: { type, message } });
}

const writerFor = ({ id }: AnswerHead): BlockWriter => new BlockWriter(`toolu_${id.replace(/^msg_/, '').replace(/[^a-zA-Z0-9_-]/g, '_')}_`);
const shell = ({ id, model }: AnswerHead): JsonObject => ({ id, type: 'message', role: 'assistant', model });
const eventText = (event: JsonObject & { type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function textOf(events: readonly BlockEvent[]): string {
  let text = '';
  for (const event of events) text += eventText(event);
  return text;
}

function blocksOf(events: readonly BlockEvent[]): JsonObject[] {
  const blocks: { block: Record<string, unknown>; json: string }[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start') { blocks[event.index] = { block: { ...event.content_block }, json: '' }; continue; }
    const at = blocks[event.index];
    if (at === undefined) continue;
    const { block } = at;
    if (event.type === 'content_block_stop') { if (block['type'] === 'tool_use') block['input'] = inputOf(at.json); continue; }
    const { delta } = event;
    switch (delta.type) {
      case 'text_delta': block['text'] = String(block['text']) + delta.text; break;
      case 'thinking_delta': block['thinking'] = String(block['thinking']) + delta.thinking; break;
      case 'signature_delta': block['signature'] = delta.signature; break;
      case 'input_json_delta': at.json += delta.partial_json; break;
    }
  }
  return blocks.map(({ block }) => block);
}
