import type { Wire } from '../support/scripted-upstream.ts';

/** What a run hands to an agent. */
export interface AgentTask {
  readonly home: string;
  readonly repo: string;
  /** With `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  /** The variable that holds the key, when the gateway wants one; else any key will do. */
  readonly keyEnv: string | null;
  readonly model: string;
  readonly prompt: string;
}

/** A command line. */
export interface AgentCommand {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A real coding agent from npm that can work without a terminal. */
export interface Agent {
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** As the gateway's traces call it. */
  readonly traceName: string;
  readonly package: string;
  readonly version: string;
  /** The wire format that it speaks. */
  readonly wire: Wire;
  /** The tool that changes files; a run in which it was never called proves nothing. */
  readonly editTool: string;
  /** The script to start with Node, or where `native` says so the program itself, relative to the package's folder. */
  readonly bin: string;
  readonly native?: boolean;
  /** The folder that it is installed in, when several agents share a package. Default: its name. */
  readonly folder?: string;
  /** Arguments of `openfusion connect` that point it at the gateway; absent when `prepare` does it. */
  readonly connect?: readonly string[];
  /** Makes the home that of a user who wants no telemetry and no updates, before it is connected. */
  prepare?(task: AgentTask): Promise<void>;
  /** What the user changes in the configuration afterwards. */
  adjust?(task: AgentTask): Promise<void>;
  /** It speaks over a WebSocket, and a run in which it asked by plain HTTP proves nothing. */
  readonly socket?: boolean;
  /** The run itself. */
  command(task: AgentTask): AgentCommand;
  /** Process ids of what the agent leaves behind in that home. */
  leftovers?(home: string): Promise<readonly number[]>;
}
