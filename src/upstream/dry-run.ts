import { isRecord, tryParseJson, type JsonObject } from '../protocol/json.ts';
import type { Upstream, UpstreamCall } from './types.ts';

/** Characters of the task that a dry-run answer repeats. */
const ECHO_CHARS = 160;

/**
 * The upstream that calls nobody: it plays every part of a plan locally, so that routing, strategies, streaming and traces
 * can be tried without a key. Its answers say what they are.
 */
export function createDryRunUpstream(name: string): Upstream {
  return {
    name, kind: 'dry-run', protocols: ['chat'],
    call(call, signal) {
      if (signal.aborted) return Promise.resolve({ ok: false, failure: { reason: 'aborted', status: 0, message: 'the call was aborted', code: null, param: null } });
      const body = tryParseJson(Buffer.concat(call.body).toString('utf8'));
      const message = answerTo(call, isRecord(body) ? body : {});
      const contentType = call.stream ? 'text/event-stream' : 'application/json';
      const pieces = call.stream ? streamed(call, message) : [plain(call, message)];
      return Promise.resolve({ ok: true, reply: { status: 200, contentType, read: reader(pieces), cancel: () => undefined } });
    },
    close: () => Promise.resolve(),
  };
}

function reader(pieces: readonly string[]): () => Promise<Uint8Array | null> {
  let next = 0;
  // A turn of the event loop between the pieces, as between network reads.
  return () => new Promise((resolve) => setImmediate(() => {
    const piece = pieces[next++];
    resolve(piece === undefined ? null : Buffer.from(piece));
  }));
}

interface Message { text: string; toolCall: { name: string; arguments: string } | null }

function answerTo(call: UpstreamCall, body: JsonObject): Message {
  // The newest turn of a synthesis is ours; the user's task stands before it.
  const task = newestUserText(body['messages'], call.purpose === 'synthesis' ? 1 : 0).replace(/\s+/g, ' ').trim().slice(0, ECHO_CHARS);
  if (call.purpose === 'verify') return { text: 'NO_CHANGE', toolCall: null };
  if (call.purpose === 'judge') return { text: judgement(body), toolCall: null };
  const forced = forcedTool(body);
  if (forced !== null) return { text: '', toolCall: forced };
  const format = body['response_format'];
  if (isRecord(format) && format['type'] !== 'text' && format['type'] !== undefined) return { text: JSON.stringify(sampleOf(schemaOf(format))), toolCall: null };
  const part = call.purpose === 'panel' ? 'its panel answer' : call.purpose === 'synthesis' ? 'the synthesis of the panel' : 'its answer';
  return { text: `[dry-run] No model was called. ${call.model} would give ${part} here${task === '' ? '.' : ` to: ${task}`}`, toolCall: null };
}

const judgement = (body: JsonObject): string => {
  const labels = [...JSON.stringify(body['messages'] ?? '').matchAll(/### Answer ([A-H])\b/g)].map((match) => match[1]);
  return JSON.stringify({
    best: labels[0] ?? 'A', consensus: ['dry-run: every panel answer is a placeholder'], contradictions: [], unique_insights: [], blind_spots: ['no model was called'],
  });
};

function newestUserText(messages: unknown, skip: number): string {
  if (!Array.isArray(messages)) return '';
  const users = messages.filter((message): message is JsonObject => isRecord(message) && message['role'] === 'user');
  for (const { content } of users.reverse().slice(skip)) {
    const text = typeof content === 'string' ? content
      : Array.isArray(content) ? content.map((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '')).join(' ') : '';
    if (text.trim() !== '') return text;
  }
  return '';
}

/** A tool call only when the client insists on one; else agents would loop for ever. */
function forcedTool(body: JsonObject): Message['toolCall'] {
  const choice = body['tool_choice'];
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isRecord) : [];
  if (choice !== 'required' && !isRecord(choice)) return null;
  const wanted = isRecord(choice) && isRecord(choice['function']) ? choice['function']['name'] : undefined;
  const tool = tools.map((entry) => entry['function']).filter(isRecord).find((entry) => wanted === undefined || entry['name'] === wanted);
  if (tool === undefined || typeof tool['name'] !== 'string') return null;
  return { name: tool['name'], arguments: JSON.stringify(sampleOf(tool['parameters'])) };
}

const schemaOf = (format: JsonObject): unknown => (isRecord(format['json_schema']) ? format['json_schema']['schema'] : undefined);

/** The smallest value that fits a JSON Schema's types, enums and required properties. */
function sampleOf(schema: unknown): unknown {
  if (!isRecord(schema)) return {};
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] as unknown;
  const branch: unknown = [schema['anyOf'], schema['oneOf']].find(Array.isArray)?.[0];
  if (branch !== undefined) return sampleOf(branch);
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'string') return 'dry-run';
  if (type === 'number' || type === 'integer') return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  if (type === 'array') return typeof schema['minItems'] === 'number' && schema['minItems'] > 0 ? [sampleOf(schema['items'])] : [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(required.filter((key): key is string => typeof key === 'string').map((key) => [key, sampleOf(properties[key])]));
}

function usageOf(call: UpstreamCall, message: Message): Record<string, unknown> {
  const size = call.body.reduce((sum, piece) => sum + piece.byteLength, 0);
  const input = Math.ceil(size / 3.6), output = Math.ceil((message.text.length + (message.toolCall?.arguments.length ?? 0)) / 3.6);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const head = (call: UpstreamCall, object: string): Record<string, unknown> => ({ id: 'chatcmpl-dry-run', object, created: 0, model: call.model });
const finishOf = (message: Message): string => (message.toolCall === null ? 'stop' : 'tool_calls');

function plain(call: UpstreamCall, message: Message): string {
  const calls = message.toolCall === null ? {} : { tool_calls: [{ id: 'call_dry_run', type: 'function', function: message.toolCall }] };
  return JSON.stringify({
    ...head(call, 'chat.completion'),
    choices: [{ index: 0, message: { role: 'assistant', content: message.toolCall === null ? message.text : null, ...calls }, finish_reason: finishOf(message), logprobs: null }],
    usage: usageOf(call, message),
  });
}

function streamed(call: UpstreamCall, message: Message): string[] {
  const chunk = (delta: unknown, finish: string | null = null): string =>
    `data: ${JSON.stringify({ ...head(call, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const content = message.toolCall === null
    ? message.text.match(/\S+\s*/g)?.map((word) => chunk({ content: word })) ?? []
    : [chunk({ tool_calls: [{ index: 0, id: 'call_dry_run', type: 'function', function: message.toolCall }] })];
  const usage = `data: ${JSON.stringify({ ...head(call, 'chat.completion.chunk'), choices: [], usage: usageOf(call, message) })}\n\n`;
  return [chunk({ role: 'assistant', content: '' }), ...content, chunk({}, finishOf(message)), usage, 'data: [DONE]\n\n'];
}
