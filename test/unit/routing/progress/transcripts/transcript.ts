import type { WireFormat } from '../../../../../src/protocol/types.ts';

/** What a real agent sent in one session, as `record.ts` keeps it. */
export interface Transcript {
  readonly agent: string;
  /** With its version. */
  readonly package: string;
  readonly wire: WireFormat;
  /** Names of the tools that it offered. */
  readonly tools: readonly string[];
  /** Messages or items of its last request, in its own format. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  /** How many of them each of its requests held. */
  readonly requests: readonly number[];
}
