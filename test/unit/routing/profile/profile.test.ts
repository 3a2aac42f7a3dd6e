import assert from 'node:assert/strict';
import { SAMPLE_CHARS, sampleOf } from '../../../../src/routing/profile/ask.ts';
import { compileRules } from '../../../../src/routing/profile/rules.ts';
import { profileTask } from '../../../../src/routing/profile/profile.ts';
import type { TaskProfile } from '../../../../src/routing/types.ts';
import { ask, call, chat, result, TOOLS } from '../support.ts';

const profile = (text: string): TaskProfile => profileTask(ask(text), []).task;

describe('the profile of a task', () => {
  it('is read from the newest ask, never from system prompts, older asks or results of tools', () => {
    const { task } = profileTask(chat({
      messages: [
        { role: 'system', content: 'Security review, production database, architecture, prove theorems.' }, { role: 'user', content: 'Migrate the production payments' },
        { role: 'assistant', content: 'Audit done' }, { role: 'user', content: 'Fix a typo' }, call(), result('vulnerability'),
      ],
      tools: TOOLS,
    }), []);
    assert.equal(task.excerpt, 'Fix a typo');
    assert.equal(task.risk, 0);
    assert.ok(task.complexity < 0.2);
  });

  it('shows the start of the ask on one line, without the quotes of a shell', () => {
    assert.equal(profile('"Fix\n  the bug"').excerpt, 'Fix the bug');
    assert.equal(profile('x'.repeat(500)).excerpt.length, 280);
  });

  it('samples a long ask: three quarters from its head, one from its tail', () => {
    const text = `${'a'.repeat(50_000)}${'z'.repeat(50_000)}`;
    const sample = sampleOf({ pieces: [text], chars: text.length });
    assert.ok(sample.length <= SAMPLE_CHARS + 1);
    assert.equal(sample.replace(/[^a]/g, '').length, 6_000);
    assert.equal(sample.replace(/[^z]/g, '').length, 2_000);
    assert.equal(profile(`${'x '.repeat(20_000)} deadlock ${'x '.repeat(20_000)}`).risk, 0);
    assert.ok(profile(`${'x '.repeat(20_000)} security`).risk > 0);
  });

  it('gives skills the more weight the more speaks for them', () => {
    const { skills } = profile('Debug the crash in the API code and add a test');
    assert.ok(skills.coding > skills.verification && skills.verification > skills.writing);
    for (const weight of Object.values(skills)) assert.ok(weight >= 0 && weight <= 1);
  });

  it('falls back to the usual mix of a coding agent where nothing speaks', () => {
    const { skills } = profile('do as before');
    assert.ok(skills.coding > 0.4 && skills.reasoning > 0.4 && skills.writing > 0.2);
  });

  it('adds custom rules to the roles', () => {
    const rules = compileRules([{ role: 'verifier', keywords: ['incident'], patterns: [], score: 3, reason: 'incident-review signal' }]);
    const { task } = profileTask(ask('Review the incident'), rules);
    assert.equal(task.roleScores['verifier'], profile('Review the incident').roleScores['verifier'] as number + 3);
    assert.equal(task.signals.at(-1)?.reason, 'incident-review signal');
  });
});
