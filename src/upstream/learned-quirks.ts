import type { Quirks } from '../protocol/wire.ts';
import { UNSIGNED_CALL } from './quirks.ts';
import type { Refusal } from './refusals.ts';

/** What a refusal teaches, and in a few words what a call does otherwise from now on. */
export interface Lesson { quirks: Quirks; told: string }

/** Fields that our writers may have put into a body although the client's has none. */
const WRITTEN: ReadonlySet<string> = new Set([
  'temperature', 'top_p', 'top_k', 'seed', 'stop', 'stop_sequences', 'user', 'safety_identifier', 'verbosity', 'reasoning_effort', 'reasoning', 'thinking', 'output_config', 'parallel_tool_calls', 'tool_choice',
  'prompt_cache_key', 'service_tier', 'stream_options', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'metadata', 'include', 'store', 'cache_control', 'text',
]);
/** A model that refuses the first takes none of the others either. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = { temperature: ['temperature', 'top_p'] };

export interface Refused {
  /** The client's body, and what the candidate adds to it. */
  body: Readonly<Record<string, unknown>>;
  set: Readonly<Record<string, unknown>>;
  /** As {@link import('../protocol/types.ts').ChatRequest.toolChoice}. */
  toolChoice: unknown;
  /** A limit is a must in the Messages format. */
  wire: string;
}

/** What to do about a refusal; null when the call cannot be made without what was refused. */
export function lessonOf(refusal: Refusal, request: Refused): Lesson | null {
  switch (refusal.kind) {
    case 'field': return fieldLesson(refusal, request);
    case 'inside': return { quirks: { dropInside: [`${refusal.field}.${refusal.key}`] }, told: `${refusal.key} left out of ${refusal.field}` };
    case 'exclusive': return { quirks: { exclusive: [[refusal.kept, refusal.other]] }, told: `${refusal.other} left out beside ${refusal.kept}` };
    case 'keywords': return { quirks: { dropSchemaKeywords: refusal.keywords }, told: `${refusal.keywords.join(', ')} left out of tool schemas` };
    case 'reasoning_text': return refusal.wanted
      ? { quirks: { replayReasoning: true, fillReasoning: true }, told: 'reasoning_content sent back' }
      : { quirks: { replayReasoning: false, fillReasoning: false }, told: 'reasoning_content left out' };
    case 'reasoning_items': return { quirks: { dropReasoning: true }, told: 'earlier reasoning left out' };
    case 'call_extras': return { quirks: { callExtras: UNSIGNED_CALL }, told: 'calls of other models marked as unsigned' };
    case 'thinking': return { quirks: { thinking: refusal.takes }, told: `thinking asked for as ${refusal.takes}` };
    case 'system_turns': return { quirks: { refusesSystemTurns: true }, told: 'later system messages sent as text of the user' };
  }
}

function fieldLesson({ names, instead }: Extract<Refusal, { kind: 'field' }>, { body, set, toolChoice, wire }: Refused): Lesson | null {
  const isThere = (name: string): boolean => name in body || name in set || WRITTEN.has(name);
  const field = names.find(isThere);
  if (field === undefined || (field === 'max_tokens' && instead === null && wire === 'messages')) return null;
  // Who insists on a call must get one, from another model then.
  if (field === 'tool_choice' && toolChoice !== undefined && toolChoice !== 'auto' && toolChoice !== 'none') return null;
  if (instead !== null) return { quirks: { rename: { [field]: instead } }, told: `${field} sent as ${instead}` };
  const dropped = (TOGETHER[field] ?? [field]).filter((name) => name === field || isThere(name));
  return { quirks: { drop: dropped }, told: `${dropped.join(', ')} left out` };
}
