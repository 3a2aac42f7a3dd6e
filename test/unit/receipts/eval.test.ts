import assert from 'node:assert/strict';
import { BUILT_IN_CASES } from '../../../src/receipts/cases.ts';
import { diversityOf, runEval } from '../../../src/receipts/eval.ts';
import type { Progress } from '../../../src/receipts/progress.ts';
import { renderEval } from '../../../src/receipts/render/eval.ts';
import { as, everything, failure, fakePort, fusionAnswer, panelFor } from './fake-port.ts';

const failedChecks = (checks: { name: string; status: string }[]) => checks.filter(({ status }) => status === 'fail').map(({ name }) => name);

describe('the eval receipt', () => {
  it('passes when every case convened its roles and went through panel, judge and synthesis', async () => {
    const port = fakePort(everything);
    const receipt = await runEval({ port });
    assert.deepEqual(receipt.summary, { total: 3, passed: 3, failed: 0, status: 'PASS' });
    assert.equal(receipt.mode, 'dry-run');
    assert.deepEqual(receipt.cases.map(({ id }) => id), ['coding-review', 'architecture-tradeoff', 'docs-polish']);
    assert.deepEqual(port.asked, BUILT_IN_CASES.map(({ prompt }) => ({ model: 'openfusion/fusion', prompt })));
  });

  it('holds a hash and an excerpt of what each phase said', async () => {
    const { cases } = await runEval({ port: fakePort(everything) });
    const panel = cases[0]?.trace.phases[0];
    assert.match(panel?.content?.sha256 ?? '', /^[0-9a-f]{12,}$/);
    assert.equal(panel?.content?.excerpt, 'verifier says');
    assert.equal('text' in (panel ?? {}), false);
  });

  for (const without of ['judge', 'synthesizer', 'trace', 'panel-phases'] as const) {
    it(`fails a case that comes back without its ${without}`, async () => {
      const { summary, cases } = await runEval({ port: fakePort(({ prompt }) => fusionAnswer({ panel: panelFor(prompt), without })) });
      assert.equal(summary.status, 'FAIL');
      assert.notDeepEqual(failedChecks(cases[0]?.checks ?? []), []);
    });
  }

  it('fails a case whose panel lacks an expected role, and names the role', async () => {
    const { cases } = await runEval({ port: fakePort(() => fusionAnswer({ panel: ['fast', 'verifier'] })) });
    const roles = cases[2]?.checks.find(({ name }) => name === 'roles');
    assert.equal(roles?.status, 'fail');
    assert.match(roles.detail, /not on the panel: writer/);
  });

  it('does not expect a role that the configuration does not know', async () => {
    const port = fakePort(() => fusionAnswer({ panel: ['fast', 'verifier'] }));
    const { summary } = await runEval({ port, configuredRoles: ['fast', 'verifier'] });
    assert.equal(summary.status, 'PASS');
  });

  it('fails on an empty answer', async () => {
    const { cases } = await runEval({ port: fakePort(({ prompt }) => fusionAnswer({ panel: panelFor(prompt), text: '  ' })) });
    assert.deepEqual(failedChecks(cases[0]?.checks ?? []), ['answer']);
  });

  it('fails a case that was answered by an error and goes on with the others', async () => {
    const { summary, cases } = await runEval({ port: fakePort(({ prompt }) => (/README/.test(prompt) ? failure(502, 'upstream is down') : fusionAnswer({ panel: panelFor(prompt) }))) });
    assert.deepEqual(summary, { total: 3, passed: 2, failed: 1, status: 'FAIL' });
    assert.equal(cases[2]?.checks[0]?.detail, 'HTTP 502: upstream is down');
  });

  it('claims a real run only when no answer came from the dry-run upstream', async () => {
    const real = await runEval({ port: fakePort(({ prompt }) => fusionAnswer({ panel: panelFor(prompt), dryRun: false }), { dryRun: false }) });
    const mixed = await runEval({ port: fakePort(({ prompt }) => fusionAnswer({ panel: panelFor(prompt), dryRun: /README/.test(prompt) }), { dryRun: false }) });
    assert.deepEqual([real.mode, mixed.mode], ['real', 'dry-run']);
  });

  it('says that it does not know the mode when nobody told', async () => {
    const { mode } = await runEval({ port: fakePort(() => failure(500, 'no'), { dryRun: null }) });
    assert.equal(mode, 'unknown');
  });

  it('fails without a single case', async () => {
    assert.equal((await runEval({ port: fakePort(everything), cases: [] })).summary.status, 'FAIL');
  });

  it('tells its progress before each case', async () => {
    const steps: Progress[] = [];
    await runEval({ port: fakePort(everything), onProgress: (step) => steps.push(step) });
    assert.deepEqual(steps.map(({ done, total, caseId }) => `${done}/${total} ${caseId}`), ['0/3 coding-review', '1/3 architecture-tradeoff', '2/3 docs-polish']);
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const port = fakePort((asked) => {
      stop.abort();
      return everything(asked);
    });
    await assert.rejects(runEval({ port, signal: stop.signal }), { name: 'AbortError' });
    assert.equal(port.asked.length, 1);
  });

  it('can be replayed: the same answers at the same time give the same receipt', async () => {
    const once = () => runEval({ port: fakePort(everything), nowMs: () => 1_700_000_000_000 });
    assert.deepEqual(await once(), await once());
  });
});

describe('routing diversity', () => {
  it('counts panels, not their order', () => {
    const cases = [
      { id: 'a', panel: [as('coder'), as('fast')] },
      { id: 'b', panel: [as('fast'), as('coder')] },
      { id: 'c', panel: [as('writer'), as('fast')] },
      { id: 'd', panel: [] },
    ];
    assert.deepEqual(diversityOf(cases), { distinctPanels: 2, panels: [{ roles: ['coder', 'fast'], cases: ['a', 'b'] }, { roles: ['writer', 'fast'], cases: ['c'] }] });
  });
});

describe('the eval receipt as Markdown', () => {
  it('has a row a case and the section on routing diversity', async () => {
    const text = renderEval(await runEval({ port: fakePort(everything) }));
    assert.match(text, /^# OpenFusion Eval Receipt\n\nMode: `dry-run`\n/);
    assert.match(text, /Overall: \*\*PASS\*\* \(3\/3\)/);
    assert.match(text, /\| `docs-polish` \| PASS \| `writer` \| `writer` \+ `fast` \+ `verifier` \| `verifier:vendor\/verifier` \| `writer:vendor\/writer` \| 5 \|/);
    assert.match(text, /## Routing Diversity\n\n3 distinct panels over 3 cases\./);
  });

  it('says what failed', async () => {
    const text = renderEval(await runEval({ port: fakePort(() => failure(402, 'the budget is used up')) }));
    assert.match(text, /Overall: \*\*FAIL\*\* \(0\/3\)/);
    assert.match(text, /- FAIL `answer`: HTTP 402: the budget is used up/);
  });
});
