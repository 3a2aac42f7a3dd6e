/** Probe of a tool round trip: a question, the call of a tool, its result, the answer. */
import { type ChatBodyAnswer, readChatBody } from './chat-body.ts';
import { check, type Check } from './check.ts';
import { isObject, parseJson } from './guards.ts';
import type { ProbeClient } from './probe-client.ts';
import type { ToolCall } from '../protocol/types.ts';

const NAME = 'probe.tool.roundtrip';
const TOOL = 'read_build_status';
const TOOLS = [{
  type: 'function',
  function: {
    name: TOOL,
    description: 'Reads whether the latest build of a branch passed.',
    parameters: { type: 'object', properties: { branch: { type: 'string', description: 'Name of the branch' } }, required: ['branch'], additionalProperties: false },
  },
}];
const QUESTION = { role: 'user', content: `Did the latest build of the branch "main" pass? Call ${TOOL} to find out, then answer in one sentence.` };
const RESULT = JSON.stringify({ branch: 'main', build: 1204, passed: true });

/** Both turns through the endpoint, as an agent would send them. */
export async function probeToolRoundTrip(client: ProbeClient, model: string): Promise<Check> {
  const first = await askForCall(client, model);
  if (!first.ok) return first.check;
  const { call, answer, forced } = first;
  const second = await client.postJson('chat/completions', {
    model,
    tools: TOOLS,
    messages: [
      QUESTION,
      { role: 'assistant', content: answer.text === '' ? null : answer.text, tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }] },
      { role: 'tool', tool_call_id: call.id, content: RESULT },
    ],
  });
  const latencyMs = first.latencyMs + second.latencyMs;
  if (!second.ok) return check(NAME, 'fail', `after the tool’s result: ${second.detail}`, { latencyMs, hint: second.hint });
  const final = readChatBody(second.body);
  if (final === null || final.text.trim() === '') {
    const again = (final?.toolCalls.length ?? 0) > 0;
    return check(NAME, 'fail', again ? 'after the tool’s result it called the tool again' : 'after the tool’s result the answer is empty', { latencyMs });
  }
  if (!forced) return check(NAME, 'warn', 'works, but tool_choice with a named function is refused', { latencyMs, hint: 'Agents that force a tool will see an error.' });
  return check(NAME, 'pass', `${TOOL} called, its result answered`, { latencyMs });
}

type FirstTurn = { ok: true; call: ToolCall; answer: ChatBodyAnswer; forced: boolean; latencyMs: number } | { ok: false; check: Check };

/** Forces the call; where that is refused, leaves the choice to the model, as agents do. */
async function askForCall(client: ProbeClient, model: string): Promise<FirstTurn> {
  const body = { model, tools: TOOLS, messages: [QUESTION] };
  const forced = await client.postJson('chat/completions', { ...body, tool_choice: { type: 'function', function: { name: TOOL } } });
  const refused = !forced.ok && (forced.status === 400 || forced.status === 422);
  const reply = refused ? await client.postJson('chat/completions', body) : forced;
  if (!reply.ok) return { ok: false, check: check(NAME, 'fail', reply.detail, reply) };
  const answer = readChatBody(reply.body);
  const call = answer?.toolCalls[0];
  const problem = answer === null ? 'the answer is not a chat completion' : callProblem(call);
  if (answer === null || call === undefined || problem !== null) {
    return { ok: false, check: check(NAME, 'fail', problem ?? 'no tool was called', { latencyMs: reply.latencyMs, hint: 'Choose a model that can call tools with --probe-model.' }) };
  }
  return { ok: true, call, answer, forced: !refused, latencyMs: reply.latencyMs };
}

function callProblem(call: ToolCall | undefined): string | null {
  if (call === undefined) return 'no tool was called';
  if (call.name !== TOOL) return 'a tool was called that was not offered';
  if (call.id === '') return 'the tool call has no id';
  return isObject(parseJson(call.arguments)) ? null : 'the arguments of the tool call are not a JSON object';
}
