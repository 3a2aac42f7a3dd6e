/** OpenAI Responses, as the probes write and read them: https://platform.openai.com/docs/api-reference/responses */
import { asObject, asString } from '../guards.ts';
import { checkNames, type ProbeAsk, type ProbeFormat, type ProbeReading } from './format.ts';
import { openAiErrorFault } from './openai-error.ts';
import { answerOf, callItem } from './responses-items.ts';
import { readResponsesStream } from './responses-stream.ts';

/** Stateless, as agents use it: `store: false`, and the whole conversation each time. */
export const responsesFormat: ProbeFormat = {
  id: 'responses',
  title: 'Responses',
  path: 'responses',
  noun: 'a response',
  checks: checkNames('responses'),
  auth: (key) => (key === undefined ? [{}] : [{ authorization: `Bearer ${key}` }]),
  body: ({ model, turns, tools, force, stream = false, maxTokens }: ProbeAsk) => ({
    model,
    input: turns,
    store: false,
    ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function', ...tool, strict: false })) }),
    ...(force === undefined ? {} : force === '*' ? { tool_choice: 'required', parallel_tool_calls: true } : { tool_choice: { type: 'function', name: force } }),
    ...(stream ? { stream } : {}),
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
  }),
  user: (text) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }),
  calls: (calls) => calls.map(callItem),
  results: (results) => results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text })),
  invalidBody: (model) => ({ model, input: 42 }),
  readAnswer,
  readStream: readResponsesStream,
  errorFault: openAiErrorFault,
};

function readAnswer(value: unknown): ProbeReading | null {
  const response = asObject(value);
  if (!Array.isArray(response.output)) return null;
  const answer = answerOf(response.output, response.usage);
  const status = asString(response.status);
  const error = asString(asObject(response.error).message);
  return {
    answer,
    faults: error !== null ? [`the response holds an error: ${error}`] : status === 'completed' || status === null ? [] : [`the response’s status is ${status}`],
    remarks: [
      ...(response.object === 'response' ? [] : ['without "object": "response"']),
      ...((asString(response.id) ?? '') === '' ? ['without an id'] : []),
      ...(status === null ? ['without a status'] : []),
      ...(answer.usage === null ? ['without usage: costs will be estimates'] : []),
    ],
  };
}
