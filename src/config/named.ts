/** A copy without a prototype, so that a name from a client such as `constructor` finds nothing. */
export function byName<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}
