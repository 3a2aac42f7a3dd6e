import { helloMessage } from '../trace/live.ts';
import { summaryOf } from '../trace/summary.ts';
import type { TraceLog } from '../trace/recorder.ts';
import type { LiveMessage, OwnerState, TraceSummary } from '../trace/types.ts';
import type { FromWorker } from './host-messages.ts';

/** Requests that a panel is told of when it opens. */
const MAX_KNOWN = 200;

interface OwnTraces { traces: TraceLog; ownerState(): OwnerState }

/** Passes the live feed to the host while a trace panel is open: our own, or the owner's when we are attached. */
export class LiveRelay {
  readonly #post: (message: FromWorker) => void;
  #app: OwnTraces | null = null;
  #source: 'own' | 'owner' = 'own';
  #watching = false;
  #unsubscribe: (() => void) | null = null;
  /** What the owner told so far: a panel may open at any time. */
  #ownerState: OwnerState | null = null;
  readonly #known = new Map<string, TraceSummary>();

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  useTraces(app: OwnTraces): void {
    this.#app = app;
  }

  /** Whose feed counts from now on. */
  follow(source: 'own' | 'owner'): void {
    if (this.#source === source) return;
    this.#source = source;
    if (source === 'own') this.#known.clear();
    void this.#greet();
  }

  /** Is a trace panel open? An owner need not send the words of answers that nobody looks at. */
  get watching(): boolean {
    return this.#watching;
  }

  async watch(on: boolean): Promise<void> {
    this.#watching = on;
    this.#unsubscribe?.();
    this.#unsubscribe = on ? (this.#app?.traces.feed.subscribe((message) => { if (this.#source === 'own') this.#send(message); }) ?? null) : null;
    await this.#greet();
  }

  fromOwner(message: LiveMessage): void {
    if (message.type === 'hello') {
      this.#known.clear();
      for (const summary of message.traces.toReversed()) this.#known.set(summary.id, summary);
    }
    if (message.type === 'hello' || message.type === 'state') this.#ownerState = message.state;
    if (message.type === 'trace') this.#remember(summaryOf(message.trace));
    if (message.type === 'deleted') this.#known.delete(message.id);
    if (this.#source === 'owner') this.#send(message);
  }

  stateChanged(): void {
    if (this.#source === 'own' && this.#app !== null) this.#send({ type: 'state', state: this.#app.ownerState() });
  }

  #remember(summary: TraceSummary): void {
    this.#known.set(summary.id, summary);
    if (this.#known.size > MAX_KNOWN) for (const oldest of this.#known.keys()) { this.#known.delete(oldest); break; }
  }

  async #greet(): Promise<void> {
    if (!this.#watching || this.#app === null) return;
    if (this.#source === 'own') this.#send(await helloMessage(this.#app));
    else if (this.#ownerState !== null) this.#send({ type: 'hello', state: this.#ownerState, traces: [...this.#known.values()].sort((a, b) => b.startedAtMs - a.startedAtMs) });
  }

  #send(message: LiveMessage): void {
    if (this.#watching) this.#post({ type: 'live', message });
  }
}
