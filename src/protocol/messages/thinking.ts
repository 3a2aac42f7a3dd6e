import { isRecord, type JsonObject } from '../json.ts';
import type { Quirks, RequestSettings } from '../wire.ts';
import { isThinking } from './read-content.ts';

/** What `max_tokens` is when nobody says: what Claude Code asks for, and every current model of Anthropic's takes. */
export const DEFAULT_MAX_TOKENS = 32_000;

/** Least that Anthropic takes, and least that is left for the answer: https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking */
const MIN_BUDGET = 1_024, MIN_ANSWER = 1_024;
/** Tokens of thinking by effort: Claude Code's own steps (4,000 / 10,000 / 31,999), with one between. */
const BUDGETS: ReadonlyMap<string, number> = new Map([['minimal', 1_024], ['low', 4_000], ['medium', 10_000], ['high', 20_000], ['xhigh', 31_999], ['max', 31_999]]);
const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** Every model that knows an effort knows these. */
const COMMON_EFFORTS = ['low', 'medium', 'high'];

export interface ThinkingFields { thinking?: JsonObject | undefined; effort?: string | undefined }

/** The effort that a budget of thinking tokens means, by the steps above. */
export function effortOfBudget(tokens: number): string {
  if (tokens >= 16_000) return 'high';
  return tokens >= 8_000 ? 'medium' : 'low';
}

/** Tokens of thinking for an effort, by the steps above, that leave room for an answer; 0 where there is room for none. */
export const budgetOf = (effort: string, maxTokens: unknown): number => fitBudget(BUDGETS.get(effort) ?? MIN_BUDGET, typeof maxTokens === 'number' ? maxTokens : DEFAULT_MAX_TOKENS) ?? 0;

/** Thinking for a request of another format, in the form that the model takes. */
export function thinkingFields({ effort, thinkingTokens }: Pick<RequestSettings, 'effort' | 'thinkingTokens'>, maxTokens: number, quirks: Quirks): ThinkingFields {
  const { thinking: form = 'adaptive' } = quirks;
  if (form === 'none' || (effort === null && thinkingTokens === undefined)) return {};
  if (effort === 'none') return form === 'adaptive' ? { effort: fitEffort('low', quirks.efforts) } : {};
  if (form === 'adaptive') return { thinking: { type: 'adaptive' }, effort: fitEffort(effort ?? effortOfBudget(thinkingTokens ?? 0), quirks.efforts) };
  const tokens = fitBudget(thinkingTokens ?? BUDGETS.get(effort ?? 'medium') ?? MIN_BUDGET, maxTokens);
  return tokens === null ? {} : { thinking: { type: 'enabled', budget_tokens: tokens } };
}

/** A budget that leaves room for an answer; null where there is room for none. */
function fitBudget(tokens: number, maxTokens: number): number | null {
  const most = maxTokens - MIN_ANSWER;
  return most < MIN_BUDGET ? null : Math.max(MIN_BUDGET, Math.min(Math.floor(tokens), most));
}

/** The nearest word that the model takes. */
function fitEffort(effort: string, taken: readonly string[] = COMMON_EFFORTS): string {
  if (taken.includes(effort)) return effort;
  const wanted = EFFORTS.indexOf(effort);
  const known = taken.filter((word) => EFFORTS.includes(word));
  const nearest = known.toSorted((a, b) => Math.abs(EFFORTS.indexOf(a) - wanted) - Math.abs(EFFORTS.indexOf(b) - wanted))[0];
  return nearest ?? 'high';
}

/**
 * A Messages body with thinking in the form that the model takes, since an agent cannot know which one answers: Claude Code sends
 * `adaptive` for names that it does not know, older models want a budget, newer ones refuse it. The same object where it may stay.
 */
