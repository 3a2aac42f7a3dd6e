import type { ChatRequest } from '../protocol/types.ts';
import type { Quirks } from '../protocol/wire.ts';
import { keyOf } from './health.ts';
import { lessonOf } from './learned-quirks.ts';
import { mergeQuirks } from './merge-quirks.ts';
import { quirksFor } from './quirks.ts';
import type { UpstreamFailure } from './types.ts';

/** Model ids can come from clients: the book forgets what it can look up again. */
const MAX_KNOWN = 1_000;
/** Sessions whose reasoning a model refused. */
const MAX_SESSIONS = 1_000;

interface Addressed { baseURL: string; kind?: string }
interface Called { upstreamName: string; model: string; extraBody?: Readonly<Record<string, unknown>> }
type Asking = Pick<ChatRequest, 'body' | 'toolChoice' | 'wire'>;

/** What is known of each model's API: by the table, and learned from its refusals since this program started. */
export class QuirkBook {
  readonly #upstreams: Readonly<Record<string, Addressed>>;
  readonly #known = new Map<string, Quirks>();
  readonly #learned = new Map<string, Quirks>();
  /** Upstream, model and session that refused earlier reasoning. */
  readonly #refusedSessions = new Set<string>();

  /** `former`: the book of the configuration before; what it learned of upstreams that are where they were holds on. */
  constructor(upstreams: Readonly<Record<string, Addressed>> = {}, former?: QuirkBook) {
    this.#upstreams = upstreams;
    if (former === undefined) return;
    const holds = (key: string): boolean => {
      const name = key.slice(0, key.indexOf('/'));
      const [now, before] = [upstreams[name], former.#upstreams[name]];
      return now !== undefined && before !== undefined && now.baseURL === before.baseURL && now.kind === before.kind;
    };
    for (const [key, quirks] of former.#learned) if (holds(key)) this.#learned.set(key, quirks);
    for (const refused of former.#refusedSessions) if (holds(refused)) this.#refusedSessions.add(refused);
  }

  /** `session`: for what was learned of it alone. */
  of(upstreamName: string, model: string, session?: string): Quirks {
    const key = keyOf(upstreamName, model);
    const known = this.#known.get(key) ?? this.#lookUp(upstreamName, model, key);
    return session !== undefined && this.#refusedSessions.has(`${key} ${session}`) ? { ...known, dropReasoning: true } : known;
  }

  /**
   * Learns from a failed call. Tells in a few words each what the next call does otherwise; null when nothing is new, so that trying
   * again would fail again.
   */
  learn({ upstreamName, model, extraBody = {} }: Called, request: Asking, { refusals = [] }: UpstreamFailure, session: string): string[] | null {
    const told = refusals.flatMap((refusal) => {
      const lesson = lessonOf(refusal, { body: request.body, set: extraBody, toolChoice: request.toolChoice, wire: request.wire });
      if (lesson === null) return [];
      const isNew = lesson.quirks.dropReasoning === true ? this.#refuseReasoning(`${keyOf(upstreamName, model)} ${session}`) : this.#add(upstreamName, model, lesson.quirks);
      return isNew ? [lesson.told] : [];
    });
    return told.length === 0 ? null : told;
  }

  #lookUp(upstreamName: string, model: string, key: string): Quirks {
    const quirks = mergeQuirks(quirksFor(hostOf(this.#upstreams[upstreamName]), model), this.#learned.get(key) ?? {});
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, quirks);
    return quirks;
  }

  #add(upstreamName: string, model: string, lesson: Quirks): boolean {
    const key = keyOf(upstreamName, model);
    const before = JSON.stringify(this.of(upstreamName, model));
    this.#learned.set(key, mergeQuirks(this.#learned.get(key) ?? {}, lesson));
    this.#known.delete(key);
    return JSON.stringify(this.of(upstreamName, model)) !== before;
  }

  #refuseReasoning(refused: string): boolean {
    if (this.#refusedSessions.has(refused)) return false;
    this.#refusedSessions.add(refused);
    if (this.#refusedSessions.size > MAX_SESSIONS) for (const oldest of this.#refusedSessions) { this.#refusedSessions.delete(oldest); break; }
    return true;
  }
}

const hostOf = (upstream: Addressed | undefined): string => (upstream !== undefined && URL.canParse(upstream.baseURL) ? new URL(upstream.baseURL).hostname : '');
