import assert from 'node:assert/strict';
import { routeReceipt } from '../../../src/editor/route-receipt.ts';

const call = { candidateId: 'fast', role: 'fast', model: 'vendor/small', upstreamName: 'default' };
const plan = {
  strategy: 'fast-single', reason: 'low_complexity', explanation: ['It is a small task.'], primary: call, fallbacks: [{ ...call, role: 'coder', model: 'vendor/code' }],
  verifier: null, panel: [], judge: null, synthesizer: null,
  task: { turn: 'task', domain: 'debug', complexity: 0.2, risk: 0.1, difficulty: 0.3, contextTokens: 120, expectedOutputTokens: 400, signals: [{ kind: 'coding', score: 2, evidence: 'debug', reason: 'coding words' }] },
  candidates: [{ id: 'fast', model: 'vendor/small', score: 0.81234, quality: 0.7, costUsd: 0.00012, parts: { skill: 0.6, price: 0.9 }, stickyBonus: 0, penalties: [{ reason: 'slow', amount: 0.1 }] }],
  rejected: [{ id: 'tiny', model: 'vendor/tiny', reason: 'context_window', detail: 'holds 100 tokens' }],
  session: { source: 'none', from: 'none', hit: false }, budget: { plannedCalls: 1, maxCalls: 6, estimatedUsd: 0.00012, maxUsd: null }, route: { rationale: '' },
};

describe('the receipt of a route', () => {
  const markdown = routeReceipt('Debug this | test', { plan });

  it('names the decision, its reason and its fallbacks', () => {
    assert.match(markdown, /Strategy: `fast-single` \(reason: `low_complexity`\)/u);
    assert.match(markdown, /Model: `fast: vendor\/small` at `default`/u);
    assert.match(markdown, /Fallbacks: `coder: vendor\/code`/u);
  });

  it('gives the explanation and the signals with their evidence', () => {
    assert.match(markdown, /- It is a small task\./u);
    assert.match(markdown, /\| coding \| 2\.00 \| debug \| coding words \|/u);
  });

  it('shows every candidate with the parts of its score', () => {
    assert.match(markdown, /\| Candidate \| Model \| Score \| Quality \| Cost \| skill \| price \| Sticky \| Penalties \|/u);
    assert.match(markdown, /\| `fast` \| `vendor\/small` \| 0\.812 \| 0\.70 \| \$0\.00012 \| 0\.60 \| 0\.90 \| 0\.00 \| slow −0\.10 \|/u);
  });

  it('says who was rejected and why', () => {
    assert.match(markdown, /\| `tiny` \| `vendor\/tiny` \| `context_window` \| holds 100 tokens \|/u);
  });

  it('names panel, judge and synthesizer of a fusion', () => {
    const fusion = routeReceipt('x', { ...plan, strategy: 'fusion-panel', panel: [call], judge: call, synthesizer: call });
    assert.match(fusion, /Panel: `fast: vendor\/small`/u);
    assert.match(fusion, /Judge: `fast/u);
    assert.match(fusion, /Synthesizer: `fast/u);
  });

  it('keeps a prompt inside its fence', () => {
    const receipt = routeReceipt('a\n```\n# Not a heading', plan);
    assert.match(receipt, /^````text\na\n```\n# Not a heading\n````$/mu);
  });

  it('lets no name of others become mark-up', () => {
    const receipt = routeReceipt('x', { ...plan, explanation: ['[click](command:x) <img src=y>'] });
    assert.doesNotMatch(receipt, /[^\\]\[click\]\(command|[^\\]<img/u);
  });

  it('is refused when the answer holds no plan', () => {
    assert.throws(() => routeReceipt('x', { error: {} }), /without a plan/u);
  });
});
