import { isRecord } from '../json.ts';
import type { ChatRequest } from '../types.ts';
import type { RequestSettings } from '../wire.ts';
import { allowedNames, neutralChoice, neutralTool } from './tools.ts';

/** What a Responses body asks for beside its conversation. */
export function settingsOf(request: ChatRequest): RequestSettings {
  const { body, tools } = request;
  const text = (holder: unknown, key: string): string | undefined => (isRecord(holder) && typeof holder[key] === 'string' ? holder[key] : undefined);
  const number = (key: string): number | undefined => (typeof body[key] === 'number' ? body[key] : undefined);
  const allowed = allowedNames(request.toolChoice);
  const parallel = body['parallel_tool_calls'];
  return {
    tools: (allowed === null ? tools : tools.filter(({ name }) => allowed.has(name))).flatMap(neutralTool),
    toolChoice: neutralChoice(request.toolChoice),
    parallelToolCalls: typeof parallel === 'boolean' ? parallel : undefined,
    format: formatOf(body['text']),
    maxOutputTokens: request.maxOutputTokens,
    temperature: number('temperature'),
    topP: number('top_p'),
    // Not of OpenAI's; OpenRouter takes it.
    topK: number('top_k'),
    stop: [],
    seed: undefined,
    effort: text(body['reasoning'], 'effort') ?? null,
    thinkingTokens: undefined,
    verbosity: text(body['text'], 'verbosity'),
    user: text(body, 'user') ?? text(body, 'safety_identifier'),
    promptCacheKey: request.session.promptCacheKey,
    serviceTier: text(body, 'service_tier'),
  };
}

function formatOf(text: unknown): RequestSettings['format'] {
  const format = isRecord(text) ? text['format'] : undefined;
  if (!isRecord(format)) return { type: 'text' };
  const { type, name, description, schema, strict } = format;
  if (type !== 'json_schema') return { type: type === 'json_object' ? 'json_object' : 'text' };
  return {
    type, name: typeof name === 'string' && name !== '' ? name : 'answer', description: typeof description === 'string' ? description : undefined,
    schema, strict: typeof strict === 'boolean' ? strict : undefined,
  };
}
