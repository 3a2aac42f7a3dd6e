import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest, ToolDefinition } from '../types.ts';
import type { NeutralTool, RequestSettings } from '../wire.ts';
import { answerFormat } from './read.ts';
import { effortOfBudget } from './thinking.ts';

/** What a person's id may be elsewhere: OpenAI takes 64 characters. Claude Code's is a JSON text about device and session, for Anthropic alone. */
const USER_ID = /^[^{].{0,63}$/s;

/** What a Messages body asks for beside its conversation. */
export function settingsOf(request: ChatRequest): RequestSettings {
  const { body } = request;
  const { stop_sequences: stop, tool_choice: choice } = body;
  const number = (key: string): number | undefined => (typeof body[key] === 'number' ? body[key] : undefined);
  const serial = isRecord(choice) ? choice['disable_parallel_tool_use'] : undefined;
  const user = request.session.metadataUserId;
  return {
    tools: request.tools.flatMap(neutralTool),
    toolChoice: toolChoice(request.toolChoice),
    parallelToolCalls: typeof serial === 'boolean' ? !serial : undefined,
    format: formatOf(answerFormat(body)),
    // 0 only fills the prompt cache, which other formats cannot ask for: one token is the least.
    maxOutputTokens: request.maxOutputTokens === undefined ? undefined : Math.max(1, request.maxOutputTokens),
    temperature: number('temperature'), topP: number('top_p'), topK: number('top_k'), seed: undefined,
    stop: Array.isArray(stop) ? stop.filter((one) => typeof one === 'string') : [],
    ...thinking(body),
    verbosity: undefined,
    user: user !== undefined && USER_ID.test(user) ? user : undefined,
    promptCacheKey: request.session.promptCacheKey,
    serviceTier: undefined,
  };
}

/** `max` is Anthropic's own word. Who gives only a budget means an effort too; `disabled` leaves it to the model, as most take no such word. */
function thinking({ thinking: config, output_config: output }: JsonObject): Pick<RequestSettings, 'effort' | 'thinkingTokens'> {
  const said = isRecord(output) && typeof output['effort'] === 'string' ? output['effort'] : null;
  const budget = isRecord(config) && config['type'] === 'enabled' && typeof config['budget_tokens'] === 'number' ? config['budget_tokens'] : undefined;
  const effort = said === 'max' ? 'xhigh' : said;
  return { effort: effort ?? (budget === undefined ? null : effortOfBudget(budget)), thinkingTokens: budget };
}

function neutralTool({ kind, name, raw }: ToolDefinition): NeutralTool[] {
  if (kind !== 'function' || !isRecord(raw)) return [];
  const { description, input_schema: parameters, strict, cache_control: cache } = raw;
  return [{
    kind, name, description: typeof description === 'string' && description !== '' ? description : undefined, parameters,
    strict: typeof strict === 'boolean' ? strict : undefined, ...(cache == null ? {} : { cacheControl: cache }),
  }];
}

function toolChoice(choice: unknown): RequestSettings['toolChoice'] {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  return isRecord(choice) && typeof choice['name'] === 'string' ? { name: choice['name'] } : undefined;
}

function formatOf(format: JsonObject | null): RequestSettings['format'] {
  return format?.['type'] === 'json_schema' ? { type: 'json_schema', name: 'answer', schema: format['schema'] } : { type: 'text' };
}
