import type { ChatMessage, ChatRequest, ToolCall } from '../../protocol/types.ts';
import { readUserMessage, type Ask } from '../profile/ask.ts';
import { isGoOn } from '../profile/turn.ts';
import { parseObject, readEdits, type Edit } from './edits.ts';
import { commandOutcome, editOutcome, otherOutcome, type Outcome } from './outcome.ts';
import { readResult } from './result-text.ts';
import { readCommand, shellEdit, type Command } from './shell.ts';
import { toolKind, type ToolKind } from './tool-kinds.ts';

/** One answer of the model with calls of tools, and their results. Nothing of them is read yet. */
export interface Step {
  calls: readonly ToolCall[];
  /** By the id of the call. */
  results: ReadonlyMap<string, ChatMessage>;
  /** How older Cline and Roo tell a result: as text of the user. */
  told: string | null;
}

/** A run of tools since the user's newest ask, newest step first. */
export interface RunOfTools {
  /** Model calls in it, the one that is asked for now not counted. */
  modelCalls: number;
  /** The newest {@link MAX_STEPS} of them. */
  steps: readonly Step[];
  /** The ask that it is about, as far as it was found. */
  ask: Ask | null;
}

/** So far back a transcript is read. */
export const MAX_STEPS = 40;
/** And so far model calls are counted. */
const MAX_COUNTED = 400;

/**
 * The tool steps since the newest ask of the user ("continue" does not count as one), or since the message at `since`.
 * Reads from the end; looks at no content but that of user messages.
 */
export function runOfTools({ messages }: ChatRequest, since: number): RunOfTools {
  const steps: Step[] = [];
  let modelCalls = 0, results = new Map<string, ChatMessage>(), told: string | null = null;
  for (let i = messages.length - 1; i >= since && modelCalls < MAX_COUNTED; i--) {
    const message = messages[i];
    if (message === undefined) continue;
    if (message.role === 'tool') results.set(message.toolCallId ?? '', message);
    else if (message.role === 'user') {
      const { ask, toolResult } = readUserMessage(message);
      if (ask !== null && !isGoOn(ask)) return { modelCalls, steps, ask };
      if (toolResult && ask === null) told = toldBy(message);
    } else if (message.role === 'assistant') {
      // One turn may stand as several messages.
      if (messages[i - 1]?.role !== 'assistant') modelCalls++;
      if (steps.length < MAX_STEPS && ((message.toolCalls?.length ?? 0) > 0 || told !== null)) steps.push({ calls: message.toolCalls ?? [], results, told });
      if (messages[i - 1]?.role !== 'assistant') [results, told] = [new Map(), null];
    }
  }
  return { modelCalls, steps, ask: null };
}

function toldBy({ content }: ChatMessage): string | null {
  if (typeof content === 'string') return content;
  const parts = content?.flatMap((part) => (part.type === 'text' ? [part.text] : [])) ?? [];
  return parts.length === 0 ? null : parts.slice(0, 4).join('\n');
}

/** What one call did and what came of it. */
export interface Event {
  kind: ToolKind;
  /** Changes that were made. */
  edits: readonly Edit[];
  outcome: Outcome;
}

/** Does any of these calls change something or run something? Cheap: names alone. */
export const mayTell = ({ calls, told }: Step): boolean => told !== null || calls.some(({ name }) => toolKind(name) !== 'look');

/** Reads a step: its calls in order. Calls that only look are left out. */
export function eventsOf({ calls, results, told }: Step): Event[] {
  const events: Event[] = [];
  for (const call of calls) {
    const kind = toolKind(call.name);
    const result = results.get(call.id);
    if (kind === 'look' || result === undefined) continue;
    events.push(eventOf(kind, call, result));
  }
  if (told !== null) events.push(...toldEvent(told));
  return events;
}

function eventOf(kind: ToolKind, call: ToolCall, message: ChatMessage): Event {
  const result = readResult(message);
  if (kind === 'run') {
    const line = commandOf(call);
    const command = commandRead(line, call.name);
    const outcome = commandOutcome(command, result);
    const made = command.changes && !(command.kind === 'edit' && outcome.kind === 'error');
    return { kind: command.kind === 'edit' ? 'edit' : kind, edits: made ? editsOf(line) : [], outcome };
  }
  if (kind === 'other') return { kind, edits: [], outcome: otherOutcome(result) };
  const outcome = editOutcome(result);
  return { kind, outcome, edits: outcome.kind === 'error' ? [] : readEdits(call.arguments, { custom: call.custom === true, write: kind === 'write' }) };
}

/** A command whose words are not known (more input for a running one) may be anything. */
function commandRead(line: string, tool: string): Command {
  const command: Command = line === '' ? { kind: 'other', changes: false, tellsExit: true } : readCommand(line);
  return /^run_?tests?$/i.test(tool) ? { ...command, kind: 'test' } : command;
}

function editsOf(line: string): Edit[] {
  const patch = line.indexOf('*** Begin Patch');
  return patch < 0 ? [shellEdit(line)] : readEdits(line.slice(patch), { custom: true, write: false });
}

/** Does a step change a file, or try to? By names and command lines alone. */
export const changesFiles = ({ calls }: Step): boolean => calls.some((call) => {
  const kind = toolKind(call.name);
  return kind === 'edit' || kind === 'write' || (kind === 'run' && readCommand(commandOf(call)).changes);
});

const LONGEST_LINE = 4_000;

/** The command line of a call: a text, or a list of texts, under the names that agents have for it. */
function commandOf({ arguments: args }: ToolCall): string {
  const parsed = parseObject(args);
  if (parsed === null) return args.slice(0, LONGEST_LINE);
  for (const key of ['command', 'cmd', 'commands', 'script', 'code', 'input', 'action']) {
    const value = parsed[key];
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.filter((part) => typeof part === 'string').filter((part, at) => !(at < 2 && /^(?:\/bin\/)?(?:ba|z)?sh$|^-l?c$/.test(part))).join(key === 'commands' ? '\n' : ' ');
    if (typeof value === 'object' && value !== null && 'command' in value && Array.isArray(value.command)) return value.command.join(' ');
  }
  return '';
}

/** `[execute_command for 'npm test'] Result:` and what follows it. */
const TOLD = /^\s*\[([a-z_]+)(?: for '?([^\]\n]{0,300}?)'?)?(?:\. [^\]]*)?\] Result:\s*/;

function toldEvent(told: string): Event[] {
  const header = TOLD.exec(told);
  if (header === null) return [];
  const [whole, name = '', what = ''] = header;
  const kind = toolKind(name);
  const result = readResult({ role: 'tool', content: told.slice(whole.length) });
  if (kind === 'run') return [{ kind, edits: [], outcome: commandOutcome(readCommand(what), result) }];
  if (kind !== 'edit' && kind !== 'write') return [];
  const outcome = editOutcome(result);
  return [{ kind, outcome, edits: outcome.kind === 'error' ? [] : [{ file: what, removed: '', added: '', whole: kind === 'write' }] }];
}

