import assert from 'node:assert/strict';
import fc from 'fast-check';
import { qualityModel } from '../../../../src/routing/quality/default-model.ts';
import { createQualityModel } from '../../../../src/routing/quality/model.ts';
import { QUALITY_WEIGHTS } from '../../../../src/routing/quality/weights.ts';

const model = qualityModel();
const PROMPTS = [
  '', '   \n', 'hi', 'Fix the failing test in src/parser.ts', '修复登录页面的错误，并添加测试', 'Prove that $\\sqrt{2}$ is irrational.', '🙂'.repeat(50),
  'def f(x):\n    return x\nassert f(3) == ??', 'x'.repeat(200_000), 'long words and lines\n'.repeat(10_000),
];
const qualityOf = (prompt: string, name: string, prior: number): number => model.predict(model.read(prompt), { name, prior }).quality;

describe('the predicted quality of a candidate', () => {
  it('is a chance for every prompt, known or unknown name and prior', () => {
    fc.assert(fc.property(fc.oneof(fc.constantFrom(...PROMPTS), fc.string({ unit: 'binary' })), fc.constantFrom('gpt-4o-mini', 'a-model/of-tomorrow'), fc.double({ min: 0, max: 1, noNaN: true }), (prompt, name, prior) => {
      const { quality, shift } = model.predict(model.read(prompt), { name, prior });
      assert.ok(quality > 0 && quality < 1 && Number.isFinite(shift));
    }));
  });

  it('is the same every time, from another copy of the weights too', () => {
    const copy = createQualityModel(QUALITY_WEIGHTS);
    for (const prompt of PROMPTS) {
      const candidate = { name: 'gpt-4o', prior: 0.6 };
      assert.deepEqual(copy.predict(copy.read(prompt), candidate), model.predict(model.read(prompt), candidate));
    }
  });

  it('rises with the prior, whatever the prompt', () => {
    for (const name of ['unheard-of', 'openai/gpt-4o-mini']) {
      for (const prompt of PROMPTS) {
        let before = -1;
        for (let prior = 0.02; prior <= 0.98; prior += 0.04) {
          const quality = qualityOf(prompt, name, prior);
          assert.ok(quality > before, `${prompt.slice(0, 20)}: ${String(quality)} at ${String(prior)} after ${String(before)}`);
          before = quality;
        }
      }
    }
  });

  it('is sensible for a model that nobody trained on: near its prior, and said to be unknown', () => {
    for (const prompt of PROMPTS) {
      const { quality, known } = model.predict(model.read(prompt), { name: 'maker/model-of-tomorrow-9', prior: 0.7 });
      assert.equal(known, false);
      assert.ok(quality > 0.35 && quality < 0.93, `${prompt.slice(0, 20)}: ${String(quality)}`);
    }
  });

  it('knows a family by any of its names', () => {
    const reading = model.read('How many of the 12 apples are left after Tom eats 5 and buys 7?');
    const one = model.predict(reading, { name: 'openai/gpt-4o-mini', prior: 0.6 }), other = model.predict(reading, { name: 'gpt-4o-mini-2024-07-18', prior: 0.6 });
    assert.equal(one.known, true);
    assert.deepEqual(one, other);
  });

  it('depends on the prompt', () => {
    const qualities = PROMPTS.map((prompt) => qualityOf(prompt, 'unheard-of', 0.6));
    assert.ok(new Set(qualities.map((quality) => quality.toFixed(3))).size > 4, qualities.join());
  });

  it('takes a prior that is no number for an even chance', () => {
    assert.equal(qualityOf('hi', 'unheard-of', Number.NaN), qualityOf('hi', 'unheard-of', 0.5));
  });

  it('has as its gain the difference of two chances', () => {
    const reading = model.read('Fix the failing test'), strong = { name: 'a', prior: 0.8 }, weak = { name: 'b', prior: 0.4 };
    assert.equal(model.gain(reading, strong, weak), model.predict(reading, strong).quality - model.predict(reading, weak).quality);
    assert.equal(model.gain(reading, strong, strong), 0);
    assert.ok(model.gain(reading, strong, weak) > 0);
  });

  it('falls back on the prior where the trust in training is nil', () => {
    const nothing = { level: 0, ability: 0, own: 0, trees: 0, length: 0 };
    const sceptic = createQualityModel({ ...QUALITY_WEIGHTS, trust: { ...QUALITY_WEIGHTS.trust, familiar: nothing, strange: nothing } });
    for (const prompt of PROMPTS) assert.ok(Math.abs(sceptic.predict(sceptic.read(prompt), { name: 'gpt-4o', prior: 0.63 }).quality - 0.63) < 1e-9);
  });

  it('believes less of what was learned the stranger the prompt, down to prior and length', () => {
    const familiar = model.read('Which of the following is the best description of the function of the heart?\nA. It pumps blood\nB. It digests food\nAnswer:');
    const strange = model.read('zxqv wgrb qqplk mnvtz '.repeat(20).split(' ').map((word, i) => word + String.fromCharCode(97 + (i % 26), 97 + ((i * 7) % 26))).join(' '));
    const { trust } = QUALITY_WEIGHTS;
    assert.ok(familiar.familiarity > 0.5 && strange.familiarity < trust.from, `${String(familiar.familiarity)}, ${String(strange.familiarity)}`);
    for (const part of ['level', 'ability', 'own', 'trees', 'length'] as const) assert.ok(Math.abs(strange.trust[part] - trust.strange[part]) < 1e-9);
    assert.ok(familiar.trust.trees > 0 && familiar.trust.length < strange.trust.length);
  });

  it('refuses weights that were trained for other features', () => {
    assert.throws(() => createQualityModel({ ...QUALITY_WEIGHTS, hidden: QUALITY_WEIGHTS.hidden + 1 }), /train them again/);
  });

  it('ships in less than a megabyte', () => {
    assert.ok(JSON.stringify(QUALITY_WEIGHTS).length < 1_000_000);
  });
});
