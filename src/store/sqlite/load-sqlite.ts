import type * as sqlite from 'node:sqlite';

export type SqliteModule = typeof sqlite;

/** Node's own SQLite; null where this Node (or the editor's) was built without it. */
export function loadSqlite(): SqliteModule | null {
  // Node 22 warns once, on stderr, that it is experimental: nothing that our users could act on.
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    // Absent before Node 22.3, whatever the types say.
    const load = process.getBuiltinModule as typeof process.getBuiltinModule | undefined;
    return load?.('node:sqlite') ?? null;
  } catch {
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** What that means, for people. */
export function noSqlite(): string {
  return `this Node (${process.version}) has no node:sqlite, so traces, sessions and spending are kept in memory alone and are gone when the gateway stops`;
}
