import assert from 'node:assert/strict';
import type { RouteLine } from '../../src/cli/route-lines.ts';
import { CliHome } from '../support/cli.ts';

describe('openfusion route', function () {
  this.timeout(60_000);
  let home: CliHome;
  before(async () => (home = await CliHome.create()));
  after(() => home.remove());

  it('explains a plan to people', async () => {
    const { code, stdout, stderr } = await home.run(['route', 'Review this API design for security and tests']);
    assert.equal(code, 0, stderr);
    for (const part of [/^Strategy: \S+ \(/, /\nCandidates\n/, /verifier +~google\/gemini-pro-latest/, /\nBudget: \d of at most 6 model calls/, /\nWhy\n {2}- /]) assert.match(stdout, part);
  });

  it('prints the whole plan as JSON', async () => {
    const { code, stdout } = await home.run(['route', '--json', '--model', 'openfusion/fusion', 'Compare two designs']);
    assert.equal(code, 0);
    const plan = JSON.parse(stdout) as { strategy: string; panel: unknown[]; judge: { role: string }; candidates: { id: string; parts: object }[]; rejected: unknown[]; budget: object; explanation: string[] };
    assert.equal(plan.strategy, 'fusion-panel');
    assert.equal(plan.judge.role, 'verifier');
    assert.ok(plan.panel.length >= 2 && plan.candidates.every(({ parts }) => typeof parts === 'object') && plan.explanation.length > 0);
  });

  it('answers line by line as lines come, before stdin ends', async () => {
    const cli = await home.start(['route', '--jsonl']);
    cli.type(`${JSON.stringify({ id: 'one', prompt: 'Debug this flaky test' })}\n`);
    await cli.waitFor(/\n$/);
    const first = JSON.parse(cli.stdout) as RouteLine;
    assert.deepEqual(Object.keys(first), ['id', 'difficulty', 'domain', 'turn', 'strategy', 'model', 'candidates', 'routeMicros']);
    assert.deepEqual([first.id, first.turn], ['one', 'task']);
    assert.ok(first.difficulty >= 0 && first.difficulty <= 1);
    assert.deepEqual(first.candidates.map(({ id }) => id).sort(), ['coder', 'fast', 'reasoner', 'verifier', 'writer']);
    assert.ok(first.candidates.every(({ quality }) => quality !== null && quality >= 0 && quality <= 1));
    cli.type(`${JSON.stringify({ id: 2, request: { messages: [{ role: 'user', content: 'hi' }] } })}\n`);
    await cli.waitFor(/"id":2,/);
    cli.closeStdin();
    assert.equal((await cli.ended).code, 0);
  });

  it('goes on after a bad line and ends with 1', async () => {
    const { code, stdout } = await home.run(['route', '--jsonl'], { stdin: 'nonsense\n\n{"id":"b","prompt":"Fix it"}\n{"id":"c"}' });
    assert.equal(code, 1);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: unknown; error?: string; model?: string });
    assert.deepEqual(lines.map(({ id, error }) => [id, error === undefined]), [[null, false], ['b', true], ['c', false]]);
  });

  it('takes another pool, with models and roles that the configuration does not know', async () => {
    const pool = await home.put('pool.json', [
      { id: 'weak', role: 'small', model: 'v/weak', pricing: { inputUsdPer1M: 0.1, outputUsdPer1M: 0.2 }, benchmarks: { coding: 20 } },
      { id: 'strong', role: 'large', model: 'v/strong', pricing: { inputUsdPer1M: 5, outputUsdPer1M: 20 }, benchmarks: { coding: 90 }, contextTokens: 1000 },
    ]);
    const long = 'word '.repeat(4_000);
    const { code, stdout, stderr } = await home.run(['route', '--jsonl', '--pool', pool], { stdin: `{"id":1,"prompt":"Fix it"}\n${JSON.stringify({ id: 2, prompt: long })}\n` });
    assert.equal(code, 0, stderr);
    const [first, second] = stdout.trim().split('\n').map((line) => JSON.parse(line) as RouteLine);
    assert.deepEqual(first?.candidates.map(({ model }) => model).sort(), ['v/strong', 'v/weak']);
    assert.equal(second?.model, 'v/weak');
    assert.deepEqual(second.candidates.map(({ id, rejected }) => [id, rejected]), [['weak', undefined], ['strong', 'context_window']]);
    assert.notEqual(second.candidates[1]?.quality, null);
  });

  it('refuses a bad pool with 2, naming file, key and what was expected', async () => {
    const pool = await home.put('bad-pool.json', [{ id: 'weak', modell: 'v/weak' }]);
    const { code, stdout, stderr } = await home.run(['route', '--pool', pool, 'Fix it now']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.ok(stderr.includes(pool) && stderr.includes('modell: unknown key; did you mean') && stderr.includes('one of id, role, model'), stderr);
    const missing = await home.run(['route', '--pool', 'nowhere.json', 'Fix it now']);
    assert.equal(missing.code, 2);
  });
});
