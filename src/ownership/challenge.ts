/**
 * How a process proves that it is the owner whose file we can read: only the two of them know the view token, and the proof
 * shows it without telling it to whoever else may sit on the port.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Request header of `GET /health` that carries the nonce. */
export const CHALLENGE_HEADER = 'x-openfusion-challenge';

/** 128 to 512 bit in hex: long enough to be new, and nothing but a nonce is ever signed. */
const NONCE = /^(?:[0-9a-f]{2}){16,64}$/;

/** A new view token: 256 random bits, URL-safe. One for each owner. */
export function newViewToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A new nonce for a challenge, hex. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/** Hex HMAC-SHA256 of the nonce under the view token; null when that is no nonce (16 to 64 bytes in lower-case hex). */
export function proofFor(viewToken: string, nonce: string): string | null {
  return NONCE.test(nonce) ? createHmac('sha256', viewToken).update(nonce).digest('hex') : null;
}

/** Does the proof fit? In constant time. */
export function checkProof(viewToken: string, nonce: string, proof: string): boolean {
  const wanted = proofFor(viewToken, nonce);
  return wanted !== null && sameSecret(wanted, proof);
}

/** Are two secrets equal? The time it takes tells neither where they differ nor how long they are. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', COMPARE_KEY).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const COMPARE_KEY = randomBytes(32);
