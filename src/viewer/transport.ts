/** How the viewer talks to the gateway, whichever side of the editor it runs on. */
import type { LiveMessage } from '../trace/types.ts';
import type { Connection } from './messages.ts';
import type { Memory } from './state.ts';

export type TransportEvent =
  | { type: 'live'; message: LiveMessage }
  | { type: 'connection'; connection: Connection }
  /** The gateway has no record of this id any more. */
  | { type: 'missing'; id: string };

export interface Transport {
  /** Connects, and tells of everything that comes until the page goes away. */
  start(listener: (event: TransportEvent) => void): void;
  /** Asks for a whole record; it comes as a `trace` message. */
  get(id: string): void;
  /** Deletes a record; a `deleted` message follows. Rejects with a sentence for people when that failed. */
  remove(id: string): Promise<void>;
  /** Gives a record a thumb, or takes it back (null); the changed record follows as a `trace` message. Rejects with a sentence for people when that failed. */
  rate(id: string, thumb: 'up' | 'down' | null): Promise<void>;
  /** What {@link remember} kept before the page was loaded again. Not checked yet. */
  recall(): unknown;
  remember(memory: Memory): void;
}
