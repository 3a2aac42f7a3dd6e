import assert from 'node:assert/strict';
import type { Rule } from '../../../../src/config/schema.ts';
import { compileRules, ruleSignals } from '../../../../src/routing/profile/rules.ts';

const rule = (given: Partial<Rule>): Rule => ({ role: 'verifier', keywords: [], patterns: [], score: 3, reason: 'incident-review signal', ...given });
const signals = (given: Partial<Rule>, text: string) => ruleSignals(compileRules([rule(given)]), text);

describe('custom rules', () => {
  it('speak for their role when a keyword stands in the task', () => {
    assert.deepEqual(signals({ keywords: ['incident', 'postmortem'] }, 'Write the Postmortem of the incident'), [
      { kind: 'verifier', score: 3, evidence: 'Postmortem', reason: 'incident-review signal' },
    ]);
  });

  it('take keywords as whole words and patterns as they are', () => {
    assert.deepEqual(signals({ keywords: ['incident'] }, 'coincidental incidents'), []);
    assert.equal(signals({ patterns: ['incident\\w*', 'INC-\\d+'] }, 'incidents INC-42')[0]?.evidence, 'incidents, INC-42');
  });

  it('take Chinese keywords and keywords with signs in them', () => {
    assert.equal(signals({ keywords: ['事故'] }, '写一份事故报告')[0]?.evidence, '事故');
    assert.equal(signals({ keywords: ['c++ (legacy)'] }, 'our C++  (legacy) part')[0]?.evidence, 'C++  (legacy)');
  });

  it('count once, however much they find', () => {
    assert.equal(signals({ keywords: ['incident'], patterns: ['incident', 'post.*'] }, 'incident incident postmortem').length, 1);
  });

  it('match nothing, and break nothing, when a pattern is broken', () => {
    assert.deepEqual(signals({ patterns: ['(['] }, '(['), []);
  });
});
