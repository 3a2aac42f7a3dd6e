import assert from 'node:assert/strict';
import { clientModel, endpointFor, keyFor } from '../../../src/clients/models.ts';
import { LISTED } from './support.ts';

const where = { origin: 'http://127.0.0.1:8787', key: { kind: 'placeholder' } as const };

describe('what agents are told of a model', () => {
  const entry = { id: 'openfusion/coder', kind: 'role', description: 'code', context_window: null, max_output_tokens: null, capabilities: { images: false } };

  it('is careful where the configuration does not know', () => {
    assert.deepEqual(clientModel(entry), { id: 'openfusion/coder', name: 'OpenFusion Coder', description: 'code', contextTokens: 128_000, maxOutputTokens: 32_000, images: false });
  });

  it('never promises more output than a quarter of the window, nor than the model gives', () => {
    assert.equal(clientModel({ ...entry, context_window: 16_000 }).maxOutputTokens, 4_000);
    assert.equal(clientModel({ ...entry, context_window: 1_000_000, max_output_tokens: 8_000 }).maxOutputTokens, 8_000);
  });
});

describe('the endpoint for agents', () => {
  it('offers Auto, Fusion and the roles, and a candidate only to those who ask for it', () => {
    const listed = [...LISTED, { id: 'openfusion/spare', kind: 'candidate', description: '', context_window: 1_000, max_output_tokens: null, capabilities: { images: false } }];
    const ids = (model: string): string[] | undefined => endpointFor({ ...where, model, listed })?.models.map(({ id }) => id);
    assert.deepEqual(ids('openfusion/auto'), ['openfusion/auto', 'openfusion/fusion', 'openfusion/fast', 'openfusion/coder']);
    assert.equal(ids('openfusion/spare')?.at(-1), 'openfusion/spare');
    assert.equal(ids('openfusion/nobody'), undefined);
  });

  it('takes Auto for small things where there is no role for them', () => {
    assert.equal(endpointFor({ ...where, model: 'openfusion/fusion', listed: LISTED.filter(({ id }) => id !== 'openfusion/fast') })?.smallModel.id, 'openfusion/auto');
  });
});

describe('the key for agents', () => {
  it('is any text where no token is wanted, else a variable', () => {
    assert.deepEqual(keyFor(undefined, 'OTHER'), { kind: 'placeholder' });
    assert.deepEqual(keyFor('', 'OTHER'), { kind: 'placeholder' });
    assert.deepEqual(keyFor('${env:MY_TOKEN}', 'OTHER'), { kind: 'env', name: 'MY_TOKEN' });
    assert.deepEqual(keyFor('${secret:stored}', 'OTHER'), { kind: 'env', name: 'OTHER' });
  });
});
