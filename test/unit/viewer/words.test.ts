import assert from 'node:assert/strict';
import { adviceFor } from '../../../src/viewer/advice.ts';
import { baseUrl, firstRequest } from '../../../src/viewer/address.ts';
import { arrivalSentence } from '../../../src/viewer/arrivals.ts';
import { backoffMs } from '../../../src/viewer/backoff.ts';
import { lineSentence } from '../../../src/viewer/line.ts';
import { parseMemory } from '../../../src/viewer/memory.ts';
import { summaryOf } from '../../../src/viewer/summary.ts';
import { attemptText, modeText, phaseText, reasonText, rejectionText, strategyText, turnText } from '../../../src/viewer/words.ts';
import { apiError } from '../../../src/protocol/errors.ts';
import { fusionPanel, owner, running } from '../../viewer/fixtures.ts';

describe('words for names', () => {
  it('has words for the names of the contract', () => {
    assert.deepEqual([turnText('tool_result'), phaseText('verify'), rejectionText('no_key'), attemptText('auth')], ['tool result', 'Verifier', 'its key is missing', 'key refused']);
    assert.equal(modeText({ kind: 'role', role: 'coder' }), 'Role coder');
  });

  it('shows an unknown name as it is, and finds nothing that objects inherit', () => {
    assert.equal(turnText('night_shift'), 'night shift');
    assert.deepEqual([turnText('constructor'), phaseText('toString'), rejectionText('__proto__'), strategyText('valueOf')], ['constructor', 'toString', '  proto  ', '']);
    assert.equal(reasonText('risk_above_threshold'), 'risk above threshold');
  });
});

describe('advice on errors', () => {
  it('follows the code before the status', () => {
    assert.match(adviceFor(apiError(400, 'x', { code: 'context_length_exceeded' })), /larger context window/);
    assert.match(adviceFor(apiError(400, 'x')), /request itself is wrong/);
  });

  it('tells a wrong key from an upstream that failed', () => {
    assert.match(adviceFor(apiError(502, 'x', { shouldRetry: false })), /Set Upstream Key/);
    assert.match(adviceFor(apiError(502, 'x')), /try again/);
  });

  it('has something to say for every status of the contract, and for others', () => {
    for (const status of [400, 401, 402, 403, 404, 413, 415, 422, 429, 500, 502, 503, 504]) assert.match(adviceFor(apiError(status, 'x')), /\.$/, String(status));
  });
});

describe('the base URL', () => {
  it('names a reachable address for one that means all, and brackets IPv6', () => {
    assert.equal(baseUrl(owner), 'http://127.0.0.1:8787/v1');
    assert.equal(baseUrl({ host: '0.0.0.0', port: 1 }), 'http://127.0.0.1:1/v1');
    assert.equal(baseUrl({ host: '::1', port: 2 }), 'http://[::1]:2/v1');
  });

  it('stands in the first request to try', () => {
    assert.match(firstRequest(owner), /^curl http:\/\/127\.0\.0\.1:8787\/v1\/chat\/completions/);
  });
});

describe('what screen readers are told', () => {
  it('is one sentence for one request and one for many', () => {
    const latest = summaryOf(fusionPanel(0));
    assert.equal(arrivalSentence({ count: 1, latest }), 'New request from codex to openfusion/fusion.');
    assert.equal(arrivalSentence({ count: 12, latest }), '12 new requests, the latest from codex.');
    assert.equal(arrivalSentence({ count: 0, latest: null }), '');
  });

  it('is a line of the list in words, with its status and fallback', () => {
    assert.match(lineSentence(summaryOf(fusionPanel(0)), 0), /codex at .*, openfusion\/fusion served by openai\/gpt-4\.1, fusion-panel, task, done in 21\.5 s, \$0\.084, fallback: panel member failed$/);
    assert.match(lineSentence(summaryOf(running(0)), 0), /single-verify, task, running$/);
  });
});

describe('the pauses between tries to connect', () => {
  it('double up to fifteen seconds and are shortened by chance', () => {
    assert.deepEqual([1, 2, 3, 6, 50].map((attempt) => backoffMs(attempt, 0)), [500, 1000, 2000, 15_000, 15_000]);
    assert.equal(backoffMs(1, 1), 375);
  });
});

describe('what a page remembered', () => {
  it('is taken field by field', () => {
    assert.deepEqual(parseMemory({ selectedId: 'a', follow: false, filter: { text: 'x', status: 'failed' } }), { selectedId: 'a', follow: false, filter: { text: 'x', status: 'failed' } });
    assert.deepEqual(parseMemory({ selectedId: 4, follow: 'yes', filter: { text: 'x', status: 'odd' } }), { filter: { text: 'x', status: 'all' } });
    assert.deepEqual([parseMemory(null), parseMemory(undefined), parseMemory('x')], [{}, {}, {}]);
  });
});
