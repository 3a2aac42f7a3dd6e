/** What the probes of one format are handed, and what they leave for each other. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ProbeClient } from './client.ts';
import type { ProbeFlags } from './flags.ts';
import type { ProbeFormat, ProbeUsage } from './format.ts';

export interface FormatRun {
  client: ProbeClient;
  format: ProbeFormat;
  model: string;
  flags: ProbeFlags;
  facts: FormatFacts;
}

/** Seen on the way; the checks of usage and headers judge it without requests of their own. */
export interface FormatFacts {
  plain?: { headers: IncomingHttpHeaders; usage: ProbeUsage | null };
  stream?: { headers: IncomingHttpHeaders; usage: ProbeUsage | null; usageAlone: boolean };
  /** Chat only: a usage chunk of its own came in a stream that did not ask for it. */
  unaskedUsage?: boolean;
}

/** A question that every model can answer. */
export const QUESTION = 'Reply with one short sentence that says you are ready.';
