/** Messages between the extension host and the gateway's thread. Structured-clone data only. */
import type { Mode } from '../routing/types.ts';
import type { LiveMessage, OwnerState } from '../trace/types.ts';

/** What the thread is started with (`workerData`). */
export interface WorkerOptions {
  version: string;
  /** The configuration as an object: file and settings merged by the editor; validated in the thread. */
  config: unknown;
  /** Where the config came from, for messages: a path or `settings`. */
  configSource: string;
  /** Key and token values by name, from SecretStorage; the environment is read by the thread itself. */
  secrets: Record<string, string>;
  /** Folder for the owner file and the view token. */
  stateDir: string;
  mode: Mode;
  forceDryRun: boolean;
}

export type ToWorker =
  | { type: 'configure'; config: unknown; configSource: string; secrets: Record<string, string>; forceDryRun: boolean }
  | { type: 'setMode'; mode: Mode }
  | { type: 'stop'; drainMs: number };

/** The gateway as this window sees it. */
export type HostState =
  | { status: 'starting' }
  /** This window owns the port. */
  | { status: 'owner'; owner: OwnerState }
  /** Another window or `serve` owns it; we see its state and its traces. */
  | { status: 'attached'; owner: OwnerState }
  | { status: 'stopped' }
  /** `code`: `config` (bad configuration), `port_taken` (a foreign process), `crashed`, `listen`. */
  | { status: 'failed'; code: string; message: string };

export type FromWorker =
  | { type: 'state'; state: HostState; viewToken: string | null }
  /** The live feed: our own or, when attached, the owner's. */
  | { type: 'live'; message: LiveMessage }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string }
  | { type: 'stopped' };
