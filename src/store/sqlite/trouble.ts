import { BackendError } from '../backend.ts';

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5, LOCKED = 6, CORRUPT = 11, NOT_A_DATABASE = 26, SQL_ERROR = 1;

/** What a failure of SQLite means for the one who asked. */
export function troubleOf(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case BUSY:
    case LOCKED: return new BackendError('busy', `the database is in use by another process: ${message}`, { cause: error });
    case CORRUPT:
    case NOT_A_DATABASE: return new BackendError('broken', `the database is damaged: ${message}`, { cause: error });
    default: return new BackendError('unavailable', message, { cause: error });
  }
}

/** The same for what names our own tables: that one is missing or there already means that this is no database of ours. */
export function schemaTroubleOf(error: unknown): BackendError {
  return codeOf(error) === SQL_ERROR ? new BackendError('broken', `the database is not as this version makes it: ${error instanceof Error ? error.message : ''}`, { cause: error }) : troubleOf(error);
}

/** The lower byte of an extended code is the primary one. */
function codeOf(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}
