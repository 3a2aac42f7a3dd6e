/** A map that forgets what was not used for longest. */
export interface Lru<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  readonly size: number;
}

/** `maxEntries`: how many it holds at most. A read counts as use. */
export function createLru<V>(maxEntries: number): Lru<V> {
  // A Map iterates in order of insertion: putting a key in again makes it the newest.
  const entries = new Map<string, V>();
  return {
    get size() { return entries.size; },
    delete: (key) => entries.delete(key),
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= maxEntries) return;
      const oldest = entries.keys().next();
      if (oldest.done !== true) entries.delete(oldest.value);
    },
  };
}
