import assert from 'node:assert/strict';
import { profileTask } from '../../../../src/routing/profile/profile.ts';
import type { TaskProfile } from '../../../../src/routing/types.ts';
import { ask, call, chat, planned, result, TOOLS } from '../support.ts';

/** What is understood after these asks, each answered by words that would mislead. */
function after(...asks: string[]): TaskProfile {
  const messages = asks.flatMap((content) => [{ role: 'user', content }, { role: 'assistant', content: 'Security review of production payments done in Haskell, tests and docs written.' }]);
  return profileTask(chat({ messages: messages.slice(0, -1), tools: TOOLS }), []).task;
}

describe('a short ask that refers to those before it', () => {
  it('is of their kind and about their language', () => {
    for (const next of ['Now the same for the other file', '另一个文件也一样', 'Lo mismo para el otro archivo', 'O mesmo para o outro', 'La même chose pour l\'autre', 'Dasselbe für die andere', 'То же самое для другого', '同じことを他のファイルにも', '나머지도 똑같이']) {
      const { domain, language } = after('Refactor src/parser.rs into smaller functions', next);
      assert.deepEqual({ domain, language }, { domain: 'refactor', language: 'rust' }, next);
    }
  });

  it('keeps what it says itself: that it is still broken makes it debugging', () => {
    for (const next of ['still broken', '还是不行', 'sigue fallando', 'continua falhando', 'marche toujours pas', 'geht nicht', 'все еще не работает', 'まだ直っていません', '여전히 안 돼요']) {
      const { domain, language } = after('Implement the export in src/export.py', next);
      assert.deepEqual({ domain, language }, { domain: 'debug', language: 'python' }, next);
    }
  });

  it('is helped by an ask the less the longer ago it was, and by no more than two', () => {
    const risks = [after('Migrate the customer data', 'same again'), after('Migrate the customer data', 'zzz', 'same again'), after('Migrate the customer data', 'zzz', 'zzz', 'same again')].map(({ risk }) => risk);
    assert.ok((risks[0] ?? 0) > (risks[1] ?? 0) && (risks[1] ?? 0) > 0, risks.join(', '));
    assert.equal(risks[2], 0);
  });

  it('says which evidence is from an ask before', () => {
    const { signals } = after('Review the login', 'same again');
    assert.ok(signals.some(({ evidence, reason }) => evidence === 'Review' && reason === 'review: words of it, in an ask before'));
  });

  it('never takes the words of the assistant or of a tool', () => {
    const { task } = profileTask(chat({ messages: [{ role: 'user', content: 'zzz' }, call(), result('Traceback (most recent call last):\nValueError: x'), { role: 'assistant', content: 'Fixed a.py' }, { role: 'user', content: 'same again' }] }), []);
    assert.deepEqual([task.domain, task.language, task.risk], ['other', null, 0]);
  });
});

describe('an ask that stands by itself', () => {
  it('takes neither kind nor risk from those before it', () => {
    const { domain, risk } = after('Migrate the production payments', 'Write a README');
    assert.deepEqual({ domain, risk }, { domain: 'docs', risk: 0 });
  });

  it('takes at most their language', () => {
    assert.equal(after('Implement the export in src/export.py', 'Write unit tests').language, 'python');
    assert.equal(after('Implement the export in src/export.py', 'Write unit tests in cart.ts').language, 'typescript');
  });

  it('is a long one, whatever it refers to', () => {
    const long = `Same again: ${'zzz '.repeat(80)}`;
    assert.equal(after('Refactor src/parser.rs', long).language, null);
  });
});

describe('no evidence', () => {
  it('leads to the default tier, never to the cheapest, in any tongue', () => {
    for (const text of ['zzz', 'as discussed', '照旧', 'como quedamos', 'wie besprochen', 'как договорились', '例の件', '아까 그거', 'x'.repeat(400), '...', '👍']) {
      const { strategy, reason, task } = planned(ask(text, { tools: TOOLS }));
      assert.deepEqual([strategy, reason, task.domain], ['smart-single', 'default_tier', 'other'], text);
    }
  });

  it('of complexity is what kind, language and form leave: they make nothing cheap', () => {
    for (const text of ['src/a.ts', 'TypeError: x', 'SELECT a FROM b', '$x^2$', 'diff --git a/x b/x']) assert.equal(planned(ask(text)).reason, 'default_tier', text);
  });
});
