import { BrokenCircuitError, type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { RetryBudget } from './retry-budget.ts';
import type { FailureReason, Upstream, UpstreamCall, UpstreamFailure, UpstreamReply } from './types.ts';

/** Failures that speak of the upstream's health; a client's mistake does not. */
const SICK: ReadonlySet<FailureReason> = new Set(['server_error', 'timeout', 'connect', 'invalid_response', 'incomplete']);
/** Consecutive failures after which a model rests, and for how long before one probe is let through. */
const BREAK_AFTER = 4;
const HALF_OPEN_AFTER_MS = 15_000;
/** Rest after a 429 that named no time. */
const DEFAULT_COOLDOWN_S = 5;
/** Model ids can come from clients: what is known of more of them is forgotten, the healthy first. */
const MAX_LINES = 1_000;

type CallResult = { ok: true; reply: UpstreamReply } | { ok: false; failure: UpstreamFailure };

const isSick = (result: unknown): boolean => {
  const { ok, failure } = result as CallResult & { failure?: UpstreamFailure };
  return !ok && failure !== undefined && SICK.has(failure.reason);
};

interface Line {
  breaker: CircuitBreakerPolicy;
  untilMs: number;
  openedAtMs: number;
  /** Has it failed since it last answered well? Only then a good answer is news for the breaker. */
  ailing: boolean;
}

/** Health per upstream and model: a circuit breaker, and the cooldown that a 429 asked for. */
export class HealthBoard {
  readonly #lines = new Map<string, Line>();
  readonly #nowMs: () => number;
  readonly #retries: RetryBudget;
  #cooling = new Map<string, number>();
  #dirty = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#retries = new RetryBudget(nowMs);
  }

  /** May a call to this upstream be tried again with the same model? Asked once for each time that it is. */
  mayRetry(upstreamName: string): boolean {
    return this.#retries.spend(upstreamName);
  }

  /** Calls through the breaker; a model that rests fails at once with `cooling_down`. */
  async call(upstream: Upstream, call: UpstreamCall, signal: AbortSignal): Promise<CallResult> {
    const line = this.#line(keyOf(upstream.name, call.model));
    const leftMs = restsUntil(line) - this.#nowMs();
    if (leftMs > 0) return { ok: false, failure: cooling(upstream.name, call.model, leftMs) };
    this.#retries.earn(upstream.name);
    // A closed breaker lets everything through: it is told of what went wrong, and of the first good answer after that.
    const closed = line.breaker.state === CircuitState.Closed;
    const result = closed ? await upstream.call(call, signal) : await throughBreaker(line.breaker, () => upstream.call(call, signal)) ?? { ok: false as const, failure: cooling(upstream.name, call.model, HALF_OPEN_AFTER_MS) };
    if (closed && (line.ailing || isSick(result))) await tellBreaker(line, result);
    if (!result.ok && result.failure.reason === 'rate_limited') {
      // A deadline that only moves out (LiteLLM #40130: resetting it makes retry storms).
      line.untilMs = Math.max(line.untilMs, this.#nowMs() + (result.failure.retryAfterS ?? DEFAULT_COOLDOWN_S) * 1000);
      this.#dirty = true;
    }
    return result;
  }

  /** An answer that began well and broke later counts too. */
  async reportBroken(upstreamName: string, model: string, failure: UpstreamFailure): Promise<void> {
    const line = this.#line(keyOf(upstreamName, model));
    if (line.breaker.state === CircuitState.Closed) await tellBreaker(line, { ok: false, failure });
  }

  restsUntilMs(key: string): number {
    const line = this.#lines.get(key);
    return line === undefined ? 0 : restsUntil(line);
  }

  /** `upstream/model` → epoch ms until which it rests; only those that rest now. */
  coolingUntilMs(): ReadonlyMap<string, number> {
    if (!this.#dirty) return this.#cooling;
    const now = this.#nowMs();
    this.#cooling = new Map([...this.#lines.keys()].map((key): [string, number] => [key, this.restsUntilMs(key)]).filter(([, until]) => until > now));
    this.#dirty = this.#cooling.size > 0;
    return this.#cooling;
  }

  #line(key: string): Line {
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const breaker = circuitBreaker(handleWhenResult(isSick), { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) });
    const line: Line = { breaker, untilMs: 0, openedAtMs: 0, ailing: false };
    breaker.onBreak(() => { line.openedAtMs = this.#nowMs(); this.#dirty = true; });
    if (this.#lines.size >= MAX_LINES) this.#forgetOne();
    this.#lines.set(key, line);
    return line;
  }

  #forgetOne(): void {
    const now = this.#nowMs();
    let forgotten = this.#lines.keys().next().value;
    for (const [key, line] of this.#lines) if (!line.ailing && restsUntil(line) <= now) { forgotten = key; break; }
    if (forgotten !== undefined) this.#lines.delete(forgotten);
  }
}

const restsUntil = ({ untilMs, openedAtMs, breaker }: Line): number => Math.max(untilMs, breaker.state === CircuitState.Open ? openedAtMs + HALF_OPEN_AFTER_MS : 0);

async function tellBreaker(line: Line, result: CallResult): Promise<void> {
  line.ailing = isSick(result);
  await throughBreaker(line.breaker, () => Promise.resolve(result));
}

/** Undefined when the breaker let nothing through. */
async function throughBreaker(breaker: CircuitBreakerPolicy, work: () => Promise<CallResult>): Promise<CallResult | undefined> {
  try {
    return await breaker.execute(work);
  } catch (error) {
    if (error instanceof BrokenCircuitError) return undefined;
    throw error;
  }
}

export const keyOf = (upstreamName: string, model: string): string => `${upstreamName}/${model}`;

const cooling = (upstreamName: string, model: string, leftMs: number): UpstreamFailure => ({
  reason: 'cooling_down', status: 429, code: null, param: null, retryAfterS: Math.ceil(leftMs / 1000),
  message: `${model} on upstream \`${upstreamName}\` is cooling down for another ${Math.ceil(leftMs / 1000)} s`,
});
