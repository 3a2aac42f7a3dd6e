/** What a run hands to an agent. */
export interface AgentTask {
  readonly home: string;
  readonly repo: string;
  /** With `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly model: string;
  readonly prompt: string;
}

/** A command line; it runs under the Node that runs the tests. */
export interface AgentCommand {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A real coding agent from npm that can work without a terminal. */
export interface Agent {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** The tool that changes files; a run in which it was never called proves nothing. */
  readonly editTool: string;
  /** The script to start, relative to the package's folder. */
  readonly bin: string;
  /** Writes the agent's configuration into the home; returns commands to run before the task. */
  configure(task: AgentTask): Promise<readonly AgentCommand[]>;
  /** The run itself. */
  command(task: AgentTask): AgentCommand;
  /** Process ids of what the agent leaves behind in that home. */
  leftovers?(home: string): Promise<readonly number[]>;
}
