import type { ReasoningItem } from '../protocol/types.ts';

/** So many seals are remembered; older sessions that change their model are told by the provider's 400. */
const MAX_SEALS = 4_000;
const KEY_CHARS = 64;

/** Remembers which provider minted a signature or an encrypted text, since others refuse it. */
export class MintedReasoning {
  readonly #providers = new Map<string, string>();

  remember({ provider, raw }: ReasoningItem): void {
    const key = sealOf(raw);
    if (key === null || provider === null) return;
    this.#providers.delete(key);
    this.#providers.set(key, provider);
    if (this.#providers.size <= MAX_SEALS) return;
    for (const oldest of this.#providers.keys()) { this.#providers.delete(oldest); break; }
  }

  /** May it go to this provider? Of what nobody remembers the client knows best. */
  owns({ provider, raw }: ReasoningItem, called: string): boolean {
    const key = sealOf(raw);
    const minter = provider ?? (key === null ? undefined : this.#providers.get(key));
    return minter === undefined || minter === called;
  }
}

/** The end of a seal tells it as well as the whole. */
function sealOf(raw: ReasoningItem['raw']): string | null {
  const seal = [raw['signature'], raw['encrypted_content'], raw['data']].find((value): value is string => typeof value === 'string' && value !== '');
  return seal === undefined ? null : `${seal.length}:${seal.slice(-KEY_CHARS)}`;
}
