/** Settings as OpenAI's formats, chat and Responses, take them. */
import type { ChatRequest } from './types.ts';
import type { Quirks, RequestSettings } from './wire.ts';

/** Only the fields that were said. */
export const said = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** OpenAI's limit: https://platform.openai.com/docs/api-reference/responses/create */
const MAX_USER_CHARS = 64;
/** OpenAI's tiers; Anthropic has others by the same field name. */
const TIERS: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'priority', 'scale']);

export const serviceTierFor = ({ serviceTier }: RequestSettings): string | undefined => (TIERS.has(serviceTier) ? serviceTier : undefined);

/** Claude Code's `user_id` names an account of Anthropic's: that is nobody else's business. */
export const userFor = ({ wire }: ChatRequest, { user }: RequestSettings): string | undefined => (wire === 'messages' || user === undefined || user.length > MAX_USER_CHARS ? undefined : user);

/** From the least to the most. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const USUAL_EFFORTS: readonly string[] = ['low', 'medium', 'high'];
/** Above so many thinking tokens, so much effort: https://openrouter.ai/docs/use-cases/reasoning-tokens maps 20, 50 and 80 % of 32k. */
const MEDIUM_FROM_TOKENS = 6_400, HIGH_FROM_TOKENS = 16_000;

/** The effort in the nearest word that this model takes; no reasoning is asked for by not asking, where there is no word for it. */
export function effortFor({ effort, thinkingTokens }: RequestSettings, { efforts = USUAL_EFFORTS }: Quirks): string | undefined {
  const wanted = effort ?? (thinkingTokens === undefined ? null : thinkingTokens >= HIGH_FROM_TOKENS ? 'high' : thinkingTokens >= MEDIUM_FROM_TOKENS ? 'medium' : 'low');
  if (wanted === null || efforts.includes(wanted)) return wanted ?? undefined;
  const place = EFFORTS.indexOf(wanted);
  if (wanted === 'none' || place < 0) return undefined;
  const distance = (word: string): number => Math.abs(EFFORTS.indexOf(word) - place);
  return efforts.filter((word) => word !== 'none').toSorted((a, b) => distance(a) - distance(b))[0];
}
