/** What of a trace may leave this process for a disk or a Redis: `trace.keepPrompts`. */
import type { Config } from '../config/schema.ts';
import type { Phase, TraceRecord } from '../trace/types.ts';
import { maskSecretsDeep } from './mask-secrets.ts';
import { withoutText } from './without-text.ts';

export type KeepPrompts = Config['trace']['keepPrompts'];

export interface AtRest {
  /** Does the stored form hold text of prompts and answers? */
  hasText: boolean;
  /** The form that is stored. The gateway's own keys are masked besides, in every form. */
  shape(record: TraceRecord): TraceRecord;
}

const NUMBERS_AND_NAMES: AtRest = { hasText: false, shape: numbersAndNames };
const REDACTED: AtRest = { hasText: true, shape: maskSecretsDeep };
const FULL: AtRest = { hasText: true, shape: (record) => record };

/** `none` differs from `memory` before it comes here: there the text is never recorded at all. */
export function atRest(keepPrompts: KeepPrompts): AtRest {
  switch (keepPrompts) {
    case 'none':
    case 'memory': return NUMBERS_AND_NAMES;
    case 'redacted': return REDACTED;
    case 'full': return FULL;
  }
}

/** Instead of an error's sentence: an upstream may quote the prompt in it. */
const MESSAGE_NOT_KEPT = 'The text of this error is not kept: see trace.keepPrompts.';

/** A copy without any sentence that a person, a model or an upstream wrote. */
export function numbersAndNames(record: TraceRecord): TraceRecord {
  const bare = withoutText(record);
  const { error, feedback } = bare;
  return {
    ...bare, phases: bare.phases.map(withoutMessages),
    error: error === null ? null : { ...error, message: MESSAGE_NOT_KEPT },
    ...(feedback === undefined ? {} : { feedback: withoutNote(feedback) }),
  };
}

const withoutNote = ({ note: _, ...feedback }: NonNullable<TraceRecord['feedback']>): TraceRecord['feedback'] => feedback;

function withoutMessages(phase: Phase): Phase {
  return { ...phase, attempts: phase.attempts.map(({ message: _, ...attempt }) => attempt) };
}
