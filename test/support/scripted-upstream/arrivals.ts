/** Things that happen one after the other, each of which can be waited for by its number. */
export class Arrivals<T> {
  readonly #name: string;
  readonly #happened: T[] = [];
  readonly #waiting: { n: number; resolve: (item: T) => void; reject: (reason: Error) => void }[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  add(item: T): void {
    this.#happened.push(item);
    const n = this.#happened.length;
    for (const waiter of this.#waiting) if (waiter.n === n) waiter.resolve(item);
  }

  /** Resolves with the n-th (from 1), at once when it is there already. */
  nth(n: number): Promise<T> {
    const there = this.#happened[n - 1];
    if (there !== undefined) return Promise.resolve(there);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ n, resolve, reject });
    // A wait that nobody awaits any more must not end the test run as an unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  }

  /** Rejects who still waits. */
  close(): void {
    const count = this.#happened.length;
    for (const { n, reject } of this.#waiting) if (n > count) reject(new Error(`waited for ${this.#name} ${n}, but there were only ${count}`));
  }
}
