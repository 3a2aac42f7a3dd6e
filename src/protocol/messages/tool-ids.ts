/** Anthropic's rule for the ids of tool calls. */
const TAKEN = /^[a-zA-Z0-9_-]+$/;

/**
 * Gives each call of a conversation an id that Anthropic takes: the same where it is fit and not used before, else its fit letters,
 * and a number. The same conversation gives the same ids, so that its prompt cache stays warm.
 */
export class ToolIds {
  readonly #used = new Set<string>();
  readonly #open = new Map<string, string[]>();
  #changed = false;

  /** Did any call get another id than it had? */
  get changed(): boolean {
    return this.#changed;
  }

  call(id: string): string {
    const base = TAKEN.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let given = base;
    for (let number = 2; this.#used.has(given); number++) given = `${base}_${number}`;
    this.#used.add(given);
    if (given !== id) this.#changed = true;
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, [given]);
    else open.push(given);
    return given;
  }

  /** The id of the call that a result answers: the oldest of that id without one. */
  result(id: string): string {
    return this.#open.get(id)?.shift() ?? (TAKEN.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call');
  }
}
