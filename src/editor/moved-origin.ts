import type { HostState } from '../gateway/host-messages.ts';
import { originOf } from './base-url.ts';

export interface OriginStep {
  /** The address that agents are told of from now on. */
  remember: string;
  /** The one that they were told of before and that is no more; null when nobody has to follow. */
  leaves: string | null;
}

/**
 * What a state of the gateway means for agents that know an address of it. Null: nothing.
 * @param known the address that agents were told of last; null before the first one
 * @param seen is this the window that the person looks at? Only one is to ask
 */
export function originStep(known: string | null, state: HostState, seen: boolean): OriginStep | null {
  // Somebody else sits there from the very first: agents may have been told of that address all the same.
  if (state.status === 'failed' && state.taken && known === null) return { remember: originOf(state.taken), leaves: null };
  if (!seen || (state.status !== 'owner' && state.status !== 'attached')) return null;
  const now = originOf(state.owner);
  return now === known ? null : { remember: now, leaves: known };
}
