import { eventsOf, mayTell, type Event, type Step } from './steps.ts';

/** What happened in a run of tools, newest first; read only as far back as somebody asks. */
export class History {
  /** So many of the first events are of the newest step. */
  readonly fresh: number;
  readonly #steps: readonly Step[];
  readonly #events: Event[];
  #read = 1;

  constructor(now: readonly Event[], steps: readonly Step[]) {
    this.#steps = steps;
    this.#events = now.toReversed();
    this.fresh = now.length;
  }

  at(index: number): Event | undefined {
    while (index >= this.#events.length && this.#read < this.#steps.length) {
      const step = this.#steps[this.#read++];
      if (step !== undefined && mayTell(step)) this.#events.push(...eventsOf(step).reverse());
    }
    return this.#events[index];
  }

  /** Where the newest step's newest event of this kind stands; -1 where it has none. */
  findFresh(wanted: (event: Event) => boolean): number {
    const at = this.#events.findIndex(wanted);
    return at < this.fresh ? at : -1;
  }

  /** Everything before an event, newest first. */
  *before(index: number): Generator<Event> {
    for (let at = index + 1, event = this.at(at); event !== undefined; event = this.at(++at)) yield event;
  }
}
