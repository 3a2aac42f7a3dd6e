/** A map that forgets what was not used for longest. */
export interface Lru<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  /** The one used last first. */
  keys(): string[];
  readonly size: number;
}

/** `maxEntries`: how many it holds at most. A read counts as use. */
export function createLru<V>(maxEntries: number): Lru<V> {
  // A Map iterates in order of insertion: putting a key in again makes it the newest.
  const entries = new Map<string, V>();
  let newest: string | null = null;
  return {
    get size() { return entries.size; },
    keys: () => [...entries.keys()].reverse(),
    delete: (key) => entries.delete(key),
    get(key) {
      const value = entries.get(key);
      // One conversation asks many times in a row: then there is nothing to move.
      if (value === undefined || key === newest) return value;
      entries.delete(key);
      entries.set(key, value);
      newest = key;
      return value;
    },
    set(key, value) {
      if (key !== newest) entries.delete(key);
      entries.set(key, value);
      newest = key;
      if (entries.size <= maxEntries) return;
      const oldest = entries.keys().next();
      if (oldest.done !== true) entries.delete(oldest.value);
    },
  };
}
