import assert from 'node:assert/strict';
import { checkProof, newNonce, newOwnerSecrets, proofFor, sameSecret } from '../../../src/ownership/challenge.ts';

describe('challenge', () => {
  it('is won with the same key and lost with another, or for another nonce', () => {
    const [{ proofKey }, nonce] = [newOwnerSecrets(), newNonce()];
    const proof = proofFor(proofKey, nonce) ?? '';
    assert.match(proof, /^[0-9a-f]{64}$/);
    assert.equal(checkProof(proofKey, nonce, proof), true);
    assert.equal(checkProof(newOwnerSecrets().proofKey, nonce, proof), false);
    assert.equal(checkProof(proofKey, newNonce(), proof), false);
    for (const wrong of ['', proof.slice(1), `${proof}0`, proof.toUpperCase()]) assert.equal(checkProof(proofKey, nonce, wrong), false);
  });

  it('is HMAC-SHA256 of the nonce as it stands in the header', () => {
    assert.equal(proofFor('token', '00'.repeat(16)), '47c10746db7462b230156ccfc15d6b030e09f123cd352ccdc901a0e581c207eb');
  });

  it('signs nothing that is no nonce', () => {
    for (const text of ['', 'ab', 'ab'.repeat(15), 'ab'.repeat(65), 'AB'.repeat(16), `${'ab'.repeat(16)}\n`, 'abc'.repeat(11), 'GET /traces HTTP/1.1 and more than 32']) assert.equal(proofFor('token', text), null, text);
  });

  it('uses secrets of 256 bits that fit into a URL and never come twice', () => {
    const tokens = Array.from({ length: 25 }, newOwnerSecrets).flatMap(({ viewToken, proofKey }) => [viewToken, proofKey]);
    for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(new Set(tokens).size, 50);
  });

  it('compares secrets of any length', () => {
    assert.equal(sameSecret('abc', 'abc'), true);
    for (const other of ['', 'ab', 'abcd', 'abd']) assert.equal(sameSecret('abc', other), false);
  });
});
