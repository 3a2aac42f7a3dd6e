import type { ChatRequest } from '../../protocol/types.ts';
import { Conversations } from './conversations.ts';
import { escalationOutcome, subjectOf, verifierOutcome, type Finished } from './finished.ts';
import { Ledger, type Keep } from './ledger.ts';

/**
 * Learns from what becomes of answers, and can forget all of it. No clock, no chance, no request of its own: what is learned stays in the
 * store of this machine.
 */
export class Learner {
  readonly ledger: Ledger;
  readonly #conversations = new Conversations();

  constructor(keep: Keep) {
    this.ledger = new Ledger(keep);
  }

  /** A request is over; `chat` is what was asked. Dry runs teach nothing; of one that failed or was called off, which is often asked again, counts only what it tells of the one before. */
  finished(request: Finished, chat: ChatRequest): void {
    if (request.dryRun) return;
    const own = request.status === 'done' ? [escalationOutcome(request), verifierOutcome(request)] : [];
    for (const outcome of [...this.#conversations.next(request, chat), ...own]) if (outcome !== null) this.ledger.add(outcome);
  }

  /**
   * The user's thumb on an answer; null takes it back, and what it had changed. Only a taken back one counts where `learns` is false.
   * Answers for which model and kind of task it counts; null when it counts for none.
   */
  rated(request: Finished, thumb: 'up' | 'down' | null, { nowMs, learns }: { nowMs: number; learns: boolean }): { kind: string; model: string } | null {
    this.ledger.withdraw(request.id, 'thumb', nowMs);
    const subject = thumb === null || !learns ? null : subjectOf(request);
    if (subject === null) return null;
    this.ledger.add({ ...subject, from: 'thumb', right: thumb === 'up', atMs: nowMs });
    return { kind: subject.kind, model: subject.model };
  }
}
