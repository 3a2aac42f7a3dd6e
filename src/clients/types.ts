/** An agent, as OpenFusion knows it. */
import type { FileContent } from './connect/plan.ts';

/** The machine, as far as the places of configuration depend on it. */
export interface Place {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Where the user works: for agents whose configuration lies in a project. */
  cwd: string;
  /** A configuration that the user named, instead of the usual one. */
  file?: string | undefined;
  /** The folder `User` of the editor that asks; the usual one of VS Code when it is not known. */
  editorUserDir?: string | undefined;
  exists: (path: string) => boolean;
}

/** A model that agents can ask for. */
export interface ClientModel {
  /** `openfusion/auto` */
  id: string;
  /** `OpenFusion Auto` */
  name: string;
  description: string;
  contextTokens: number;
  maxOutputTokens: number;
  images: boolean;
}

/** How an agent proves itself: with any text, or with the token that this environment variable holds. Never with a key in a file. */
export type ClientKey = { kind: 'placeholder' } | { kind: 'env'; name: string };

/** What agents are to be pointed at. */
export interface Endpoint {
  /** `http://127.0.0.1:8787`, without a path. */
  origin: string;
  /** The model to ask for, e.g. `openfusion/auto`. */
  model: ClientModel;
  /** A cheap one for titles and summaries; the same when there is none. */
  smallModel: ClientModel;
  /** All that there are. */
  models: readonly ClientModel[];
  key: ClientKey;
  /** For Codex: false leaves the model catalog away, and with it our instructions; Codex warns then and uses its own. */
  catalog?: boolean;
}

export interface ClientFile {
  path: string;
  content: FileContent;
  /** Permissions for a file that comes into being; what the system gives otherwise. */
  mode?: number;
}

/** A step for people: what to do and, where there is one, the command for it. */
export interface Step {
  text: string;
  command?: string;
}

export interface Client {
  /** As on the command line: `claude-code`. */
  id: string;
  /** As its makers write it. */
  title: string;
  /** What it speaks with the gateway. */
  protocol: 'chat' | 'responses' | 'messages';
  /** Files and folders that are there once the agent was used. */
  traces: (place: Place) => string[];
  /** Names of its programs. */
  commands: readonly string[];
  /** What connecting writes, in this order. The first file is the one that people know. */
  files: (endpoint: Endpoint, place: Place) => ClientFile[];
  /** The base URL in what the files say now, in the order of `files`; null when there is none of ours. */
  baseUrlIn: (contents: readonly unknown[]) => string | null;
  /** The model that it asks us for by what the files say now; null when it asks for none of ours. */
  modelIn: (contents: readonly unknown[]) => string | null;
  /** What else keeps it from asking us, in one sentence each. */
  warnings?: (contents: readonly unknown[]) => string[];
  /** How to start it once it is connected. */
  start: (endpoint: Endpoint, place: Place) => Step[];
  /** What the user must do to disconnect, where no file holds it. */
  stop?: (place: Place) => Step[];
  /** One run without a terminal, for a check; where there is such a thing. */
  headless?: (endpoint: Endpoint) => string;
}

/** `not-found`: neither configuration nor program; `modified`: set up for us and then changed; `broken`: its file cannot be read. */
export type ClientState = 'not-found' | 'not-connected' | 'connected' | 'connected-elsewhere' | 'modified' | 'broken';
