import type { ChatMessage, ChatRequest } from '../protocol/types.ts';
import { hash64 } from './hash.ts';
import { headOf, readUserMessage, type Ask } from './profile/ask.ts';
import type { Watch } from './progress/watch.ts';
import type { PlanInput, SessionInfo, SessionPin, TurnKind } from './types.ts';

/** Headers by which agents name a conversation, in order (Claude Code; OpenCode and Kilo; Codex now and before). */
const SESSION_HEADERS = ['x-session-id', 'x-claude-code-session-id', 'x-session-affinity', 'session-id', 'session_id', 'thread-id', 'conversation_id'] as const;
/** `x-client-request-id` is not one of them: most SDKs make a new one for every request. */

const LONGEST_ID = 256;
const KEPT_OF_LONG_ID = 200;
const SYSTEM_SAMPLE = 256, ASK_SAMPLE = 256;

export interface Session {
  info: SessionInfo;
  /** The pinned candidate whose prompt cache is still warm. */
  warmId: string | null;
  /** Does staying with that one get the bonus? Its warm cache makes it cheaper in any case. */
  sticky: boolean;
  /** The pin that was found, however old. */
  pinned: SessionPin | null;
  /** How the session goes; null until somebody has looked. */
  watch: Watch | null;
}

/**
 * Finds the conversation that a request belongs to and what it is pinned to. A pin older than the TTL is cold: it gives no
 * bonus, yet a tool loop that a slow tool held up stays where it began.
 * @param first the request's first ask, when somebody has read it already
 */
export function findSession({ request, headers, config, pinOf, nowMs }: PlanInput, turn: TurnKind, first?: Ask | null): Session {
  const { stickiness } = config.auto;
  const named = explicitId(request, headers);
  const id = named?.id ?? (stickiness.implicit ? fingerprint(request, first) : null);
  const base = named !== null ? { source: 'explicit' as const, from: named.from } : id === null ? { source: 'none' as const, from: 'none' } : { source: 'implicit' as const, from: 'fingerprint' };
  const pin = id === null ? undefined : pinOf(id);
  const warm = pin !== undefined && nowMs - pin.updatedAtMs <= stickiness.ttlMs;
  if (pin === undefined || !(warm || turn === 'tool_result')) return { info: { ...base, id, hit: false, pins: { roles: {}, candidateId: null } }, warmId: null, sticky: true, pinned: pin ?? null, watch: null };
  return { info: { ...base, id, hit: true, pins: { roles: pin.roles, candidateId: pin.candidateId } }, warmId: warm ? pin.candidateId : null, sticky: true, pinned: pin, watch: null };
}

function explicitId({ session }: ChatRequest, headers: PlanInput['headers']): { id: string; from: string } | null {
  const found = (value: string | undefined, from: string): { id: string; from: string } | null => (value === undefined || value.trim() === '' ? null : { id: bounded(value.trim()), from });
  const inBody = found(session.sessionId, 'body.session_id');
  if (inBody !== null) return inBody;
  for (const name of SESSION_HEADERS) {
    const value = headers[name];
    const inHeader = found(Array.isArray(value) ? value[0] : value, name);
    if (inHeader !== null) return inHeader;
  }
  return found(session.promptCacheKey, 'body.prompt_cache_key')
    ?? found(sessionOfUser(session.metadataUserId), 'body.metadata.user_id')
    ?? found(session.previousResponseId, 'body.previous_response_id');
}

/** Claude Code puts a JSON text with its session into `metadata.user_id`, older versions `user_…_session_<id>`; else it tells a person, who is kept as a hash. */
function sessionOfUser(userId: string | undefined): string | undefined {
  if (userId === undefined || userId.trim() === '') return undefined;
  const session = userId.startsWith('{') ? /"session_id"\s*:\s*"([^"\\]+)"/.exec(userId)?.[1] : /_session_([\w-]+)$/.exec(userId)?.[1];
  return session ?? `user-${hash64(userId)}`;
}

const bounded = (id: string): string => (id.length <= LONGEST_ID ? id : `${id.slice(0, KEPT_OF_LONG_ID)}~${hash64(id)}`);

/** The start of a conversation never changes: the head of its system prompt, its first ask, how many tools it has. */
function fingerprint({ messages, tools }: ChatRequest, first: Ask | null | undefined): string | null {
  if (first === null) return null;
  let system = '';
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') {
      if (system === '') system = headOfText(message, SYSTEM_SAMPLE);
    } else if (message.role === 'user') {
      const ask = first !== undefined && isOnlyUser(messages) ? first : readUserMessage(message).ask;
      if (ask !== null) return `fp-${hash64(system, '\u0000', headOf(ask.pieces, ASK_SAMPLE), '\u0000', String(tools.length))}`;
    }
  }
  return null;
}

/** With one message of the user there is no doubt which one its ask is from. */
function isOnlyUser(messages: readonly ChatMessage[]): boolean {
  let users = 0;
  for (const { role } of messages) if (role === 'user') users++;
  return users === 1;
}

function headOfText({ content }: ChatMessage, chars: number): string {
  if (typeof content === 'string') return content.slice(0, chars);
  const part = content?.find(({ type }) => type === 'text');
  return part?.type === 'text' ? part.text.slice(0, chars) : '';
}
