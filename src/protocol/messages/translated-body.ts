import { adjustFields } from '../adjust-fields.ts';
import type { JsonObject } from '../json.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody, Quirks, RequestSettings } from '../wire.ts';
import { formatFields } from './answer-format.ts';
import { markForCache } from './cache-marks.ts';
import { textBlock } from './content-blocks.ts';
import { DEFAULT_MAX_TOKENS, refusesThinking, thinkingFields, type ThinkingFields } from './thinking.ts';
import { toolBlocks, toolChoice } from './tools.ts';
import { conversationOf, type Turn } from './turns.ts';

/** Longest id of a person that Anthropic takes. */
const MAX_USER_CHARS = 256;

/** A request of another format as a Messages body. */
export function translatedBody(request: ChatRequest, settings: RequestSettings, call: CallBody): Uint8Array[] {
  const { model, stream, set, turn, quirks } = call;
  const { system, turns } = conversationOf(request.messages, (item) => call.ownsReasoning(item));
  const tools = toolBlocks(settings.tools, turns, quirks.dropSchemaKeywords ?? []);
  const review = turn?.kind === 'review';
  const { format, instruction } = review ? {} : formatFields(settings.format, quirks);
  if (instruction !== undefined) system.push(textBlock(instruction));
  markForCache({ tools, system, turns });
  // Behind the mark: nobody continues from a turn of ours.
  if (turn !== undefined) turns.at(-1)?.content.push(textBlock(turn.text));
  const choice = toolChoice(settings, tools, turn !== undefined);
  const maxTokens = maxTokensFor(settings, quirks, review);
  const { thinking, effort } = thinkingFor(settings, turns, { maxTokens, choice, quirks });
  const output = { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) };
  const body: Record<string, unknown> = {
    model, max_tokens: maxTokens,
    ...(system.length === 0 ? {} : { system }),
    messages: turns,
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === null ? {} : { tool_choice: choice }),
    ...(thinking === undefined ? sampling(settings) : { thinking }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...(review ? {} : stopSequences(settings)),
    ...(settings.user === undefined || settings.user.length > MAX_USER_CHARS ? {} : { metadata: { user_id: settings.user } }),
    ...set,
  };
  adjustFields(body, quirks);
  if (stream) body['stream'] = true;
  return [Buffer.from(JSON.stringify(body))];
}

/** A review has to be able to say all that it has to say. */
function maxTokensFor({ maxOutputTokens }: RequestSettings, { defaultMaxTokens = DEFAULT_MAX_TOKENS }: Quirks, review: boolean): number {
  return review ? Math.max(maxOutputTokens ?? 0, defaultMaxTokens) : Math.ceil(maxOutputTokens ?? defaultMaxTokens);
}

/** Thinking, unless Anthropic refuses it here: with a tool that must be called, or in a tool loop that did not begin with it. */
function thinkingFor(settings: RequestSettings, turns: readonly Turn[], { maxTokens, choice, quirks }: { maxTokens: number; choice: JsonObject | null; quirks: Quirks }): ThinkingFields {
  const fields = thinkingFields(settings, maxTokens, quirks);
  const forced = choice?.['type'] === 'any' || choice?.['type'] === 'tool';
  const refused = fields.thinking?.['type'] === 'enabled' && refusesThinking(turns, () => false);
  return forced || refused ? { effort: fields.effort } : fields;
}

/** Anthropic's scale of temperature ends at 1, and newer models take only one of the two. Thinking takes neither. */
function sampling({ temperature, topP, topK }: RequestSettings): JsonObject {
  return {
    ...(temperature === undefined ? (topP === undefined ? {} : { top_p: topP }) : { temperature: Math.min(1, Math.max(0, temperature)) }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function stopSequences({ stop }: RequestSettings): JsonObject {
  // White space alone is refused.
  const sequences = stop.filter((text) => text.trim() !== '');
  return sequences.length === 0 ? {} : { stop_sequences: sequences };
}
