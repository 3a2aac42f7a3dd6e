import { createHmac, randomBytes } from 'node:crypto';

/**
 * Seals what only its own provider can read again: thinking signatures and encrypted reasoning. A seal of another server, or of
 * another text, does not verify, as with the real providers.
 */
export class Mint {
  readonly #secret = randomBytes(32);

  /** An opaque string that belongs to this text; each one is new. */
  seal(text: string): string {
    const nonce = randomBytes(9).toString('base64url');
    return `${nonce}.${this.#mac(nonce, text)}`;
  }

  verifies(seal: string, text: string): boolean {
    const [nonce, mac] = seal.split('.');
    return nonce !== undefined && mac === this.#mac(nonce, text);
  }

  #mac(nonce: string, text: string): string {
    return createHmac('sha256', this.#secret).update(`${nonce}\n${text}`).digest('base64url');
  }
}
