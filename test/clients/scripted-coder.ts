import type { Reply, ScriptedToolCall, ScriptFunction, UpstreamBody } from '../support/scripted-upstream.ts';
import { text, toolCalls } from '../support/scripted-upstream.ts';
import { BUG, FIX, SOURCE } from './sandbox.ts';

/** How one agent's tools are called. */
interface Dialect {
  readonly read: (path: string) => ScriptedToolCall;
  readonly edit: (path: string, from: string, to: string) => ScriptedToolCall;
  readonly run: (command: string) => ScriptedToolCall;
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  // Continue
  Edit: {
    read: (filepath) => ({ name: 'Read', arguments: { filepath } }),
    edit: (file, from, to) => ({ name: 'Edit', arguments: { file_path: file, old_string: from, new_string: to } }),
    run: (command) => ({ name: 'Bash', arguments: { command } }),
  },
  // Cline
  editor: {
    read: (path) => ({ name: 'read_files', arguments: { files: [{ path }] } }),
    edit: (path, from, to) => ({ name: 'editor', arguments: { path, old_text: from, new_text: to } }),
    run: (command) => ({ name: 'run_commands', arguments: { commands: [command] } }),
  },
};

/** What the scripted coder says at the end when the test that it ran has passed. */
export const REPORT = 'Fixed: add() subtracted instead of adding. The test passes.';

/**
 * A scripted model that can really work in the sandbox: it looks around, reads the file, edits it with the agent's own tool, runs the
 * test and reports, each step on what the step before has returned. It goes by the conversation alone, so that a repeated request gets
 * the same answer. Requests without tools (titles, summaries, judges) get a sentence.
 */
export const scriptedCoder: ScriptFunction = ({ body }): Reply => {
  const dialect = Object.entries(DIALECTS).find(([editTool]) => body.tools?.some((tool) => tool.function?.name === editTool))?.[1];
  if (!dialect) return text('Fix the failing test of add()');
  const results = toolResults(body);
  const folder = /(\/[^\s"\\]+)/.exec(results.at(0) ?? '')?.[1];
  if (folder === undefined) return toolCalls([dialect.run('pwd'), dialect.run('cat package.json')], { say: 'I will look around first.' });
  const path = `${folder}/${SOURCE}`;
  switch (results.length) {
    case 2:
      return toolCalls([dialect.read(path)]);
    case 3:
      return results[2]?.includes(BUG) ? toolCalls([dialect.edit(path, BUG, FIX)]) : text(`I see no bug in ${path}: ${String(results[2])}`);
    case 4:
      return toolCalls([dialect.run('node --test 2>&1 | tail -n 20')]);
    default:
      return text(/fail 0\b/.test(results.at(-1) ?? '') ? REPORT : `The test still fails: ${String(results.at(-1))}`);
  }
};

function toolResults({ messages }: UpstreamBody): string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
}
