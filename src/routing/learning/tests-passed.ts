import type { ChatRequest } from '../../protocol/types.ts';
import { changesFiles, eventsOf, mayTell, runOfTools } from '../progress/steps.ts';

/** Does the newest step of a run of tools show tests that pass, in a run that changed files? Tests that passed before anybody did anything say nothing. */
export function testsPassAfterEdit(chat: ChatRequest): boolean {
  const { steps } = runOfTools(chat, 0);
  const [newest] = steps;
  if (newest === undefined || !mayTell(newest)) return false;
  const outcomes = eventsOf(newest).map(({ outcome }) => outcome.kind);
  return outcomes.includes('tests_pass') && !outcomes.includes('tests_fail') && steps.some(changesFiles);
}
