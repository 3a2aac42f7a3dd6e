/**
 * How a process proves that it is the owner whose file we can read: only the two of them know the proof key, and the proof
 * shows that without telling it to whoever else may sit on the port.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Request header of `GET /health` and `WS /traces/live` that carries the nonce. */
export const CHALLENGE_HEADER = 'x-openfusion-challenge';
/** Header of the answer to the WebSocket's handshake that carries the proof. */
export const PROOF_HEADER = 'x-openfusion-proof';

/** 128 to 512 bit in hex: long enough to be new, and nothing but a nonce is ever signed. */
const NONCE = /^(?:[0-9a-f]{2}){16,64}$/;

/** What an owner shares with the processes of its user, through its file. New for each owner. */
export interface OwnerSecrets {
  /** Opens the traces. It is sent over the port, so whoever takes the port between two steps may hear it: by then it opens nothing. */
  viewToken: string;
  /** Proves who the owner is. Never sent: a process that heard the token of a dead owner cannot pass for it. */
  proofKey: string;
}

/** 256 random bits each, URL-safe. */
export function newOwnerSecrets(): OwnerSecrets {
  return { viewToken: newSecret(), proofKey: newSecret() };
}

const newSecret = (): string => randomBytes(32).toString('base64url');

/** A new nonce for a challenge, hex. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/** Hex HMAC-SHA256 of the nonce under the proof key; null when that is no nonce (16 to 64 bytes in lower-case hex). */
export function proofFor(proofKey: string, nonce: string): string | null {
  return NONCE.test(nonce) ? createHmac('sha256', proofKey).update(nonce).digest('hex') : null;
}

/** Does the proof fit? In constant time. */
export function checkProof(proofKey: string, nonce: string, proof: string): boolean {
  const wanted = proofFor(proofKey, nonce);
  return wanted !== null && sameSecret(wanted, proof);
}

/** Are two secrets equal? The time it takes tells neither where they differ nor how long they are. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', COMPARE_KEY).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const COMPARE_KEY = randomBytes(32);
