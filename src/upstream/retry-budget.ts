/** Retries that an upstream may cost before it has answered anything, and the most that it can save up. */
const RESERVE = 10;
/** So many calls earn one retry: trying again adds at most a fifth to what an upstream that fails has to bear. */
const CALLS_PER_RETRY = 5;
/** Time earns one too, so that a quiet hour does not end with an empty purse. */
const MS_PER_RETRY = 10_000;

/** How often calls to each upstream may be tried again, so that a broken one is not met by a storm (criterion U5). Falling back to another model is free. */
export class RetryBudget {
  readonly #purses = new Map<string, { retries: number; atMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A call was made. */
  earn(upstreamName: string): void {
    const purse = this.#purse(upstreamName);
    purse.retries = Math.min(RESERVE, purse.retries + 1 / CALLS_PER_RETRY);
  }

  /** May one more be made? It is counted when it may. */
  spend(upstreamName: string): boolean {
    const purse = this.#purse(upstreamName);
    const nowMs = this.#nowMs();
    purse.retries = Math.min(RESERVE, purse.retries + Math.max(0, nowMs - purse.atMs) / MS_PER_RETRY);
    purse.atMs = nowMs;
    if (purse.retries < 1) return false;
    purse.retries--;
    return true;
  }

  #purse(upstreamName: string): { retries: number; atMs: number } {
    let purse = this.#purses.get(upstreamName);
    if (purse === undefined) this.#purses.set(upstreamName, purse = { retries: RESERVE, atMs: this.#nowMs() });
    return purse;
  }
}
