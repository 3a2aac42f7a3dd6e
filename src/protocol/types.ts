/** The one internal form of a request, whatever wire format the agent speaks. */

export type WireFormat = 'chat' | 'responses' | 'messages';

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export type ContentPart =
  | { type: 'text'; text: string; cacheControl?: unknown }
  /** `url` is an address or a `data:` URL; `detail` as OpenAI names it. */
  | { type: 'image'; url: string; detail?: string | undefined; cacheControl?: unknown }
  /** A document; `url` is an address or a `data:` URL. */
  | { type: 'file'; url: string; filename?: string | undefined; cacheControl?: unknown }
  /** A part that only its own wire format knows. */
  | { type: 'other'; raw: unknown };

/**
 * Reasoning in a provider's own form, encrypted or signed: wanted back byte for byte with the next turn by the provider that
 * minted it, and refused by all others.
 */
export interface ReasoningItem {
  /** The wire format that `raw` is written in. */
  wire: WireFormat;
  /** Who minted it: {@link providerOf}; null when that is not known, as in a history that came from the client. */
  provider: string | null;
  /** chat: an entry of `reasoning_details`; responses: a `reasoning` item; messages: a `thinking` or `redacted_thinking` block. */
  raw: Readonly<Record<string, unknown>>;
  /** It came in an envelope of ours, inside a field of another format (`reasoning-carrier.ts`). */
  carried?: boolean | undefined;
}

/** Who can read a reasoning item again: an upstream, and behind a relay the maker of the model (an alias, `~maker/x-latest`, is its maker's too). */
export const providerOf = (upstreamName: string, model: string): string => `${upstreamName}/${model.includes('/') ? model.slice(model.startsWith('~') ? 1 : 0, model.indexOf('/')) : ''}`;

export interface ToolCall {
  id: string;
  /** As tools are named in {@link ToolDefinition.name}. */
  name: string;
  /** The arguments as the model wrote them: JSON text, never re-serialised. */
  arguments: string;
  /** A call of a `custom` tool: its input is any text. */
  custom?: boolean | undefined;
  /** What else the provider put on the call (thought signatures): wanted back as it was with the call's result. */
  more?: Readonly<Record<string, unknown>> | undefined;
}

export interface ChatMessage {
  role: Role;
  content: string | ContentPart[] | null;
  toolCalls?: ToolCall[] | undefined;
  toolCallId?: string | undefined;
  /** A tool's result that reports a failure. */
  isError?: boolean | undefined;
  /** Reasoning that agents send back in the history, as text. */
  reasoning?: string | undefined;
  /** The same in its provider's form. */
  reasoningItems?: ReasoningItem[] | undefined;
}

export interface ToolDefinition {
  /** `builtin`: run by the provider (web search); only its own wire format knows it. */
  kind: 'function' | 'custom' | 'builtin';
  /** Unique in a request; a tool of a namespace is named {@link flatToolName}. */
  name: string;
  /** Responses: the namespace that it stands in, and its name there. */
  namespace?: { name: string; localName: string } | undefined;
  /** As it came on the wire; of a namespace, the tool inside it. */
  raw: unknown;
}

/** The name of a namespace's tool where there are no namespaces; at most 64 characters of `[a-zA-Z0-9_-]`, which every provider takes. */
export function flatToolName(namespace: string, localName: string): string {
  const flat = `${namespace}__${localName}`.replace(/[^a-zA-Z0-9_-]/g, '_');
  return flat.length <= 64 ? flat : `${flat.slice(0, 24)}_${flat.slice(-39)}`;
}

export interface ChatRequest {
  wire: WireFormat;
  /** As asked; an empty or absent model is `openfusion/auto`. */
  model: string;
  messages: ChatMessage[];
  tools: ToolDefinition[];
  /** `auto`, `none`, `required` or an object, as it came. */
  toolChoice?: unknown;
  responseFormat: 'text' | 'json_object' | 'json_schema';
  maxOutputTokens?: number | undefined;
  stream: boolean;
  /** Effort of reasoning that the client asks for, in OpenAI's words or one of its own; null or absent: left to the model. */
  effort?: string | null | undefined;
  /** Did the client ask for the usage chunk of a stream? */
  includeUsage: boolean;
  session: SessionFields;
  /** OpenRouter-style routing fields, as they came. */
  openrouter: { models?: string[] | undefined; provider?: unknown; plugins?: unknown[] | undefined };
  /** Our own per-request options: the body's `openfusion` object. */
  options: { trace: boolean };
  /** Does any message hold {@link ReasoningItem}s? */
  hasReasoningItems: boolean;
  /** The parsed body, untouched. */
  body: Readonly<Record<string, unknown>>;
  /** The body's bytes, untouched: what a native pass-through sends on. */
  bytes: Uint8Array;
}

/** What in the body can tell which conversation this request belongs to. */
export interface SessionFields {
  sessionId?: string | undefined;
  promptCacheKey?: string | undefined;
  metadataUserId?: string | undefined;
  previousResponseId?: string | undefined;
}

/** What the gateway knows of a request beside its body. */
export interface RequestContext {
  /** Id of the trace, `x-openfusion-trace`. */
  traceId: string;
  startedAtMs: number;
  /** Lower-cased header name → value. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Part of `inputTokens` that was read from the provider's prompt cache. */
  cachedInputTokens: number;
  /** Part of `inputTokens` that was written to it, where the provider tells (Anthropic). */
  cacheWriteTokens?: number | undefined;
  reasoningTokens: number;
  /** True when at least one part was estimated by us because the provider told nothing. */
  estimated: boolean;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** One piece of a model's answer in the internal form. */
export type ChatDelta =
  | { type: 'text'; text: string }
  /** `itemId`: the id of the Responses item that will seal these words, where it is known before the item is whole. */
  | { type: 'reasoning'; text: string; itemId?: string | undefined }
  /** Behind the `reasoning` deltas whose words it seals, where there were any. */
  | { type: 'reasoning_item'; item: ReasoningItem }
  | { type: 'tool_call'; index: number; id?: string | undefined; name?: string | undefined; arguments: string; custom?: boolean | undefined; more?: ToolCall['more'] }
  | { type: 'refusal'; text: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason };

/** One piece of a whole answer; together, in order, they are all that the model said. */
export type CompletionPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string; itemId?: string | undefined }
  | { type: 'reasoning_item'; item: ReasoningItem }
  | { type: 'refusal'; text: string }
  | { type: 'tool_call'; call: ToolCall };

/** Everything that a model said, collected from its deltas. */
export interface Completion {
  /** In the order that they were said: text → tool call → text stays so. */
  parts: CompletionPart[];
  /** All text, all reasoning, all refusal, all calls of {@link parts}. */
  text: string;
  reasoning: string;
  refusal: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
}
