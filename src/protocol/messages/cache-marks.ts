import type { JsonObject } from '../json.ts';
import type { Turn } from './turns.ts';

/** Anthropic takes no more: https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching */
const MOST_MARKS = 4;
const MARK = { cache_control: { type: 'ephemeral' } };

interface Marked { tools: JsonObject[]; system: JsonObject[]; turns: Turn[] }

/**
 * Marks what the prompt cache shall keep, in place: tools and system, and the conversation so far. Agents of other formats cannot ask
 * for it, and every turn sends all of it again. A client's own marks stay instead.
 */
export function markForCache({ tools, system, turns }: Marked): void {
  const places = [tools, system, ...turns.map(({ content }) => content)];
  const marked = places.flatMap((blocks) => blocks.flatMap((block, at) => (block['cache_control'] === undefined ? [] : [{ blocks, at }])));
  if (marked.length === 0) {
    markLast(system.length > 0 ? system : tools);
    markLast(turns.at(-1)?.content ?? []);
  }
  // The first one holds the longest-lived start, the last ones are what the next turn continues.
  for (const { blocks, at } of marked.slice(1, Math.max(1, marked.length - (MOST_MARKS - 1)))) {
    const { cache_control: _mark, ...rest } = blocks[at] ?? {};
    blocks[at] = rest;
  }
}

function markLast(blocks: JsonObject[]): void {
  const last = blocks.at(-1);
  if (last !== undefined) blocks[blocks.length - 1] = { ...last, ...MARK };
}
