// A provider's prompt cache, one for each candidate of a session, and what a call costs with it.

/** Lifetime since the last use, as Anthropic's and OpenAI's short caches have it. */
export const CACHE_TTL_MS = 5 * 60_000;

export class Caches {
  #held = new Map();

  /**
   * Bills one call in USD. `stamp` names the prompt that the cache would hold (a session's context between two compactions); `shared` tokens at
   * its head outlive a compaction.
   */
  bill({ id, pricing }, { input, output, stamp, shared, nowMs }) {
    const held = this.#held.get(id);
    const warm = held !== undefined && nowMs - held.atMs <= CACHE_TTL_MS;
    const cached = !warm ? 0 : held.stamp === stamp ? Math.min(held.tokens, input) : Math.min(shared, held.tokens, input);
    this.#held.set(id, { stamp, tokens: input, atMs: nowMs });
    const { inputUsdPer1M, outputUsdPer1M, cachedInputUsdPer1M = inputUsdPer1M, cacheWriteUsdPer1M } = pricing;
    // Where writing has a price above reading anew, all that is new is written; where it is dearer than nothing, on top (Gemini's storage).
    const fresh = cacheWriteUsdPer1M === undefined ? inputUsdPer1M : Math.max(inputUsdPer1M, cacheWriteUsdPer1M);
    return { usd: (cached * cachedInputUsdPer1M + (input - cached) * fresh + output * outputUsdPer1M) / 1e6, cached, cold: cached === 0 };
  }

  /** What a prompt of its own costs, which no cache holds. */
  static alone({ inputUsdPer1M, outputUsdPer1M }, input, output) {
    return (input * inputUsdPer1M + output * outputUsdPer1M) / 1e6;
  }
}
