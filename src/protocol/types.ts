/** The one internal form of a request, whatever wire format the agent speaks. */

export type WireFormat = 'chat' | 'responses' | 'messages';

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; url: string }
  /** A part that we do not know: kept as it came, so that nothing is lost on the way to the model. */
  | { type: 'other'; raw: unknown };

export interface ToolCall {
  id: string;
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
  /** `reasoning_content` that agents send back in the history. */
  reasoning?: string | undefined;
  /** The message as it came on the wire, for requests that go on in the same wire format. */
  raw: Readonly<Record<string, unknown>>;
}

export interface ToolDefinition {
  name: string;
  raw: unknown;
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
  /** Did the client ask for the usage chunk of a stream? */
  includeUsage: boolean;
  session: SessionFields;
  /** OpenRouter-style routing fields, as they came. */
  openrouter: { models?: string[] | undefined; provider?: unknown; plugins?: unknown[] | undefined };
  /** Our own per-request options: the body's `openfusion` object. */
  options: { trace: boolean };
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
  reasoningTokens: number;
  /** True when at least one part was estimated by us because the provider told nothing. */
  estimated: boolean;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** One piece of a model's answer in the internal form. */
export type ChatDelta =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** Reasoning in a provider's own form (OpenRouter), encrypted or signed: wanted back as it was with the next turn. */
  | { type: 'reasoning_details'; items: readonly unknown[] }
  | { type: 'tool_call'; index: number; id?: string | undefined; name?: string | undefined; arguments: string; custom?: boolean | undefined; more?: ToolCall['more'] }
  | { type: 'refusal'; text: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason };

/** Everything that a model said, collected from its deltas. */
export interface Completion {
  text: string;
  reasoning: string;
  reasoningDetails?: readonly unknown[] | undefined;
  refusal: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
}
