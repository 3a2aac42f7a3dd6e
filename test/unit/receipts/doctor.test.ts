import assert from 'node:assert/strict';
import { runDoctor } from '../../../src/receipts/doctor.ts';
import { renderDoctorMarkdown, renderDoctorText } from '../../../src/receipts/render/doctor.ts';
import { as, everything, failure, fakePort, fusionAnswer, roleAnswer } from './fake-port.ts';

const only = <T>(items: readonly T[]): T => {
  assert.equal(items.length, 1);
  return items[0] as T;
};

describe('the doctor', () => {
  it('runs the whole panel on dry-run and summarises it', async () => {
    const report = await runDoctor({ dryRunPort: fakePort(everything) });
    assert.equal(report.status, 'pass');
    assert.deepEqual(report.fusion, { panel: [as('verifier'), as('coder'), as('fast')], judge: as('verifier'), synthesizer: as('writer'), traceId: 'trace-1', phaseCount: 5, latencyMs: 12 });
  });

  it('fails when the panel comes back without a judge, and says so', async () => {
    const report = await runDoctor({ dryRunPort: fakePort(() => fusionAnswer({ without: 'judge' })) });
    assert.equal(report.status, 'fail');
    assert.match(only(report.checks).detail, /judge: none/);
  });

  it('fails when the panel cannot be convened', async () => {
    const report = await runDoctor({ dryRunPort: fakePort(() => failure(402, 'the plan would need 7 calls')) });
    assert.deepEqual([report.status, only(report.checks).detail, report.fusion], ['fail', 'HTTP 402: the plan would need 7 calls', null]);
  });

  it('makes one cheap real call, to one role', async () => {
    const port = fakePort(() => roleAnswer('fast', 'ready', { dryRun: false }), { dryRun: false });
    const check = only((await runDoctor({ realPort: port })).checks);
    assert.deepEqual([check.name, check.status, check.detail], ['real', 'pass', 'fast:vendor/fast answered']);
    assert.deepEqual(port.asked.map(({ model }) => model), ['openfusion/fast']);
  });

  it('does not take a dry-run answer for a real one', async () => {
    const report = await runDoctor({ realPort: fakePort(everything, { dryRun: false }) });
    assert.equal(report.status, 'fail');
    assert.match(only(report.checks).detail, /no model was called/);
  });

  it('gives a real call that fails a hint of what to do', async () => {
    const hints = await Promise.all([0, 402, 404, 429, 502].map(async (status) => only((await runDoctor({ realPort: fakePort(() => failure(status, 'x')) })).checks).hint));
    assert.equal(new Set(hints).size, 5);
    assert.match(hints[4] ?? '', /key/);
  });

  it('gives up on a real call that takes too long', async () => {
    const port = fakePort(everything);
    const never = { ...port, complete: (_: unknown, signal?: AbortSignal) => new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => { reject(new Error('late')); })).catch(() => failure(0, 'the request was aborted')) };
    const report = await runDoctor({ realPort: never, realTimeoutMs: 1 });
    assert.equal(only(report.checks).detail, 'no answer within 1 ms');
  });

  it('checks nothing that it was not asked for', async () => {
    const report = await runDoctor({});
    assert.deepEqual([report.checks, report.status, report.probe], [[], 'pass', null]);
  });

  it('stops when it is aborted', async () => {
    await assert.rejects(runDoctor({ dryRunPort: fakePort(everything), signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});

describe('the doctor’s report', () => {
  it('as Markdown has a table of checks and the Fusion Receipt Summary', async () => {
    const text = renderDoctorMarkdown(await runDoctor({ dryRunPort: fakePort(everything), nowMs: () => 0 }));
    assert.match(text, /^# OpenFusion Doctor Report\n\nStarted: `1970-01-01T00:00:00.000Z`\nOverall: \*\*PASS\*\*\n/);
    assert.match(text, /\| `pipeline\.dry-run` \| PASS \| panel verifier \+ coder \+ fast, judge, synthesis: 5 phases \| 12 ms \|/);
    assert.match(text, /## Fusion Receipt Summary\n\n.*\n.*\n\| `verifier` \+ `coder` \+ `fast` \| `verifier:vendor\/verifier` \| `writer:vendor\/writer` \| `trace-1` \| 5 \| 12 ms \|/);
  });

  it('as text says what to do about what failed', async () => {
    const text = renderDoctorText(await runDoctor({ realPort: fakePort(() => failure(429, 'slow\ndown \u001b[31m')) }));
    assert.match(text, /^FAIL {2}real {2}HTTP 429: slow down \[31m$/m);
    assert.match(text, /^ +→ The upstream limits the rate: try again later\.$/m);
    assert.match(text, /\nOverall: FAIL\n$/);
  });
});