export function fitThinking(body: JsonObject, quirks: Quirks): JsonObject {
  const { thinking } = body;
  const type = isRecord(thinking) ? thinking['type'] : undefined;
  const effort = effortIn(body);
  if (quirks.drop?.includes('thinking') === true) return withoutThinking(body, undefined);
  switch (quirks.thinking) {
    case 'none': return withoutThinking(withEffort(body, undefined), undefined);
    case 'budget': {
      if (type !== 'adaptive') return withEffort(body, quirks.efforts === undefined ? undefined : effort && fitEffort(effort, quirks.efforts));
      const tokens = fitBudget(BUDGETS.get(effort ?? 'high') ?? MIN_BUDGET, maxTokensOf(body, quirks));
      const kept = withEffort(body, quirks.efforts === undefined ? undefined : effort && fitEffort(effort, quirks.efforts));
      return tokens === null ? withoutThinking(kept, { type: 'disabled' }) : { ...kept, thinking: { ...(thinking as JsonObject), type: 'enabled', budget_tokens: tokens } };
    }
    case 'adaptive': {
      if (type !== 'enabled') return quirks.efforts === undefined ? body : withEffort(body, effort && fitEffort(effort, quirks.efforts));
      const { budget_tokens: tokens, ...rest } = thinking as JsonObject;
      const word = effort ?? effortOfBudget(typeof tokens === 'number' ? tokens : 0);
      return { ...withEffort(body, fitEffort(word, quirks.efforts ?? [word])), thinking: { ...rest, type: 'adaptive' } };
    }
    default: return body;
  }
}

const maxTokensOf = ({ max_tokens: tokens }: JsonObject, quirks: Quirks): number => (typeof tokens === 'number' ? tokens : (quirks.defaultMaxTokens ?? DEFAULT_MAX_TOKENS));

function effortIn({ output_config: config }: JsonObject): string | undefined {
  return isRecord(config) && typeof config['effort'] === 'string' ? config['effort'] : undefined;
}

function withEffort(body: JsonObject, effort: string | undefined): JsonObject {
  const config = isRecord(body['output_config']) ? body['output_config'] : {};
  if (config['effort'] === effort) return body;
  const { effort: _had, ...rest } = config;
  const next = effort === undefined ? rest : { ...rest, effort };
  const { output_config: _config, ...others } = body;
  return Object.keys(next).length === 0 ? others : { ...others, output_config: next };
}

/** Without thinking, and without the context edits that need it: Anthropic refuses `clear_thinking` then. */
export function withoutThinking(body: JsonObject, instead: JsonObject | undefined): JsonObject {
  const { thinking, context_management: context, ...rest } = body;
  if (thinking === undefined && context === undefined) return body;
  const edits = isRecord(context) && Array.isArray(context['edits']) ? (context['edits'] as unknown[]) : null;
  const kept = edits?.filter((edit) => !(isRecord(edit) && String(edit['type']).startsWith('clear_thinking')));
  const contextKept = kept === undefined || kept.length === edits?.length ? context : kept.length === 0 ? undefined : { ...(context as JsonObject), edits: kept };
  return { ...rest, ...(instead === undefined ? {} : { thinking: instead }), ...(contextKept === undefined ? {} : { context_management: contextKept }) };
}

/**
 * Would Anthropic refuse thinking for this conversation? With a budget, a tool loop that is under way has to begin with the thinking
 * that led to it. `lost`: blocks of the loop were left out for this call.
 */
export function refusesThinking(messages: unknown, lost: (message: unknown) => boolean): boolean {
  const loop = runningLoop(Array.isArray(messages) ? messages : []);
  const [first] = loop, last = loop.at(-1);
  if (first === undefined) return false;
  return !beginsWithThinking(first) || (loop.some(lost) && !beginsWithThinking(last));
}

/** The assistant's messages since the user last said something that was no tool result; empty where no result is the newest. */
function runningLoop(messages: readonly unknown[]): unknown[] {
  const loop: unknown[] = [];
  let results = false;
  for (const message of messages.toReversed()) {
    if (!isRecord(message) || message['role'] === 'system') continue;
    const { role, content } = message;
    if (role === 'assistant') { if (!results) return []; loop.unshift(message); continue; }
    if (!Array.isArray(content) || !content.some((block: unknown) => isRecord(block) && block['type'] === 'tool_result')) return loop;
    results = true;
  }
  return loop;
}

function beginsWithThinking(message: unknown): boolean {
  const content = isRecord(message) ? message['content'] : undefined;
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  return isRecord(first) && isThinking(first);
}
