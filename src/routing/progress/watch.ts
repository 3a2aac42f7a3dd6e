import type { Session } from '../session.ts';
import type { PlanInput, TaskProfile } from '../types.ts';
import { readProgress, type Progress } from './progress.ts';
import { toolKind } from './tool-kinds.ts';
import type { PinnedEscalation } from './types.ts';

/** What is seen of a session before anybody is chosen. */
export interface Watch {
  progress: Progress;
  /** The escalation that holds, with what tests have said since; null when there is none. */
  holds: PinnedEscalation | null;
  /** An escalation that has done its work and ends with this request. */
  released: PinnedEscalation | null;
  /** To be remembered with an escalation by this request. */
  messages: number;
}

/** Tasks that come to nothing when no file is changed. */
const WANT_EDITS: ReadonlySet<string> = new Set(['debug', 'implement', 'refactor', 'test']);

/**
 * Looks at how a session goes. Null for one that is not known, for chores, and when it is switched off.
 * An escalation ends at a boundary of the prompt cache (the next ask, a cold cache, a compacted transcript) when it has succeeded: tests
 * passed, or the user asks for something else without a complaint and no test says otherwise.
 */
export function watchSession({ request, config }: PlanInput, task: TaskProfile, { pinned, warmId }: Session): Watch | null {
  if (!config.auto.escalation.enabled || pinned === null || task.turn === 'chore') return null;
  const before = pinned.escalation ?? null;
  const messages = request.messages.length;
  const compacted = before !== null && messages < before.atMessages;
  const progress = readProgress(request, { turn: task.turn, sinceMessage: before === null || compacted ? 0 : before.atMessages });
  if (!WANT_EDITS.has(task.domain) || !canEdit(request.tools)) progress.findings = progress.findings.filter(({ name }) => name !== 'no_diff');
  if (before === null) return { progress, holds: null, released: null, messages };
  const state = progress.tests === null ? before.state : progress.tests === 'pass' ? 'succeeded' : 'failing';
  const now: PinnedEscalation = { ...before, state, atMessages: compacted ? messages : before.atMessages };
  const asksOn = task.turn !== 'tool_result' && progress.modelCalls === 0;
  const boundary = asksOn ? state !== 'failing' : state === 'succeeded' && (compacted || warmId === null);
  return boundary && !progress.findings.some(({ strong }) => strong) ? { progress, holds: null, released: now, messages } : { progress, holds: now, released: null, messages };
}

const canEdit = (tools: PlanInput['request']['tools']): boolean => tools.some(({ name }) => { const kind = toolKind(name); return kind === 'edit' || kind === 'write' || kind === 'run'; });
