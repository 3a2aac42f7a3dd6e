/** All outcomes, by kind of task and model: what was learned here, and the way back. */
import type { Domain } from '../types.ts';
import { learnedQuality } from './learned-quality.ts';
import { Line, type LineCounts } from './line.ts';
import type { Outcome, OutcomeSource } from './outcome.ts';
import type { LearnedPicture } from './with-learned.ts';

/** Where outcomes outlive this process: the store's part for what is learned. */
export interface Keep {
  load(): Map<string, unknown>;
  save(entries: Iterable<readonly [key: string, value: unknown]>): void;
  clear(): Promise<void>;
}

/** What was learned of one model on one kind of task. */
export interface LearnedEntry extends LineCounts {
  kind: Domain;
  /** `upstream/model` */
  model: string;
  /** What was predicted for its outcomes, on average, and what that is now. */
  predicted: number;
  learned: number;
}

/** Kinds of tasks × models; those in which nothing happened for longest go first. */
export const MOST_LINES = 500;
/** Plans may rest on a picture this old: what follows from it is worked out anew for each. A person's word and a deletion count at once. */
const PICTURE_LIFE_MS = 5_000;
/** What did not change is looked at again after so long, for it fades only slowly. */
const LOOK_AGAIN_MS = 3_600_000;
const KEY = /^outcomes:([a-z]+):(.+)$/s;

export class Ledger {
  readonly #keep: Keep;
  /** The one that changed last stands last. */
  readonly #lines = new Map<string, Line>();
  #picture: LearnedPicture = new Map();
  #takenAtMs = -Infinity;
  #changed = false;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  /** Takes over what is kept, where nothing newer is known: by a former process, or by others who share the store. What is not readable is ignored. */
  load(): void {
    const kept = this.#keep.load();
    for (const key of kept.keys()) if (KEY.test(key)) this.#take(key, kept);
  }

  add(outcome: Outcome): void {
    const key = keyOf(outcome);
    this.#take(key, this.#keep.load());
    const line = this.#lines.get(key) ?? new Line();
    line.add(outcome);
    this.#save(key, line, outcome.atMs);
    if (outcome.from === 'thumb') this.#soon();
  }

  /** Undoes what a source said of a request. False when it had said nothing. */
  withdraw(traceId: string, from: OutcomeSource, nowMs: number): boolean {
    this.load();
    let found = false;
    for (const [key, line] of [...this.#lines]) {
      if (!line.withdraw(traceId, from)) continue;
      found = true;
      this.#save(key, line, nowMs);
    }
    if (found) this.#soon();
    return found;
  }

  /** Forgets all, or what is of one kind of task or one model (with or without its upstream). Answers how many entries went; done when they are gone for good. */
  async forget(of: string | null): Promise<number> {
    this.load();
    const gone = [...this.#lines].filter(([key]) => of === null || isOf(key, of));
    if (gone.length === 0 && of !== null) return 0;
    for (const [key] of gone) this.#lines.delete(key);
    this.#soon();
    await this.#keep.clear();
    this.#keep.save([...this.#lines].map(([key, line]) => [key, line.stored()] as const));
    return gone.filter(([, line]) => !line.isEmpty).length;
  }

  /** All that is known now. The same object comes back until something changed and a moment has passed. */
  picture(nowMs: number): LearnedPicture {
    const ageMs = nowMs - this.#takenAtMs;
    if (ageMs < PICTURE_LIFE_MS || (!this.#changed && ageMs < LOOK_AGAIN_MS)) return this.#picture;
    this.#takenAtMs = nowMs;
    if (this.#lines.size === 0 && this.#picture.size === 0) return this.#picture;
    const picture = new Map<string, Partial<Record<Domain, LineCounts>>>();
    for (const [key, line] of this.#lines) {
      const [kind, model] = partsOf(key);
      if (line.isEmpty) continue;
      const ofModel = picture.get(model) ?? {};
      ofModel[kind] = line.counts(nowMs);
      picture.set(model, ofModel);
    }
    this.#changed = false;
    return this.#picture = picture;
  }

  /** For people: by kind of task, then by model. */
  entries(nowMs: number): LearnedEntry[] {
    this.load();
    const entries = [...this.#lines].filter(([, line]) => !line.isEmpty).map(([key, line]): LearnedEntry => {
      const [kind, model] = partsOf(key);
      const counts = line.counts(nowMs);
      const predicted = counts.expected / (counts.right + counts.wrong);
      return { kind, model, predicted, learned: learnedQuality(predicted, counts), ...counts };
    });
    return entries.sort((a, b) => (a.kind === b.kind ? compare(a.model, b.model) : compare(a.kind, b.kind)));
  }

  #take(key: string, kept: ReadonlyMap<string, unknown>): void {
    const line = Line.parse(kept.get(key));
    if (line === null || line.changedAtMs <= (this.#lines.get(key)?.changedAtMs ?? -1)) return;
    this.#put(key, line);
    this.#soon();
  }

  /** Clocks of two processes may differ: a change is always newer than what it changed. */
  #save(key: string, line: Line, nowMs: number): void {
    line.changedAtMs = Math.max(nowMs, line.changedAtMs + 1);
    this.#put(key, line);
    this.#keep.save([[key, line.stored()]]);
  }

  #put(key: string, line: Line): void {
    this.#lines.delete(key);
    this.#lines.set(key, line);
    this.#changed = true;
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > MOST_LINES && oldest !== undefined) this.#lines.delete(oldest);
  }

  /** The next look sees what changed. */
  #soon(): void {
    this.#changed = true;
    this.#takenAtMs = -Infinity;
  }
}

const keyOf = ({ kind, model }: Outcome): string => `outcomes:${kind}:${model}`;

function partsOf(key: string): [kind: Domain, model: string] {
  const [, kind = 'other', model = ''] = KEY.exec(key) ?? [];
  return [kind as Domain, model];
}

function isOf(key: string, name: string): boolean {
  const [kind, model] = partsOf(key);
  return kind === name || model === name || model.slice(model.indexOf('/') + 1) === name;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
