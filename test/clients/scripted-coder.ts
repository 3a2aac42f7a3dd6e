import type { Conversation, OfferedTool, Reply, ScriptedToolCall, ScriptFunction } from '../support/scripted-upstream.ts';
import { lastUserText, text, toolCalls } from '../support/scripted-upstream.ts';
import { BUG, FIX, SOURCE } from './sandbox.ts';

/** How one agent's tools are called. */
export interface Dialect {
  /** A tool, and where several agents have one of that name a parameter of it, by which the agent is known. */
  readonly sign: readonly [tool: string, parameter?: string];
  readonly read: (path: string) => ScriptedToolCall;
  readonly edit: (path: string, from: string, to: string) => ScriptedToolCall;
  readonly run: (command: string) => ScriptedToolCall;
}

const codexRun = (command: string): ScriptedToolCall => ({ name: 'exec_command', arguments: { cmd: command } });
const codexRead = (path: string): ScriptedToolCall => codexRun(`cat ${path}`);

/** First match wins. */
const DIALECTS: readonly Dialect[] = [
  // Codex with a catalog
  {
    sign: ['apply_patch'],
    read: codexRead,
    edit: (path, from, to) => ({ name: 'apply_patch', input: `*** Begin Patch\n*** Update File: ${path}\n@@\n-  ${from}\n+  ${to}\n*** End Patch\n` }),
    run: codexRun,
  },
  // Codex
  {
    sign: ['exec_command'],
    read: codexRead,
    edit: (path, from, to) => codexRun(`sed -i 's/${from}/${to}/' ${path} && cat ${path}`),
    run: codexRun,
  },
  // Continue
  {
    sign: ['Read', 'filepath'],
    read: (filepath) => ({ name: 'Read', arguments: { filepath } }),
    edit: (file, from, to) => ({ name: 'Edit', arguments: { file_path: file, old_string: from, new_string: to } }),
    run: (command) => ({ name: 'Bash', arguments: { command } }),
  },
  // Claude Code
  {
    sign: ['Read', 'file_path'],
    read: (path) => ({ name: 'Read', arguments: { file_path: path } }),
    edit: (path, from, to) => ({ name: 'Edit', arguments: { file_path: path, old_string: from, new_string: to } }),
    run: (command) => ({ name: 'Bash', arguments: { command } }),
  },
  // Cline
  {
    sign: ['editor'],
    read: (path) => ({ name: 'read_files', arguments: { files: [{ path }] } }),
    edit: (path, from, to) => ({ name: 'editor', arguments: { path, old_text: from, new_text: to } }),
    run: (command) => ({ name: 'run_commands', arguments: { commands: [command] } }),
  },
  // OpenCode, Kilo
  {
    sign: ['edit', 'filePath'],
    read: (path) => ({ name: 'read', arguments: { filePath: path } }),
    edit: (path, from, to) => ({ name: 'edit', arguments: { filePath: path, oldString: from, newString: to } }),
    run: (command) => ({ name: 'bash', arguments: { command, description: 'Runs a command' } }),
  },
  // Qwen Code
  {
    sign: ['run_shell_command'],
    read: (path) => ({ name: 'read_file', arguments: { file_path: path } }),
    edit: (path, from, to) => ({ name: 'edit', arguments: { file_path: path, old_string: from, new_string: to } }),
    run: (command) => ({ name: 'run_shell_command', arguments: { command, is_background: false } }),
  },
  // Pi
  {
    sign: ['edit', 'edits'],
    read: (path) => ({ name: 'read', arguments: { path } }),
    edit: (path, from, to) => ({ name: 'edit', arguments: { path, edits: [{ oldText: from, newText: to }] } }),
    run: (command) => ({ name: 'bash', arguments: { command } }),
  },
];

/** What the scripted coder says at the end when the test that it ran has passed. */
export const REPORT = 'Fixed: add() subtracted instead of adding. The test passes.';

/**
 * A scripted model that can really work in the sandbox: it looks around, reads the file, edits it with the agent's own tool, runs the
 * test and reports, each step on what the steps before have returned; what came to nothing it does again. It goes by the conversation
 * alone, whatever wire format it came in, so that a repeated request gets the same answer, and every member of a panel too. It verifies
 * and judges what a gateway asks it to, and says a sentence to requests without tools (titles, summaries).
 */
export const scriptedCoder: ScriptFunction = ({ conversation }): Reply => {
  const review = reviewed(lastUserText(conversation));
  if (review !== undefined) return text(review);
  const dialect = dialectOf(conversation);
  if (!dialect) return text('Fix the failing test of add()');
  const steps = stepsOf(conversation);
  const last = steps.at(-1);
  if (steps.length > MOST_STEPS) return text(`I give up after ${String(steps.length)} steps: ${String(last?.result)}`);
  const folder = steps.map(({ called, result }) => (called.includes('pwd') ? /(\/[^\s"\\]+)/.exec(result)?.[1] : undefined)).find((found) => found !== undefined);
  if (folder === undefined) return toolCalls([dialect.run('pwd'), dialect.run('cat package.json')], { say: 'I will look around first.' });
  const path = `${folder}/${SOURCE}`;
  const changed = steps.findLastIndex(({ called, result }) => called.includes(FIX) && !/abort|interrupt|cancel/i.test(result));
  if (changed < 0 && !steps.some(({ result }) => result.includes(BUG))) return toolCalls([dialect.read(path)]);
  if (changed < 0) return toolCalls([dialect.edit(path, BUG, FIX)], { reasoning: 'The operator is wrong: minus must be plus.' });
  const tested = steps.slice(changed + 1).findLast(({ result }) => /fail \d/.test(result));
  if (tested === undefined) return toolCalls([dialect.run('node --test 2>&1 | tail -n 20')]);
  return text(/fail 0\b/.test(tested.result) ? REPORT : `The test still fails: ${tested.result}`);
};

/** How the tools that a request offers are called; undefined when they are nobody's that we know, or none may be called. */
export function dialectOf({ mayCall, tools }: Conversation): Dialect | undefined {
  return mayCall ? DIALECTS.find(({ sign }) => offers(tools, sign)) : undefined;
}

/** Enough for every step to be done again. */
const MOST_STEPS = 12;

/** Every call that was made, with what came of it. */
function stepsOf({ turns }: Conversation): { called: string; result: string }[] {
  return turns.flatMap(({ calls }) => calls).map(({ id, arguments: called }) => ({ called, result: turns.find(({ callId }) => callId === id)?.text ?? '' }));
}

function offers(tools: readonly OfferedTool[], [name, parameter]: Dialect['sign']): boolean {
  return tools.some((tool) => tool.name === name && (parameter === undefined || tool.properties.includes(parameter)));
}

/** The answer to what a gateway asks of its verifier, judge and synthesizer; undefined when it asks nothing of the kind. */
function reviewed(asked: string): string | undefined {
  if (asked.includes('NO_CHANGE')) return 'NO_CHANGE';
  if (asked.includes('Reply with one JSON object')) return JSON.stringify({ best: 'A', consensus: ['the operator is wrong'], contradictions: [], unique_insights: [], blind_spots: [] });
  return undefined;
}
