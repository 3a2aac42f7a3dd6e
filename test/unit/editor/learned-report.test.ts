import assert from 'node:assert/strict';
import { forgettable, learnedReport } from '../../../src/editor/learned-report.ts';

const entry = (kind: string, model: string) => ({ kind, model, right: 2, wrong: 4.54, expected: 4, predicted: 0.72, learned: 0.633, by: { thumb: { right: 2, wrong: 4 }, verifier: { right: 0, wrong: 0.54 } }, outcomes: 4, sinceMs: Date.UTC(2026, 10, 2), lastMs: 0 });

describe('the report of what was learned', () => {
  it('says for each kind of task and model how often it was right, what that changes, and who said it', () => {
    const report = learnedReport({ enabled: true, entries: [entry('debug', 'default/vendor/a')] });
    assert.ok(report.includes('| `debug` | `default/vendor/a` | 2.0 | 4.5 | 72 % | 63 % (−8.7) | `thumb` 2.0 : 4.0, `verifier` 0.0 : 0.5 | 2026-11-02 |'), report);
    assert.ok(!report.includes('Learning is off'));
  });

  it('says that nothing was learned yet, and that learning is off', () => {
    assert.match(learnedReport({ enabled: false, entries: [] }), /\*\*Learning is off\*\*[^]*Nothing was learned yet\./u);
  });

  it('lets no name become mark-up', () => {
    const report = learnedReport({ enabled: true, entries: [entry('debug', 'x`](command:evil) | <img src=x>\n# y')] });
    assert.ok(report.split('\n').every((line) => !line.startsWith('# y')) && report.includes('``x`](command:evil) \\| <img src=x> # y``'), report);
  });

  it('makes do with an answer that is something else', () => {
    for (const answer of [null, 'x', {}, { entries: [null, 7, {}] }]) assert.match(learnedReport(answer), /^# Learned estimates/);
  });
});

describe('what can be forgotten', () => {
  it('is each kind and each model, once', () => {
    assert.deepEqual(forgettable({ entries: [entry('test', 'b'), entry('debug', 'a'), entry('debug', 'b')] }), { kinds: ['debug', 'test'], models: ['a', 'b'] });
    assert.deepEqual(forgettable('x'), { kinds: [], models: [] });
  });
});
