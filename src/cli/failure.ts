import type { ConfigIssue } from '../config/issue.ts';
import { issueText } from '../config/issue.ts';

/** Exit codes: part of the contract. */
export const EXIT = { ok: 0, unwell: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message on stderr. 2: bad usage or configuration; 1: what was asked for did not work out. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = EXIT.usage) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
  }
}

/** One line for each issue: file, place, key, what is wrong and what was expected. */
export function configFailure(errors: readonly ConfigIssue[]): CliFailure {
  return new CliFailure(errors.map(issueText).join('\n'));
}
