import { isRecord } from '../json.ts';
import { estimateUsage } from '../completion.ts';
import type { ChatRequest, Usage } from '../types.ts';

/** Anthropic's image of the largest size: https://docs.anthropic.com/en/docs/build-with-claude/vision */
const IMAGE_TOKENS = 1_500;

/** Anthropic counts what the cache gave and took apart from `input_tokens`; `estimated` stands in it only when it is true. */
export function usageBody(usage: Usage): Record<string, unknown> {
  const { cachedInputTokens: read, cacheWriteTokens: written = 0 } = usage;
  return {
    input_tokens: Math.max(0, usage.inputTokens - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens > 0 ? { output_tokens_details: { thinking_tokens: usage.reasoningTokens } } : {}),
    ...(usage.estimated ? { estimated: true } : {}),
  };
}

const COUNTS = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/** Puts together what the events of one stream tell of its usage: each is a total, and may leave out what another told. */
export class UsageReader {
  readonly #told: Partial<Record<(typeof COUNTS)[number], number>> = {};
  #thinking = 0;
  #estimated = false;

  /** The usage so far; null while nothing was told. */
  add(usage: unknown): Usage | null {
    if (isRecord(usage)) {
      for (const name of COUNTS) {
        const value = usage[name];
        // Some relays say 0 in one event for what they tell in another.
        if (typeof value === 'number' && (value > 0 || this.#told[name] === undefined)) this.#told[name] = value;
      }
      const details = usage['output_tokens_details'];
      if (isRecord(details) && typeof details['thinking_tokens'] === 'number') this.#thinking = details['thinking_tokens'];
      if (usage['estimated'] === true) this.#estimated = true;
    }
    const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read = 0, cache_creation_input_tokens: written } = this.#told;
    // Relays that do not count say zeros, since the format insists on numbers.
    if ((input ?? 0) + (output ?? 0) + read + (written ?? 0) === 0) return null;
    return {
      inputTokens: (input ?? 0) + read + (written ?? 0), outputTokens: output ?? 0, cachedInputTokens: read,
      ...(written === undefined ? {} : { cacheWriteTokens: written }),
      reasoningTokens: this.#thinking, estimated: this.#estimated,
    };
  }
}

/** Input tokens for the start of a stream, where nobody knows them yet; its end tells the real ones. */
export function estimateInput({ bytes, messages }: ChatRequest): number {
  let inline = 0, images = 0;
  for (const { content } of messages) {
    if (content === null || typeof content === 'string') continue;
    for (const part of content) {
      if (part.type !== 'image' && part.type !== 'file') continue;
      images++;
      if (part.url.startsWith('data:')) inline += part.url.length;
    }
  }
  return estimateUsage(Math.max(0, bytes.length - inline), 0).inputTokens + images * IMAGE_TOKENS;
}
