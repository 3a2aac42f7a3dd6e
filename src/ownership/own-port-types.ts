/** What owning a port means to those who ask for it. */
import type { LiveCommand, LiveMessage, OwnerState } from '../trace/types.ts';
import type { attach } from './attach.ts';
import type { OwnerSecrets } from './challenge.ts';
import type { freePortNear } from './free-port.ts';
import type { OwnerInfo, removeOwner, writeOwner } from './owner-file.ts';
import type { probeOwner } from './probe.ts';

export type OwnPortState =
  | { status: 'starting' }
  /** This process owns the port. */
  | { status: 'owner'; port: number; viewToken: string }
  /** Another one of ours owns it; `owner` is its state as it last told. */
  | { status: 'attached'; owner: OwnerState; viewToken: string }
  /**
   * `port_taken`: by a process that is not ours, or does not let us in; it is looked at again now and then. `listen`: the system
   * refused. `suggestedPort` is a free one nearby.
   */
  | { status: 'failed'; code: 'port_taken' | 'listen'; message: string; suggestedPort: number | null }
  | { status: 'stopped' };

export type ListenResult =
  | { ok: true; port: number; close(): Promise<void> }
  /** `code` as the system names it, e.g. `EADDRINUSE`, `EACCES`. */
  | { ok: false; code: string; message: string };

export interface OwnPortOptions {
  host: string;
  /** `0`: any free one; then there is nobody to attach to. */
  port: number;
  /** Folder of the owner files. */
  stateDir: string;
  version: string;
  kind: OwnerInfo['kind'];
  /** Starts the server; it answers challenges and guards its traces with these. */
  listen(secrets: OwnerSecrets): Promise<ListenResult>;
  onState(state: OwnPortState): void;
  /** The owner's live feed, while attached. */
  onMessage?(message: LiveMessage): void;
  /** Something is not as it should be and the work goes on. */
  onWarning?(message: string): void;
  /** 0..1; spreads take-overs, so that windows do not all ask at once. */
  random?: () => number;
  world?: Partial<World>;
}

export interface OwnPort {
  readonly state: OwnPortState;
  /** The first state that is not `starting`. */
  readonly settled: Promise<OwnPortState>;
  /** Tells the owner, while attached; false when there is none to tell. */
  send(command: LiveCommand): boolean;
  /** Closes the server or the attachment and removes the owner file. Never throws; may be called again. */
  stop(): Promise<void>;
}

/** What is outside, replaced in unit tests. */
export interface World {
  probe: typeof probeOwner;
  attach: typeof attach;
  writeOwner: typeof writeOwner;
  removeOwner: typeof removeOwner;
  freePortNear: typeof freePortNear;
  /** Resolves early when aborted. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}
