/** What a conversation's next request says of the answer before it. Kept in memory only, of few conversations, without any words. */
import type { ChatRequest } from '../../protocol/types.ts';
import { askKey } from './asked-again.ts';
import { endedAtMs, subjectOf, type Finished, type Subject } from './finished.ts';
import type { Outcome } from './outcome.ts';
import { testsPassAfterEdit } from './tests-passed.ts';

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
  /** Tests have passed on this ask already: that they go on passing is no news. */
  passed: boolean;
}

export class Conversations {
  /** The one that went on last stands last. */
  readonly #last = new Map<string, Last>();

  /** Takes a finished request in, and says what it tells of the one before it. */
  next(request: Finished, chat: ChatRequest): Outcome[] {
    const { plan, status } = request;
    // A chore is beside the conversation, and our own programs ask the same to compare.
    if (plan === null || plan.session.id === null || plan.task.turn === 'chore' || request.client === 'openfusion') return [];
    const before = this.#last.get(plan.session.id);
    const { last, outcomes } = plan.task.turn === 'tool_result' ? step(request, chat, before) : asked(request, chat, before);
    this.#last.delete(plan.session.id);
    this.#last.set(plan.session.id, { subject: status === 'done' ? subjectOf(request) : null, endedAtMs: endedAtMs(request), ...last });
    const [oldest] = this.#last.keys();
    if (this.#last.size > MOST_CONVERSATIONS && oldest !== undefined) this.#last.delete(oldest);
    return outcomes;
  }
}

interface Told { last: Pick<Last, 'ask' | 'retries' | 'passed'>; outcomes: Outcome[] }

/** A request of a tool loop leaves the ask that it works on in place, and is its newest answer. */
function step({ startedAtMs }: Finished, chat: ChatRequest, before: Last | undefined): Told {
  const { ask = null, retries = 0, passed = false, subject = null } = before ?? {};
  const news = !passed && testsPassAfterEdit(chat);
  return { last: { ask, retries, passed: passed || news }, outcomes: news && subject !== null ? [{ ...subject, from: 'tests', right: true, atMs: startedAtMs }] : [] };
}

function asked({ startedAtMs }: Finished, chat: ChatRequest, before: Last | undefined): Told {
  const ask = askKey(chat);
  if (before === undefined || ask === null || ask !== before.ask || !follows(startedAtMs, before)) return { last: { ask, retries: 0, passed: false }, outcomes: [] };
  const { subject, retries } = before;
  return { last: { ask, retries: retries + 1, passed: false }, outcomes: retries < MOST_RETRIES && subject !== null ? [{ ...subject, from: 'retry', right: false, atMs: startedAtMs }] : [] };
}

/** One that began before the other had ended ran beside it. */
const follows = (startedAtMs: number, before: Last): boolean => startedAtMs >= before.endedAtMs && startedAtMs - before.endedAtMs <= SOON_MS;
