import assert from 'node:assert/strict';
import type { Plan } from '../../../src/routing/types.ts';
import { ask, chat, configFrom, NOW_MS, pinnedTo, planned, TOOLS } from './support.ts';

const says = (plan: Plan, ...expected: RegExp[]): void => {
  const text = plan.explanation.join('\n');
  for (const one of expected) assert.match(text, one);
};

describe('the explanation', () => {
  it('tells what the task is, what decided, who answers, who is next and by how much, and the cost', () => {
    const plan = planned(ask('Debug the crash in the API code'));
    says(plan, /^This is a new task, kind debug, complexity 0\.35, risk 0\.00 \(coding\/debugging words\)\./, /default tier/, /coder \(deepseek\/\S+\) answers, score 0\.\d{3}\./, /Next is \w+, 0\.\d{3} behind \(right \d\d %, \$0\.\d+\); it would be chosen with a predicted quality of \d\d %/, /One call of 6 allowed, about \$0\.\d+\./, /If it fails: /);
  });

  it('names thresholds with both numbers', () => {
    says(planned(ask('Review this patch for security risks')), /Risk 0\.52 reaches verifyRisk 0\.45: a verifier checks the answer\./, /; \w+ checks it\./);
  });

  it('tells who was left out and why', () => {
    says(planned(ask('Fix it'), { coolingUntilMs: new Map([['coder', NOW_MS + 2_000]]) }), /Left out: coder \(cooling down for 2 s more\)\./);
  });

  it('tells what a change of model costs a warm session', () => {
    says(planned(ask('Debug the crash in the API code', { session_id: 's' }), pinnedTo('verifier')), /pinned to verifier; moving to coder sends \d+ tokens anew, about \$0\.0+\d+\./);
    says(planned(ask('Debug the crash in the API code', { session_id: 's' }), pinnedTo('coder')), /pinned to coder, whose prompt cache is warm\./);
  });

  it('tells the cast of a panel', () => {
    says(planned(ask('hello', { model: 'openfusion/fusion' })), /The panel was asked for\./, /Panel: .*; judge verifier; writer writes the answer\./, /Up to 4 calls of 6 allowed/);
  });

  it('tells that a price is not known', () => {
    says(planned(ask('hello'), { config: configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a' }], fallbackRoles: [] } }) }), /its cost is not known\./, /Nobody stands in if it fails\./);
  });

  it('has a sentence for every reason', () => {
    const plans = [
      planned(ask('hello')), planned(ask('hello', { model: 'v/x' })), planned(ask('hello'), { mode: { kind: 'role', role: 'fast' } }), planned(ask('hello'), { mode: { kind: 'fusion' } }),
      planned(chat({ messages: [{ role: 'user', content: 'Generate a title for this conversation:' }] })), planned(ask('x', { tools: TOOLS }), { config: configFrom({ auto: { tools: 'fixed' } }) }),
    ];
    for (const plan of plans) assert.ok(plan.explanation.every((sentence) => !sentence.startsWith('Reason: ') && sentence.endsWith('.')), plan.explanation.join('\n'));
  });

  it('quotes nothing of the prompt: the words stand in the signals', () => {
    const { explanation, task, route } = planned(ask('Zanzibar: debug the flaky crash', { tools: TOOLS, session_id: 'secret-session' }));
    const text = [...explanation, route.rationale].join('\n');
    for (const word of ['Zanzibar', 'flaky', 'secret-session']) assert.ok(!text.includes(word), word);
    assert.match(task.signals[0]?.evidence ?? '', /flaky/);
  });
});
