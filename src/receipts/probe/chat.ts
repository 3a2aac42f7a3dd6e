/** OpenAI chat completions, as the probes write and read them: https://platform.openai.com/docs/api-reference/chat */
import { readChatBody, readFinishReason } from '../chat-body.ts';
import { asArray, asObject, asString } from '../guards.ts';
import { readChatStream } from './chat-stream.ts';
import { assistantTurn, readChatUsage } from './chat-turn.ts';
import { checkNames, type ProbeAsk, type ProbeFormat, type ProbeReading } from './format.ts';
import { openAiErrorFault } from './openai-error.ts';

export const chatFormat: ProbeFormat = {
  id: 'chat',
  title: 'Chat Completions',
  path: 'chat/completions',
  noun: 'a chat completion',
  checks: checkNames('chat'),
  auth: (key) => (key === undefined ? [{}] : [{ authorization: `Bearer ${key}` }]),
  body: ({ model, turns, tools, force, stream = false, usage = false, maxTokens }: ProbeAsk) => ({
    model,
    messages: turns,
    ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    ...(force === undefined ? {} : force === '*' ? { tool_choice: 'required', parallel_tool_calls: true } : { tool_choice: { type: 'function', function: { name: force } } }),
    ...(stream ? { stream, ...(usage ? { stream_options: { include_usage: true } } : {}) } : {}),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  }),
  user: (text) => ({ role: 'user', content: text }),
  calls: (calls) => [assistantTurn('', calls, null)],
  results: (results) => results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text })),
  invalidBody: (model) => ({ model, messages: 'not a list of messages' }),
  readAnswer,
  readStream: readChatStream,
  errorFault: openAiErrorFault,
};

function readAnswer(value: unknown): ProbeReading | null {
  const read = readChatBody(value);
  if (read === null) return null;
  const choice = asObject(asArray(asObject(value).choices)[0]);
  const usage = readChatUsage(asObject(value).usage);
  const remarks = [
    ...(readFinishReason(choice.finish_reason) === null ? ['without a finish_reason'] : []),
    ...(usage === null ? ['without usage: costs will be estimates'] : []),
  ];
  const { text, toolCalls: calls } = read;
  return { answer: { text, calls, usage, turn: [assistantTurn(text, calls, asString(asObject(choice.message).reasoning_content))] }, faults: [], remarks };
}
