import type { ChatRequest, ContentPart } from '../../protocol/types.ts';
import type { TurnKind } from '../types.ts';

export interface Size {
  contextTokens: number;
  needs: { tools: boolean; images: boolean; jsonSchema: boolean };
}

/** Bytes of JSON a token, by experience with code and tool schemas: English and code about 3.6, Chinese (3 bytes a character) about 3. */
const ASCII_BYTES_PER_TOKEN = 3.6, OTHER_BYTES_PER_TOKEN = 3;
/** What an image costs at most: 1568 px on the long side is about 1,600 tokens with Anthropic, 765 to 1,105 with OpenAI. */
const IMAGE_TOKENS = 1_500;
const PROBES = 64;

/** Measures a request without tokenising it: by its bytes, with the share of non-ASCII read at a few places, pictures apart. */
export function measure(request: ChatRequest): Size {
  const seen = { tools: request.tools.length > 0 || Array.isArray(request.body['functions']), images: 0, inlineBytes: 0, textChars: 0 };
  for (const { role, content, toolCalls } of request.messages) {
    if (role === 'tool' || (toolCalls !== undefined && toolCalls.length > 0)) seen.tools = true;
    if (typeof content === 'string') seen.textChars += content.length;
    else if (content !== null) for (const part of content) lookAt(part, seen);
  }
  const bytes = Math.max(0, (request.bytes.length > 0 ? request.bytes.length : seen.textChars) - seen.inlineBytes);
  const share = nonAsciiShare(request.bytes);
  const tokens = (bytes * (1 - share)) / ASCII_BYTES_PER_TOKEN + (bytes * share) / OTHER_BYTES_PER_TOKEN + seen.images * IMAGE_TOKENS;
  return { contextTokens: Math.ceil(tokens), needs: { tools: seen.tools, images: seen.images > 0, jsonSchema: request.responseFormat === 'json_schema' } };
}

interface Seen { tools: boolean; images: number; inlineBytes: number; textChars: number }

function lookAt(part: ContentPart, seen: Seen): void {
  if (part.type === 'text') seen.textChars += part.text.length;
  else if (part.type === 'image' || part.type === 'file') addImage(part.url, seen);
  else lookAtRaw(part.raw, seen, true);
}

function addImage(url: string, seen: Seen): void {
  seen.images++;
  if (url.startsWith('data:')) seen.inlineBytes += url.length;
}

/** A part that the wire format's reader did not know: an Anthropic image, or a tool's result that holds one. */
function lookAtRaw(raw: unknown, seen: Seen, deeper: boolean): void {
  if (typeof raw !== 'object' || raw === null) return;
  const { type, source, content } = raw as { type?: unknown; source?: unknown; content?: unknown };
  if (type === 'tool_result') seen.tools = true;
  if (type === 'image' && typeof source === 'object' && source !== null) {
    const { data } = source as { data?: unknown };
    seen.images++;
    if (typeof data === 'string') seen.inlineBytes += data.length;
  }
  if (deeper && Array.isArray(content)) for (const inner of content) lookAtRaw(inner, seen, false);
}

function nonAsciiShare(bytes: Uint8Array): number {
  const step = Math.max(1, Math.floor(bytes.length / PROBES));
  let probes = 0, others = 0;
  for (let i = 0; i < bytes.length; i += step) {
    probes++;
    if ((bytes[i] ?? 0) >= 0x80) others++;
  }
  return probes === 0 ? 0 : others / probes;
}

/** Expected length of the answer in tokens, by kind of turn: the usual sizes of agents' turns, more for a harder task. */
const OUTPUT_TOKENS: Record<TurnKind, number> = { task: 700, followup: 600, tool_result: 350, chore: 60 };
const SUMMARY_OUTPUT_TOKENS = 1_200;

export function expectedOutput(turn: TurnKind, choreKind: string | undefined, complexity: number, maxOutputTokens: number | undefined): number {
  const base = choreKind === 'summary' || choreKind === 'compaction' ? SUMMARY_OUTPUT_TOKENS : OUTPUT_TOKENS[turn];
  const expected = turn === 'chore' ? base : Math.round(base * (0.6 + complexity));
  return maxOutputTokens === undefined ? expected : Math.min(expected, maxOutputTokens);
}
