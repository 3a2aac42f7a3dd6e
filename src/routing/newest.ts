/** How many texts are remembered: the steps of a tool loop all stand on the same words, and few loops run at once. */
const KEPT = 64;

/** What was made of the newest texts, in memory only. Values are shared: nobody may change them. */
export class Newest<Value> {
  readonly #values = new Map<string, Value>();

  /** What was made of this text, made now where it is not known. */
  get(text: string, make: (text: string) => Value): Value {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    const [oldest] = this.#values.keys();
    if (this.#values.size >= KEPT && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(text, value);
    return value;
  }
}
