import assert from 'node:assert/strict';
import { runCompare, UnknownRoleError } from '../../../src/receipts/compare.ts';
import type { Progress } from '../../../src/receipts/progress.ts';
import { renderComparison } from '../../../src/receipts/render/compare.ts';
import { everything, failure, fakePort, fusionAnswer, panelFor, roleAnswer } from './fake-port.ts';

describe('the comparison receipt', () => {
  it('asks the baseline role and the panel the same prompts, one after the other', async () => {
    const port = fakePort(everything);
    const receipt = await runCompare({ port, baselineRole: 'coder' });
    assert.deepEqual(port.asked.map(({ model }) => model), ['openfusion/coder', 'openfusion/fusion', 'openfusion/coder', 'openfusion/fusion', 'openfusion/coder', 'openfusion/fusion']);
    for (const index of [0, 2, 4]) assert.equal(port.asked[index]?.prompt, port.asked[index + 1]?.prompt);
    assert.deepEqual(receipt.baseline, { role: 'coder', model: 'vendor/coder' });
    assert.equal(receipt.status, 'PASS');
    assert.equal(receipt.quality, null);
  });

  it('holds hashes, usage and cost of both sides, but not the answers themselves', async () => {
    const long = 'A long answer. '.repeat(50);
    const receipt = await runCompare({ port: fakePort(({ model, prompt }) => (model === 'openfusion/fusion' ? fusionAnswer({ panel: panelFor(prompt), text: long }) : roleAnswer('fast', long))) });
    const [first] = receipt.cases;
    assert.equal(first?.baseline.answer?.sha256, first?.fusion.answer?.sha256);
    assert.deepEqual([first?.baseline.costUsd, first?.fusion.costUsd, first?.fusion.usage?.inputTokens], [0.0001, 0.002, 100]);
    assert.equal(JSON.stringify(receipt).includes(long), false);
  });

  it('fails when only the baseline failed', async () => {
    const receipt = await runCompare({ port: fakePort((asked) => (asked.model === 'openfusion/fast' ? failure(429, 'slow down') : everything(asked))) });
    assert.deepEqual([receipt.status, receipt.summary.failed], ['FAIL', 3]);
    assert.equal(receipt.cases[0]?.baseline.error?.message, 'slow down');
    assert.equal(receipt.cases[0].fusion.status, 'PASS');
  });

  it('warns when another model than the role’s own answered as the baseline', async () => {
    const receipt = await runCompare({ port: fakePort((asked) => (asked.model === 'openfusion/fast' ? roleAnswer('fast', 'ok', { model: 'vendor/other' }) : everything(asked))) });
    assert.equal(receipt.cases[0]?.baseline.model, 'vendor/other');
    assert.equal(receipt.cases[0].checks.find(({ name }) => name === 'baseline.model')?.status, 'warn');
    assert.equal(receipt.status, 'PASS');
  });

  it('refuses a role that does not exist before any model call', async () => {
    const port = fakePort(everything);
    await assert.rejects(runCompare({ port, baselineRole: 'nobody' }), (error) => error instanceof UnknownRoleError && error.role === 'nobody' && error.message.includes('nobody'));
    await assert.rejects(runCompare({ port, grade: true, graderRole: 'judge-x' }), { name: 'UnknownRoleError', role: 'judge-x' });
    assert.deepEqual(port.asked, []);
  });

  it('tells its progress before each model call', async () => {
    const steps: Progress[] = [];
    await runCompare({ port: fakePort(everything), grade: true, onProgress: (step) => steps.push(step) });
    assert.deepEqual(steps.map(({ done, step }) => `${done} ${step}`), ['0 baseline', '1 fusion', '2 baseline', '3 fusion', '4 baseline', '5 fusion', '6 grade', '7 grade', '8 grade']);
    assert.ok(steps.every(({ total }) => total === 9));
  });

  it('stops between two calls when it is aborted', async () => {
    const stop = new AbortController();
    const port = fakePort((asked) => {
      stop.abort();
      return everything(asked);
    });
    await assert.rejects(runCompare({ port, signal: stop.signal }), { name: 'AbortError' });
    assert.equal(port.asked.length, 1);
  });
});

describe('the comparison receipt as Markdown', () => {
  it('begins as the seed shows it', async () => {
    const text = renderComparison(await runCompare({ port: fakePort(everything) }));
    assert.equal(text.split('\n').slice(0, 11).join('\n'), [
      '# OpenFusion Single-vs-Fusion Comparison Receipt',
      '',
      'Mode: `dry-run`',
      'Baseline: `fast:vendor/fast`',
      'Overall: **PASS** (3/3)',
      '',
      '| Case | Status | Baseline | Fusion Panel | Judge | Synthesizer |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `coding-review` | PASS | `fast:vendor/fast` | `verifier` + `coder` + `fast` | `verifier:vendor/verifier` | `writer:vendor/writer` |',
      '| `architecture-tradeoff` | PASS | `fast:vendor/fast` | `coder` + `reasoner` + `fast` + `verifier` | `verifier:vendor/verifier` | `writer:vendor/writer` |',
      '| `docs-polish` | PASS | `fast:vendor/fast` | `writer` + `fast` + `verifier` | `verifier:vendor/verifier` | `writer:vendor/writer` |',
    ].join('\n'));
  });

  it('shows both sides with latency, tokens, cost, hash and excerpt', async () => {
    const text = renderComparison(await runCompare({ port: fakePort(everything) }));
    assert.match(text, /\| `coding-review` \| baseline \| 12 ms \| 10 \+ 5 \| \$0\.00010 \| `[0-9a-f]{16}` \| `The answer of one\.` \|/);
    assert.match(text, /\| `coding-review` \| fusion \| 12 ms \| 100 \+ 20 \| \$0\.0020 \| `[0-9a-f]{16}` \| `The fused answer\.` \|/);
  });

  it('has no quality receipt unless it was asked for', async () => {
    const port = fakePort(everything);
    assert.equal(renderComparison(await runCompare({ port })).includes('# OpenFusion Quality'), false);
    assert.match(renderComparison(await runCompare({ port, grade: true })), /\n\n# OpenFusion Quality Comparison Receipt\n/);
  });
});
