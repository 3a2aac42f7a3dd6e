import assert from 'node:assert/strict';
import { runReceipt } from '../../../src/receipts/receipt.ts';
import { renderJson } from '../../../src/receipts/render/json.ts';
import { renderReceipt } from '../../../src/receipts/render/receipt.ts';
import { failure, fakePort, fusionAnswer } from './fake-port.ts';

describe('the receipt for one prompt', () => {
  it('has the verdict of the seed', async () => {
    const receipt = await runReceipt({ port: fakePort(() => fusionAnswer()), prompt: 'Review this relay patch' });
    assert.equal(receipt.schema, 'openfusion.fusion_receipt.v1');
    assert.deepEqual(receipt.verdict, { hasMultiplePanelRoles: true, hasJudgeNotes: true, hasSynthesis: true, hasPhaseTrace: true });
    assert.deepEqual(receipt.route.selectedRoles, ['verifier', 'coder', 'fast']);
    assert.equal(receipt.status, 'PASS');
  });

  it('fails, with every verdict false, when there is no answer', async () => {
    const receipt = await runReceipt({ port: fakePort(() => failure(503, 'gone')), prompt: 'x' });
    assert.equal(receipt.status, 'FAIL');
    assert.deepEqual(Object.values(receipt.verdict), [false, false, false, false]);
    assert.equal(receipt.error?.status, 503);
  });

  it('renders the same data as Markdown and as JSON', async () => {
    const receipt = await runReceipt({ port: fakePort(() => fusionAnswer({ text: 'Use `a | b`,\n@team' })), prompt: 'p', nowMs: () => 0 });
    assert.deepEqual(JSON.parse(renderJson(receipt)), JSON.parse(JSON.stringify(receipt)));
    const text = renderReceipt(receipt);
    assert.match(text, /^# OpenFusion Fusion Receipt\n/);
    assert.ok(text.includes('``Use `a \\| b`, @team``'));
    assert.match(text, /Started: `1970-01-01T00:00:00.000Z`/);
  });
});
