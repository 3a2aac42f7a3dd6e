import type { BackendError } from './backend.ts';

/** Keeps a memory and a backend together: opens, tries again, tidies up, lets go. */
export interface Link {
  /** Never throws; what cannot be opened now is tried again, or said in the store's status. */
  connect(): void;
  onTrouble(error: BackendError): void;
  onWritten(): void;
  /** Tidies up soon. */
  maintain(): void;
  /** Writes out and closes. Never throws. */
  close(): Promise<void>;
}
