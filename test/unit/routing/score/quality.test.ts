import assert from 'node:assert/strict';
import { predictQuality, qualityOf } from '../../../../src/routing/score/quality.ts';
import { candidate, taskFor } from './builders.ts';

describe('predicted quality', () => {
  it('is a chance: between 0 and 1, higher for the abler, lower for the harder', () => {
    for (const ability of [0, 0.5, 1]) for (const complexity of [0, 0.5, 1]) assert.ok(qualityOf(ability, null, complexity) > 0 && qualityOf(ability, null, complexity) < 1);
    assert.ok(qualityOf(0.9, 90, 0.5) > qualityOf(0.6, 60, 0.5));
    assert.ok(qualityOf(0.8, 80, 0.2) > qualityOf(0.8, 80, 0.8));
  });

  it('is sensible for a model of which nothing is known', () => {
    const quality = predictQuality(candidate(), taskFor('do as before'));
    assert.ok(quality > 0.5 && quality < 0.85, String(quality));
  });

  it('uses whichever of skill and benchmark is known', () => {
    assert.equal(qualityOf(0.8, null, 0.4), qualityOf(null, 80, 0.4));
  });
});
