import * as z from 'zod';

/** Each class is a tenth wider than the one before: a percentile is off by 5 % at most. */
const RATIO = 1.1;
const LOG_RATIO = Math.log(RATIO);
/** What weighs less than this is forgotten. */
const LEAST_WEIGHT = 0.001;

/** A histogram as it is kept: the classes that hold something, and how much. */
export const histogramSchema = z.array(z.tuple([z.int().min(-200).max(300), z.number().nonnegative()])).max(501);
export type StoredHistogram = z.output<typeof histogramSchema>;

/** Positive values in classes of a logarithmic scale, each with a weight that fades. Small, whatever it has seen. */
export class DecayedHistogram {
  readonly #weights: Map<number, number>;

  constructor(stored: StoredHistogram = []) {
    this.#weights = new Map(stored);
  }

  /** Multiplies all weights. */
  fade(factor: number): void {
    for (const [index, weight] of this.#weights) {
      if (weight * factor < LEAST_WEIGHT) this.#weights.delete(index);
      else this.#weights.set(index, weight * factor);
    }
  }

  add(value: number): void {
    if (!(value > 0) || !Number.isFinite(value)) return;
    const index = Math.min(300, Math.max(-200, Math.round(Math.log(value) / LOG_RATIO)));
    this.#weights.set(index, (this.#weights.get(index) ?? 0) + 1);
  }

  get weight(): number {
    let sum = 0;
    for (const weight of this.#weights.values()) sum += weight;
    return sum;
  }

  /** The value that a share (0..1) of the weight lies at or below; null while there is none. */
  quantile(share: number): number | null {
    const wanted = share * this.weight;
    let seen = 0, found: number | null = null;
    for (const [index, weight] of [...this.#weights].sort(([a], [b]) => a - b)) {
      found = Math.exp(index * LOG_RATIO);
      seen += weight;
      if (seen >= wanted) break;
    }
    return found;
  }

  stored(): StoredHistogram {
    return [...this.#weights].map(([index, weight]) => [index, Number(weight.toPrecision(4))]);
  }
}
