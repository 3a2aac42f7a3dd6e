import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseMoment, summarise, summaryText } from '../../../src/cli/traces-summary.ts';
import { traceText } from '../../../src/cli/traces-text.ts';
import { fastSingle } from '../../viewer/fixtures.ts';
import type { TraceSummary } from '../../../src/trace/types.ts';

const at = (startedAtMs: number, given: Partial<TraceSummary> = {}): TraceSummary => ({
  id: `t${startedAtMs}`, startedAtMs, durationMs: 10, status: 'done', httpStatus: 200, client: 'curl', requestedModel: 'openfusion/auto', servedModel: 'a', strategy: 'fast-single', turn: 'task', domain: 'chat',
  fallback: null, excerpt: '', costUsd: 1, strongestUsd: 4, cheapestUsd: 0.5, dryRun: false, ...given,
});
const trace = fastSingle(0);
const ALL = { sinceMs: null, untilMs: null };

describe('the sum of traces', () => {
  it('takes those that began within the span: its start counts, its end does not', () => {
    const { requests, spentUsd, oldestMs, savedUsd } = summarise([at(100), at(200), at(300), at(400)], { sinceMs: 200, untilMs: 400 });
    assert.deepEqual([requests, spentUsd, oldestMs, savedUsd], [2, 2, 200, 6]);
  });

  it('says what the strongest and the cheapest alone would have cost, and that failures cost too', () => {
    const text = summaryText(summarise([at(0), at(1, { status: 'failed', costUsd: 0.5, strongestUsd: null, cheapestUsd: null }), at(2, { dryRun: true, costUsd: 0 })], ALL));
    assert.match(text, /^Traces from 1970-01-01 00:00 UTC on\n/);
    assert.match(text, /Spent +\$1\.500 +2 requests, 1 of them without an answer \(\$0\.500\)\n/);
    assert.match(text, /Strongest alone +\$4\.000 +routing saved \$2\.500 \(63 %\)\n/);
    assert.match(text, /Cheapest alone +\$0\.500 +routing cost \$1\.000 more\n/);
    assert.match(text, /1 dry run: no model was called/);
    assert.match(text, /how many tokens they would have written is not known/);
  });

  it('claims no saving where prices are not known', () => {
    const text = summaryText(summarise([at(0, { costUsd: null, strongestUsd: null, cheapestUsd: null })], ALL));
    assert.doesNotMatch(text, /saved|alone|routing/);
    assert.match(text, /No answer could be compared/);
    assert.match(text, /1 request at unknown prices/);
    assert.match(summaryText(summarise([], ALL)), /^No traces\n/);
  });
});

describe('one trace in words', () => {
  const tokens = { input: 1000, cached: 900, output: 50, estimated: false };
  const other = (model: string, costUsd: number) => ({ candidateId: model, model, costUsd });

  it('says what the answer would have cost on the strongest and on the cheapest alone', () => {
    const text = traceText({ ...trace, costUsd: 0.2, savings: { tokens, strongest: other('maker/big', 0.5), cheapest: other('maker/small', 0.1), unpriced: 1 } });
    assert.ok(text.includes('By these tokens (1000 in, 900 of them from a warm cache, 50 out): strongest maker/big alone $0.500 (this saved $0.300 (60 %)), cheapest maker/small alone $0.100 (this cost $0.100 more); 1 without a known price left out'), text);
  });

  it('says so where no price is known, and nothing where nothing was compared', () => {
    assert.match(traceText({ ...trace, savings: { tokens, strongest: null, cheapest: null, unpriced: 2 } }), /Not compared with others: no price is known; 2 without/);
    assert.doesNotMatch(traceText({ ...trace, savings: null }), /alone|compared/);
  });
});

describe('a moment of a time span', () => {
  it('is so long ago, or a date', () => {
    assert.deepEqual([parseMoment('30m', 1e12), parseMoment('24h', 1e12), parseMoment('7d', 1e12)], [1e12 - 1.8e6, 1e12 - 8.64e7, 1e12 - 6.048e8]);
    assert.equal(parseMoment('2026-01-31T18:00Z'), Date.UTC(2026, 0, 31, 18));
    for (const text of ['', 'yesterday', '7', '1w', '2026-99-99']) assert.throws(() => parseMoment(text), /Expected so long ago/, text);
  });
});
