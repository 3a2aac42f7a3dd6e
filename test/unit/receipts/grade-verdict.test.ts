import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseVerdict } from '../../../src/receipts/grade-verdict.ts';

const verdict = { winner: 'A', scores: { A: 8, B: 5 }, rationale: 'A is right.', risks: ['short'] };
const read = (answer: string) => {
  const parsed = parseVerdict(answer);
  return parsed.ok ? parsed.verdict : parsed.reason;
};

describe('a grader’s verdict', () => {
  it('is read from bare JSON, from a fence and from between prose', () => {
    const json = JSON.stringify(verdict, null, 2);
    const expected = { winner: 'A', scoreA: 8, scoreB: 5, rationale: 'A is right.', risks: ['short'] };
    for (const answer of [json, `\`\`\`json\n${json}\n\`\`\``, `I weigh {both} answers.\n${json}\nThat is all.`]) assert.deepEqual(read(answer), expected);
  });

  it('is the last one, for models draft before they decide', () => {
    assert.equal((read(`{"winner":"B","scores":{"A":1,"B":2}} no, rather ${JSON.stringify(verdict)}`) as { winner: string }).winner, 'A');
  });

  it('is not misled by braces inside strings', () => {
    assert.deepEqual(read('{"winner":"tie","rationale":"both forget the } in \\"{\\""}'), { winner: 'tie', scoreA: null, scoreB: null, rationale: 'both forget the } in "{"', risks: [] });
  });

  it('takes other spellings of a winner and scores written as text', () => {
    assert.deepEqual(read('{"winner":"Answer B","scores":{"A":"3","B":"7.5"}}'), { winner: 'B', scoreA: 3, scoreB: 7.5, rationale: '', risks: [] });
    assert.equal((read('{"winner":"draw"}') as { winner: string }).winner, 'tie');
  });

  it('drops scores outside the scale and risks that are no text', () => {
    assert.deepEqual(read('{"winner":"A","scores":{"A":90,"B":-1},"risks":[1,"real",""," "]}'), { winner: 'A', scoreA: null, scoreB: null, rationale: '', risks: ['real'] });
  });

  it('is none when it contradicts its own scores', () => {
    assert.match(String(read('{"winner":"A","scores":{"A":2,"B":9}}')), /lower score/);
  });

  it('is none without JSON, without a winner, or with a winner that is no side', () => {
    assert.match(String(read('A is better.')), /no JSON object/);
    assert.match(String(read('{"scores":{"A":1}}')), /no JSON object with a winner/);
    assert.match(String(read('{"winner":"both"}')), /neither A, B nor tie/);
    assert.match(String(read('{"winner":null}')), /neither A, B nor tie/);
    assert.match(String(read('{"winner":"A"')), /no JSON object/);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ':', ',', 'winner', 'A', '[', ']', ' ') }), (text) => {
      parseVerdict(text);
    }));
  });
});
