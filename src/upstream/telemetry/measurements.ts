/** How upstreams' models do in our own requests: first content, speed, availability. Off every request's path. */
import * as z from 'zod';
import type { Measured } from '../../config/known-facts.ts';
import { DecayedHistogram, histogramSchema } from './decayed-histogram.ts';

/** A call of a day ago counts half of one now, of a week ago less than a hundredth. */
export const HALF_LIFE_MS = 86_400_000;
/** Models that are kept; those that were not called for longest go first. */
const MAX_LINES = 500;
/** Plans may rest on a picture this old: what follows from it is worked out anew for each. */
const PICTURE_LIFE_MS = 5_000;
/** What was not called is looked at again after so long, for it fades only slowly. */
const LOOK_AGAIN_MS = 3_600_000;
const PREFIX = 'measured:';

/** What one call tells of a model. */
export interface CallSample {
  upstreamName: string;
  model: string;
  /** Whether it answered; null when that was not its doing, e.g. a client's mistake or its leaving. */
  ok: boolean | null;
  /** Seconds to the first content; null when that was not seen. */
  firstContentS: number | null;
  tokensPerS: number | null;
}

/** Where measurements outlive this process: the store's telemetry part. */
export interface Keep {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  keys(): string[];
}

const lineSchema = z.object({ version: z.literal(1), atMs: z.number(), ok: z.number().nonnegative(), calls: z.number().nonnegative(), firstContentS: histogramSchema, tokensPerS: histogramSchema });

interface Line { atMs: number; ok: number; calls: number; firstContentS: DecayedHistogram; tokensPerS: DecayedHistogram; seen: { measured: Measured; atMs: number } | null }

/** `upstream/model` → how it did. */
export type Picture = ReadonlyMap<string, Measured>;

export class Measurements {
  readonly #keep: Keep;
  /** The one that was called last stands last. */
  readonly #lines = new Map<string, Line>();
  #picture: Picture = new Map();
  #takenAtMs = -Infinity;
  #changed = false;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  /** Takes over what a former process measured, where nothing newer is known. What is not readable is ignored. */
  load(): void {
    for (const key of this.#keep.keys().reverse()) {
      if (!key.startsWith(PREFIX) || this.#lines.has(key)) continue;
      const parsed = lineSchema.safeParse(this.#keep.get(key));
      if (!parsed.success) continue;
      const { firstContentS, tokensPerS, ...line } = parsed.data;
      this.#lines.set(key, { ...line, firstContentS: new DecayedHistogram(firstContentS), tokensPerS: new DecayedHistogram(tokensPerS), seen: null });
      this.#changed = true;
    }
    this.#takenAtMs = -Infinity;
  }

  add({ upstreamName, model, ok, firstContentS, tokensPerS }: CallSample, nowMs: number): void {
    if (ok === null && firstContentS === null && tokensPerS === null) return;
    const key = `${PREFIX}${upstreamName}/${model}`;
    const line = this.#lines.get(key) ?? { atMs: nowMs, ok: 0, calls: 0, firstContentS: new DecayedHistogram(), tokensPerS: new DecayedHistogram(), seen: null };
    this.#lines.delete(key);
    this.#lines.set(key, line);
    fade(line, nowMs);
    line.seen = null;
    if (ok !== null) { line.calls += 1; line.ok += ok ? 1 : 0; }
    if (firstContentS !== null) line.firstContentS.add(firstContentS);
    if (tokensPerS !== null) line.tokensPerS.add(tokensPerS);
    this.#changed = true;
    this.#keep.set(key, { version: 1, atMs: line.atMs, ok: line.ok, calls: line.calls, firstContentS: line.firstContentS.stored(), tokensPerS: line.tokensPerS.stored() });
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > MAX_LINES && oldest !== undefined) this.#lines.delete(oldest);
  }

  /** All that is known now. The same object comes back until something changed and a moment has passed. */
  picture(nowMs: number): Picture {
    if (!this.#changed || nowMs - this.#takenAtMs < PICTURE_LIFE_MS) return this.#picture;
    this.#picture = new Map([...this.#lines].map(([key, line]) => [key.slice(PREFIX.length), seenOf(line, nowMs)]));
    this.#takenAtMs = nowMs;
    this.#changed = false;
    return this.#picture;
  }
}

/** A clock that was set back makes nothing grow. */
const fadedBy = (line: Line, nowMs: number): number => 0.5 ** (Math.max(0, nowMs - line.atMs) / HALF_LIFE_MS);

function fade(line: Line, nowMs: number): void {
  const factor = fadedBy(line, nowMs);
  line.ok *= factor;
  line.calls *= factor;
  line.firstContentS.fade(factor);
  line.tokensPerS.fade(factor);
  line.atMs = Math.max(line.atMs, nowMs);
}

function seenOf(line: Line, nowMs: number): Measured {
  if (line.seen === null || nowMs - line.seen.atMs > LOOK_AGAIN_MS) line.seen = { measured: measuredOf(line, nowMs), atMs: nowMs };
  return line.seen.measured;
}

function measuredOf(line: Line, nowMs: number): Measured {
  const factor = fadedBy(line, nowMs);
  return {
    calls: line.calls * factor, availability: line.calls === 0 ? 1 : line.ok / line.calls,
    firstContentS: percentiles(line.firstContentS, factor), tokensPerS: percentiles(line.tokensPerS, factor, 'least'),
  };
}

/** The 90th percentile is the bad end: of a speed, what nine of ten calls reach. */
function percentiles(histogram: DecayedHistogram, factor: number, bad: 'most' | 'least' = 'most'): Measured['firstContentS'] {
  const p50 = histogram.quantile(0.5), p90 = histogram.quantile(bad === 'most' ? 0.9 : 0.1);
  return p50 === null || p90 === null ? null : { p50: Number(p50.toPrecision(3)), p90: Number(p90.toPrecision(3)), samples: histogram.weight * factor };
}
