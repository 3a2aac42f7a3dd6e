/** The effort of reasoning that a request asks for, read and changed where its format has it. */
import { isRecord, type JsonObject } from './json.ts';
import { effortOfBudget, budgetOf } from './messages/thinking.ts';
import type { ChatRequest } from './types.ts';

/** Reasoning that the client switched off, which is more than no effort: nobody may switch it on again. */
const OFF = 'off';

/** What the client asks for, in OpenAI's words or one of its own; null when it leaves it to the model. */
export function askedEffort(wire: ChatRequest['wire'], body: JsonObject): string | null {
  const { reasoning, reasoning_effort: effort, output_config: output, thinking } = body;
  if (wire === 'messages' ? isRecord(thinking) && thinking['type'] === 'disabled' : isRecord(reasoning) && reasoning['enabled'] === false) return OFF;
  if (wire === 'messages') return wordIn(output) ?? (isBudget(thinking) ? effortOfBudget(thinking.budget_tokens) : null);
  return (typeof effort === 'string' ? effort : null) ?? wordIn(reasoning);
}

const wordIn = (value: unknown): string | null => (isRecord(value) && typeof value['effort'] === 'string' ? value['effort'] : null);
const isBudget = (thinking: unknown): thinking is JsonObject & { budget_tokens: number } => isRecord(thinking) && thinking['type'] === 'enabled' && typeof thinking['budget_tokens'] === 'number';

/** Top-level fields that make the request ask for another effort in its own format; what else stands in them stays. */
export function effortFields({ wire, body }: Pick<ChatRequest, 'wire' | 'body'>, effort: string): Record<string, unknown> {
  const { reasoning, output_config: output, thinking } = body;
  if (wire === 'messages') {
    if (isBudget(thinking)) return { thinking: { ...thinking, budget_tokens: Math.max(thinking.budget_tokens, budgetOf(effort, body['max_tokens'])) } };
    return { output_config: { ...(isRecord(output) ? output : {}), effort } };
  }
  if (wire === 'chat' && !isRecord(reasoning)) return { reasoning_effort: effort };
  const { max_tokens: _tokens, ...kept } = isRecord(reasoning) ? reasoning : {};
  return { reasoning: { ...kept, effort } };
}
