/** Messages between the extension host and the gateway's thread. Structured-clone data only. */
import type { NetworkSettings } from '../config/network-settings.ts';
import type { Mode } from '../routing/types.ts';
import type { LiveMessage, OwnerState } from '../trace/types.ts';

/** Where a window's configuration comes from. It is read, merged and validated in the thread. */
export interface ConfigSources {
  /** What the user set in the editor, shaped like the config file. Overrides the file, key by key. */
  config: unknown;
  /** Where `config` came from, for messages: `settings`. */
  configSource: string;
  /** The file that a user setting names, absolute: trusted, since the user named it. Null: look for one. */
  configFile: string | null;
  /** The folder where a config file may be found (policy only, until trusted); null without one or in an untrusted workspace. */
  workspaceFolder: string | null;
  /** Key and token values by name, from SecretStorage; the environment is read by the thread itself. */
  secrets: Record<string, string>;
  /** Origins of the upstreams that each stored secret was given for. It goes to no other origin. */
  secretOrigins: Record<string, string[]>;
  forceDryRun: boolean;
  /** What the editor's user set about proxies and certificates; absent: the environment alone counts. */
  network?: NetworkSettings | null;
}

/** What the thread is started with (`workerData`). */
export interface WorkerOptions extends ConfigSources {
  version: string;
  /** Folder for the owner file and the view token; null: the one that the CLI uses too. */
  stateDir: string | null;
  mode: Mode;
}

export type ToWorker =
  | ({ type: 'configure' } & ConfigSources)
  | { type: 'setMode'; mode: Mode }
  /** A trace panel opened or closed: `live` messages are wanted or not. Each `on` is answered with a `hello`. */
  | { type: 'watchLive'; on: boolean }
  /** The user trusts this file as it stands: remember it and read the configuration again. */
  | { type: 'trustConfig'; file: string }
  | { type: 'stop'; drainMs: number };

/** The gateway as this window sees it. */
export type HostState =
  | { status: 'starting' }
  /** This window owns the port. */
  | { status: 'owner'; owner: OwnerState }
  /** Another window or `serve` owns it; we see its state and its traces. */
  | { status: 'attached'; owner: OwnerState }
  | { status: 'stopped' }
  /** `code`: `config` (bad configuration), `port_taken` (a foreign process), `listen`, `restarting` (crashed, comes back), `crashed` (stays down). */
  | { status: 'failed'; code: string; message: string; taken?: TakenPort };

/** A port that somebody else has, as it was asked for, and a free one nearby; null when there is none. */
export interface TakenPort {
  host: string;
  port: number;
  free: number | null;
}

/** How an upstream's key stands. `other_origin`: one is stored, but it was given for another address. */
export type KeyState = 'not_needed' | 'environment' | 'stored' | 'missing' | 'other_origin';

/** What became of the configuration sources. Sent after each load, a failed one too. */
export interface ConfigReport {
  /** Why it was not taken; a running gateway then goes on with the one before. Null: all is well. */
  error: string | null;
  /** The file that was read. */
  file: string | null;
  /** Its keys that were ignored because nobody trusted them yet, e.g. `upstream.baseURL`. */
  ignoredKeys: string[];
  upstreams: {
    name: string;
    baseURL: string;
    keyName: string | null;
    key: KeyState;
    /** Names of stored secrets in its headers. */
    headerSecrets: string[];
    /** Stored secrets, of its key and its headers, that were given for other addresses: they are not sent to this one. */
    moved: { name: string; origins: readonly string[] }[];
  }[];
  /** Names that the configuration refers to as `${secret:NAME}`. */
  secretNames: string[];
}

export type FromWorker =
  /** `clientToken`: what `server.token` stands for, so that this window's own calls are let in. */
  | { type: 'state'; state: HostState; viewToken: string | null; clientToken: string | null }
  | { type: 'config'; report: ConfigReport }
  /** The live feed: our own or, when attached, the owner's. */
  | { type: 'live'; message: LiveMessage }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string }
  | { type: 'stopped' };
