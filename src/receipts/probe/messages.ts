/** Anthropic Messages, as the probes write and read them: https://docs.anthropic.com/en/api/messages */
import { asArray, asObject, asString, isObject, parseJson } from '../guards.ts';
import { checkNames, type ProbeAsk, type ProbeFormat, type ProbeReading } from './format.ts';
import { messageAnswer, readMessagesUsage } from './messages-blocks.ts';
import { readMessagesStream } from './messages-stream.ts';

const VERSION = { 'anthropic-version': '2023-06-01' };
/** The format insists on a limit; a reasoning model's short answer fits well inside. */
const MAX_TOKENS = 1024;

export const messagesFormat: ProbeFormat = {
  id: 'messages',
  title: 'Messages',
  path: 'messages',
  noun: 'a message',
  checks: checkNames('messages'),
  auth: (key) => (key === undefined ? [VERSION] : [{ ...VERSION, 'x-api-key': key }, { ...VERSION, authorization: `Bearer ${key}` }]),
  body: ({ model, turns, tools, force, stream = false, maxTokens = MAX_TOKENS }: ProbeAsk) => ({
    model,
    max_tokens: maxTokens,
    messages: joinTurns(turns),
    ...(tools === undefined ? {} : { tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })) }),
    ...(force === undefined ? {} : { tool_choice: force === '*' ? { type: 'any' } : { type: 'tool', name: force } }),
    ...(stream ? { stream } : {}),
  }),
  user: (text) => ({ role: 'user', content: [{ type: 'text', text }] }),
  calls: (calls) => [{ role: 'assistant', content: calls.map(({ id, name, arguments: args }) => ({ type: 'tool_use', id, name, input: parseJson(args) ?? {} })) }],
  results: (results) => results.map(({ id, text }) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: text }] })),
  invalidBody: (model) => ({ model, max_tokens: MAX_TOKENS, messages: 'not a list of messages' }),
  readAnswer,
  readStream: readMessagesStream,
  errorFault,
};

/** All results of one turn have to stand in one message. */
function joinTurns(turns: readonly object[]): object[] {
  const joined: { role: unknown; content: unknown[] }[] = [];
  for (const turn of turns.filter(isObject)) {
    const last = joined.at(-1);
    if (last !== undefined && last.role === turn.role) last.content.push(...asArray(turn.content));
    else joined.push({ role: turn.role, content: [...asArray(turn.content)] });
  }
  return joined;
}

function readAnswer(value: unknown): ProbeReading | null {
  const message = asObject(value);
  if (!Array.isArray(message.content) || message.type === 'error') return null;
  const answer = messageAnswer(message.content, readMessagesUsage(message.usage));
  return {
    answer,
    faults: [],
    remarks: [
      ...(message.type === 'message' && message.role === 'assistant' ? [] : ['without "type": "message" or "role": "assistant"']),
      ...((asString(message.id) ?? '') === '' ? ['without an id'] : []),
      ...(asString(message.stop_reason) === null ? ['without a stop_reason'] : []),
      ...(answer.usage === null ? ['without usage: costs will be estimates'] : []),
    ],
  };
}

/** https://docs.anthropic.com/en/api/errors */
function errorFault(value: unknown): string | null {
  if (!isObject(value)) return 'the body is not a JSON object';
  if (!isObject(value.error)) return 'the body has no error object';
  if ((asString(value.error.message) ?? '') === '') return 'the error object has no message';
  if ((asString(value.error.type) ?? '') === '') return 'the error object has no type';
  return value.type === 'error' ? null : 'the body lacks "type": "error"';
}
