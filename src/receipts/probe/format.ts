/**
 * What the probes need to know of a wire format. Written for judging, by hand and without `src/protocol`: our own gateway
 * is judged by somebody else's reading of the formats.
 */
import type { SseEvent } from './client.ts';

/** In the order in which they are probed. */
export const PROBE_FORMAT_IDS = ['chat', 'responses', 'messages'] as const;
export type ProbeFormatId = (typeof PROBE_FORMAT_IDS)[number];

export interface ProbeCall {
  id: string;
  name: string;
  /** JSON text as it came. */
  arguments: string;
}

export interface ProbeUsage {
  inputTokens: number;
  outputTokens: number;
  /** Null when the endpoint does not tell. */
  cachedInputTokens: number | null;
}

export interface ProbeAnswer {
  text: string;
  calls: ProbeCall[];
  usage: ProbeUsage | null;
  /** The assistant's turn as the next request has to repeat it. */
  turn: readonly object[];
}

/** An answer, and what is to be said against it. */
export interface ProbeReading {
  answer: ProbeAnswer;
  /** What agents break on. Full sentences without a capital. */
  faults: string[];
  /** What agents survive. Behind "answered," for a plain answer, behind "streams, but" for a stream. */
  remarks: string[];
}

export interface ProbeStreamReading extends ProbeReading {
  /** An error that came inside the stream. */
  error: string | null;
  /** Deltas of text. */
  pieces: number;
  /** Chat only: usage came in a chunk of its own, with `choices: []`. */
  usageAlone: boolean;
}

export interface ProbeTool {
  name: string;
  description: string;
  /** JSON Schema */
  parameters: object;
}

export interface ProbeAsk {
  model: string;
  /** In the format's own form: from {@link ProbeFormat.user}, {@link ProbeAnswer.turn}, {@link ProbeFormat.calls}, {@link ProbeFormat.results}. */
  turns: readonly object[];
  tools?: readonly ProbeTool[];
  /** A tool's name: that one has to be called. `*`: any, several at once if the model likes. Absent: the model chooses. */
  force?: string;
  stream?: boolean;
  /** Whether a stream is asked for its usage, where that can be asked. */
  usage?: boolean;
  /** Longest answer, where that matters. */
  maxTokens?: number;
}

/** Names of a format's checks. */
export interface FormatCheckNames {
  plain: string;
  stream: string;
  roundTrip: string;
  parallel: string;
  usage: string;
  errors: string;
  headers: string;
  overflow: string;
}

export interface ProbeFormat {
  id: ProbeFormatId;
  /** As people call it. */
  title: string;
  /** Behind the base URL. */
  path: string;
  /** What an answer is, with its article. */
  noun: string;
  checks: FormatCheckNames;
  /** Headers that show the key, in the order in which they are tried. */
  auth(key: string | undefined): Record<string, string>[];
  body(ask: ProbeAsk): object;
  user(text: string): object;
  /** A turn of the assistant that makes these calls. */
  calls(calls: readonly ProbeCall[]): object[];
  results(results: readonly { id: string; text: string }[]): object[];
  /** A body that no endpoint may accept. */
  invalidBody(model: string): object;
  /** Null when the value is no answer of this format. */
  readAnswer(value: unknown): ProbeReading | null;
  readStream(events: readonly SseEvent[]): ProbeStreamReading;
  /** What an error body lacks of the format's own error object; null when nothing. */
  errorFault(value: unknown): string | null;
}

/** `probe.<format>…`; those of chat are older than the other formats and keep their names. */
export function checkNames(id: ProbeFormatId): FormatCheckNames {
  const base = `probe.${id}`;
  const tool = id === 'chat' ? 'probe.tool' : `${base}.tool`;
  return {
    plain: base, stream: `${base}.stream`, roundTrip: `${tool}.roundtrip`, parallel: `${tool}.parallel`,
    usage: `${base}.usage`, errors: `${base}.errors`, headers: `${base}.headers`, overflow: `${base}.overflow`,
  };
}
