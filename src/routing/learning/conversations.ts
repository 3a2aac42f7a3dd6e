/** What a conversation's next request says of the answer before it. Kept in memory only, of few conversations, without any words. */
import type { ChatRequest } from '../../protocol/types.ts';
import { askKey } from './asked-again.ts';
import { endedAtMs, subjectOf, type Finished, type Subject } from './finished.ts';
import type { Outcome } from './outcome.ts';

/** Who asks the same later than this wants it again, not otherwise. */
const SOON_MS = 600_000;
/** Once or twice is a person who was not content; more is a script. */
const MOST_RETRIES = 2;
const MOST_CONVERSATIONS = 500;

interface Last {
  /** Null where its answer says nothing of one model, or there was none. */
  subject: Subject | null;
  endedAtMs: number;
  /** The newest thing that was asked, as a hash; null when nobody can tell. */
  ask: string | null;
  /** How often the same was asked again by now. */
  retries: number;
}

export class Conversations {
  /** The one that went on last stands last. */
  readonly #last = new Map<string, Last>();

  /** Takes a finished request in, and says what it tells of the one before it. */
  next(request: Finished, chat: ChatRequest): Outcome[] {
    const { plan, status, startedAtMs } = request;
    // A chore is beside the conversation, and our own programs ask the same to compare.
    if (plan === null || plan.session.id === null || plan.task.turn === 'chore' || request.client === 'openfusion') return [];
    const before = this.#last.get(plan.session.id);
    const inLoop = plan.task.turn === 'tool_result';
    // A request of a tool loop leaves the ask that it works on in place, and is its newest answer.
    const ask = inLoop ? (before?.ask ?? null) : askKey(chat);
    const again = before !== undefined && !inLoop && ask !== null && ask === before.ask && follows(startedAtMs, before);
    this.#put(plan.session.id, { subject: status === 'done' ? subjectOf(request) : null, endedAtMs: endedAtMs(request), ask, retries: again ? before.retries + 1 : inLoop ? (before?.retries ?? 0) : 0 });
    return again && before.retries < MOST_RETRIES && before.subject !== null ? [{ ...before.subject, from: 'retry', right: false, atMs: startedAtMs }] : [];
  }

  #put(sessionId: string, last: Last): void {
    this.#last.delete(sessionId);
    this.#last.set(sessionId, last);
    const [oldest] = this.#last.keys();
    if (this.#last.size > MOST_CONVERSATIONS && oldest !== undefined) this.#last.delete(oldest);
  }
}

/** One that began before the other had ended ran beside it. */
const follows = (startedAtMs: number, before: Last): boolean => startedAtMs >= before.endedAtMs && startedAtMs - before.endedAtMs <= SOON_MS;
