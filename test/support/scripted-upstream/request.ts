import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { checkChat } from './check-chat.ts';
import { checkMessages } from './check-messages.ts';
import { checkResponses, type CheckedItem, type Stored } from './check-responses.ts';
import { readConversation, type Conversation } from './conversation.ts';
import type { Mint } from './mint.ts';
import { Refused, shaped, type Refusal } from './refusal.ts';
import type { Wire } from './wire.ts';

const messageSchema = z.looseObject({ role: z.string(), content: z.unknown() });
const toolSchema = z.looseObject({ type: z.string(), function: z.looseObject({ name: z.string() }).optional() });
const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema),
  tools: z.array(toolSchema).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

/**
 * A body as it arrived, unknown fields included. Typed for chat completions; `messages` of a Responses request is an empty list, and the
 * tools of the other two are as their format has them.
 */
export type UpstreamBody = z.infer<typeof bodySchema>;

/** One call that the upstream got. The object lives: `aborted` and `finished` change as the call goes on. */
export interface UpstreamRequest {
  /** 0 for the first request of this upstream that asks for an answer. */
  readonly order: number;
  readonly wire: Wire;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: UpstreamBody;
  /** What the request says, whatever its format. */
  readonly conversation: Conversation;
  /** The body's bytes as text, to compare a pass-through with what the client sent. */
  readonly rawBody: string;
  readonly model: string;
  readonly stream: boolean;
  /** Epoch milliseconds. */
  readonly receivedAtMs: number;
  /** The client left before the reply was over. */
  readonly aborted: boolean;
  /** The reply was played to its end. */
  readonly finished: boolean;
}

/** A request that the upstream answered with an error of its own accord, as the real provider would. */
export interface RefusedRequest extends Refusal {
  readonly path: string;
  readonly rawBody: string;
}

export interface MutableRequest extends UpstreamRequest {
  aborted: boolean;
  finished: boolean;
}

export interface Arrived {
  readonly wire: Wire;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
}

export interface Provider {
  readonly mint: Mint;
  readonly stored: Stored;
  /** Whether requests are checked as the real providers do it. */
  readonly strict: boolean;
}

export type Read = { readonly ok: true; readonly request: Omit<MutableRequest, 'order'>; readonly items: readonly CheckedItem[] } | { readonly ok: false; readonly refusal: Refusal };

/** Reads a request and checks it; never throws for what the client sent. */
export function readRequest({ wire, path, headers, rawBody }: Arrived, { mint, stored, strict }: Provider): Read {
  try {
    const json = parsed(rawBody);
    let items: readonly CheckedItem[] = [];
    if (strict && wire === 'chat') checkChat(json);
    if (strict && wire === 'messages') checkMessages(json, headers, mint);
    if (strict && wire === 'responses') items = checkResponses(json, mint, stored);
    const body = wire === 'responses' ? { messages: [], ...json, model: String(json.model), stream: json.stream === true } : wire === 'messages' ? shaped(bodySchema.omit({ tools: true }), json) : shaped(bodySchema, json);
    const request = { wire, path, headers, body: body as UpstreamBody, conversation: readConversation(wire, json), rawBody, model: body.model, stream: body.stream === true, receivedAtMs: Date.now(), aborted: false, finished: false };
    return { ok: true, request, items };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** How many tokens a request to count them asks about; a crude count, four characters each. */
export function countTokens({ headers, rawBody }: Arrived, { mint, strict }: Provider): { ok: true; inputTokens: number } | { ok: false; refusal: Refusal } {
  try {
    const json = parsed(rawBody);
    if (strict) checkMessages(json, headers, mint, true);
    return { ok: true, inputTokens: Math.ceil(rawBody.length / 4) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function parsed(rawBody: string): Record<string, unknown> {
  try {
    return shaped(z.record(z.string(), z.unknown()), JSON.parse(rawBody));
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(`the body is no JSON: ${(error as Error).message}`);
  }
}
