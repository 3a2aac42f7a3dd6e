/** Where what is known of a model comes from, and what was measured of it here. Shapes only. */

/** What a candidate or a role says of its model, or may be told by a catalogue. */
export const FACTS = ['pricing', 'contextTokens', 'maxOutputTokens', 'tools', 'images', 'jsonSchema'] as const;
export type FactName = (typeof FACTS)[number];

/**
 * `config`: the user says so, and nothing changes it. `built-in`: it comes with the default pool. `assumed`: nobody says
 * anything. `catalogue`: said by `origin` as of `date` (`YYYY-MM-DD`).
 */
export type FactOrigin = { from: 'config' | 'built-in' | 'assumed' } | { from: 'catalogue'; origin: string; date: string };

/** Percentiles of what was measured. */
export interface MeasuredPercentiles {
  p50: number;
  p90: number;
}

/** How one model of one upstream did in our own requests. Older ones count less, so counts are no whole numbers. */
export interface Measured {
  /** Calls that say something of its availability. */
  calls: number;
  /** Share of them that succeeded, 0..1. */
  availability: number;
  /** Seconds from the request to the first content; null while none was measured. `samples` calls. */
  firstContentS: (MeasuredPercentiles & { samples: number }) | null;
  /** Output tokens per second; null while none was measured. */
  tokensPerS: (MeasuredPercentiles & { samples: number }) | null;
}

/** How a model did here on one kind of task. Weighted, and older outcomes count less, so counts are no whole numbers. */
export interface LearnedCounts {
  right: number;
  wrong: number;
  /** How many were expected to be right, by what was predicted for each; absent means as many as the prediction at hand says. */
  expected?: number | undefined;
}

export interface Known {
  origins?: Readonly<Partial<Record<FactName, FactOrigin>>> | undefined;
  /** Set where measurements count: see `withMeasured` in `src/routing/measured.ts`. */
  measured?: Measured | undefined;
  /** Kind of task → how it did on it; set where learning is on: see `withLearned` in `src/routing/learning/with-learned.ts`. */
  learned?: Readonly<Partial<Record<string, LearnedCounts>>> | undefined;
}

/** What became of each public list in a refresh of the catalogue. */
export interface RefreshReport {
  sources: { name: string; url: string; models: number; error: string | null }[];
  /** How many models are known now, the package's own included. */
  models: number;
}
