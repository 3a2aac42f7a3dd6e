/** What one wire format can do, from both sides: as the format that a client speaks, and as the one that an upstream speaks. */
import type { OpenFusionObject } from './answer.ts';
import type { ApiError, Result } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { ChatDelta, ChatRequest, Completion, ReasoningItem, ToolDefinition, Usage, WireFormat } from './types.ts';

/** One object a format: `chat`, `responses`, `messages`; found in `wires.ts`. */
export interface Wire {
  readonly name: WireFormat;

  // As the format of the client.

  /** Reads a body that is parsed JSON already; `bytes` are its bytes. Errors: 400 that names the offending field in `param`. */
  read(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest>;
  /** Everything of a request that only a translation needs; made on demand, since most requests go on as they came. */
  settingsOf(request: ChatRequest): RequestSettings;
  /** Id of an answer in this format's manner, e.g. `chatcmpl-<trace id>`. */
  answerId(traceId: string): string;
  createRenderer(head: AnswerHead, request: ChatRequest): StreamRenderer;
  /** A whole answer as JSON text. */
  renderWhole(head: AnswerHead, request: ChatRequest, answer: WholeEnd): RenderedWhole;

  // As the format of an upstream.

  /**
   * The body of a call, in pieces that are sent without joining them. A request of this same format goes on as its own bytes as
   * far as possible; one of another format is written anew from `request.messages`, `request.tools` and the settings.
   */
  writeBody(request: ChatRequest, settings: () => RequestSettings, call: CallBody): Uint8Array[];
  createReader(options: ReaderOptions): StreamReader;
  readWhole(bytes: Uint8Array, options: ReaderOptions): WholeAnswer;

  // Both at once: bytes go through with only our fields changed.

  createPassThrough(request: ChatRequest, options: PassThroughOptions): PassThrough;
  /** `usage` stands in for one that the upstream did not tell. */
  patchWhole(answer: ReadAnswer, patch: { model: string; usage: Usage | null; openfusion: OpenFusionObject | null }): RenderedWhole;
}

/** What a request asks for beside its conversation, in the words of no format. Undefined: not said. */
export interface RequestSettings {
  tools: NeutralTool[];
  toolChoice: 'auto' | 'none' | 'required' | { name: string } | undefined;
  parallelToolCalls: boolean | undefined;
  format: { type: 'text' | 'json_object' } | { type: 'json_schema'; name: string; description?: string | undefined; schema: unknown; strict?: boolean | undefined };
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  topK: number | undefined;
  stop: string[];
  seed: number | undefined;
  /** OpenAI's words: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`; null: not asked for. */
  effort: string | null;
  /** Anthropic's `budget_tokens` where it was given. */
  thinkingTokens: number | undefined;
  verbosity: string | undefined;
  /** `user` or the like: an opaque id of the person. */
  user: string | undefined;
  promptCacheKey: string | undefined;
  serviceTier: string | undefined;
}

export interface NeutralTool {
  kind: 'function' | 'custom';
  /** As in {@link ToolDefinition.name}. */
  name: string;
  description: string | undefined;
  /** JSON Schema of a function's arguments. */
  parameters: unknown;
  strict: boolean | undefined;
  /** Grammar of a custom tool's input, as it came. */
  grammar?: unknown;
  cacheControl?: unknown;
}

export interface CallBody {
  model: string;
  stream: boolean;
  /** Top-level fields to set in the upstream's format (a candidate's `upstream` object). */
  set: Readonly<Record<string, unknown>>;
  /** A turn of ours behind the conversation. The request's tools stay, so that its history is valid, but may not be called. */
  turn?: OurTurn | undefined;
  /** May this reasoning go to the provider that is called? */
  ownsReasoning(item: ReasoningItem): boolean;
  quirks: Quirks;
}

export interface OurTurn {
  text: string;
  /** `review`: a check or a judgement, so the client's wishes for form and length do not hold. `final`: its words are the answer. */
  kind: 'review' | 'final';
}

/** What a model's API wants or refuses, as data (`upstream/quirks.ts`); what is absent is as the format's own documents say. */
export interface Quirks {
  /** Top-level fields that it refuses: left out, in every format. */
  drop?: readonly string[];
  /** Top-level fields that it knows by another name. */
  rename?: Readonly<Record<string, string>>;
  /** Pairs of top-level fields of which it takes only one: the second goes when both are there. */
  exclusive?: readonly (readonly [kept: string, other: string])[];
  /** `field.key`: a key that it refuses anywhere in the objects of that top-level field, e.g. `tools.eager_input_streaming`. */
  dropInside?: readonly string[];
  /** Chat: true wants `reasoning_content` back in the history; false refuses it there. */
  replayReasoning?: boolean;
  /** Chat: refuses a history whose tool calls stand without `reasoning_content`, so a placeholder is put where none was kept. */
  fillReasoning?: boolean;
  /** Refused the reasoning that was sent back: none goes any more (`CallBody.ownsReasoning` says no to all). */
  dropReasoning?: boolean;
  /** Words for the effort of reasoning that it takes; absent: `low`, `medium`, `high`. */
  efforts?: readonly string[];
  /** Chat: what it wants on the first tool call of a turn in the history that has no such extras of its own. */
  callExtras?: Readonly<Record<string, unknown>>;
  /** Chat: takes `cache_control` on parts, as Anthropic's models behind OpenRouter do. */
  cacheControl?: boolean;
  /** Chat: takes `custom` tools; else they are written as functions with one string. */
  customTools?: boolean;
  /** Keywords of JSON Schema that it refuses in a tool's parameters. */
  dropSchemaKeywords?: readonly string[];
  /** Messages: which form of thinking it takes when the client only names an effort. */
  thinking?: 'adaptive' | 'budget' | 'none';
  /** Messages: refuses messages of role `system` behind the first (older models do): they go as the user's text, marked. */
  refusesSystemTurns?: boolean;
  /** Messages: `max_tokens` when the client named none. */
  defaultMaxTokens?: number;
}

export interface ReaderOptions {
  /** Who answers: {@link providerOf}; stands on the reasoning items that are read. */
  provider: string;
  /** The tools of the request, when it was translated: custom ones come back as functions and are unwrapped. */
  tools: readonly ToolDefinition[] | null;
}

/** One event of an upstream's stream, with what it means. */
export interface StreamEvent {
  /** The SSE event's name, where it had one. */
  event: string | null;
  /** The `data:` text as it came. */
  data: string;
  /** The mark behind the last event (`[DONE]`). */
  done: boolean;
  /** The data as JSON; null for the mark. */
  readonly object: JsonObject | null;
  /** The model that it names. */
  model: string | null;
  deltas: ChatDelta[];
  /** Holds text, reasoning or a tool call: the point of no return. */
  content: boolean;
  /** With it the answer is whole. A stream without such an event broke off. */
  finishes: boolean;
  usage: Usage | null;
  /** The upstream said that it failed. */
  error: { message: string; code: string | null } | null;
}

/** Splits an SSE byte stream into events: any line ending, comments, split UTF-8. Throws {@link StreamReadError} on what is not JSON or too large. */
export interface StreamReader {
  push(bytes: Uint8Array): StreamEvent[];
  /** Takes a last event that lacks its blank line. */
  end(): StreamEvent[];
}

export class StreamReadError extends Error {}

/** A whole answer that was read well. */
export interface ReadAnswer { ok: true; object: JsonObject; /** The JSON that it came as. */ text: string; completion: Completion }
export type WholeAnswer = ReadAnswer | { ok: false; reason: 'invalid_response' | 'incomplete' | 'server_error'; message: string; code: string | null };

export interface PassThroughOptions {
  /** What the `model` field of the answer says. */
  model: string;
  /** Made once, when the answer's usage is known; null leaves the object out. */
  openfusion(usage: Usage | null): OpenFusionObject | null;
  /** Usage to report when the upstream told none and the client asked. */
  estimate(): Usage;
}

/** Passes the events of one upstream's stream on as they are, with only the model, our object and the usage changed. */
export interface PassThrough {
  /** The text for the events of one network read: one write a read. */
  push(events: readonly StreamEvent[]): string;
  /** The rest, when the upstream has ended well. */
  end(): string;
  /** The loud end of a stream that broke; null where the format has none but a reset connection. */
  fail(error: ApiError): string | null;
  /** Responses: the final `response` object, once it has passed. */
  readonly final: JsonObject | null;
}

export interface AnswerHead {
  id: string;
  /** Epoch seconds. */
  created: number;
  model: string;
}

/** Renders internal deltas as a stream of the client's format. */
export interface StreamRenderer {
  delta(delta: ChatDelta): string;
  end(usage: Usage, openfusion: OpenFusionObject | null): string;
  /** The loud end, whatever was sent before; null where the format has none but a reset connection. */
  fail(error: ApiError): string | null;
  /** Responses: the final `response` object, once it was rendered. */
  readonly final: JsonObject | null;
}

export interface WholeEnd { completion: Completion; usage: Usage; openfusion: OpenFusionObject | null }

export interface RenderedWhole {
  text: string;
  /** Responses: the object itself. */
  final: JsonObject | null;
}
