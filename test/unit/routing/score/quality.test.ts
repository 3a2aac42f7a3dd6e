import assert from 'node:assert/strict';
import { foresee, readTask } from '../../../../src/routing/score/quality.ts';
import { configFrom, DEFAULTS } from '../support.ts';
import { candidate, taskFor } from './builders.ts';

const task = taskFor('Debug the crash in the API code');
const reading = readTask('Debug the crash in the API code');

describe('the foreseen quality of a candidate', () => {
  it('is a chance, and higher for the abler', () => {
    const at = (coding: number): number => foresee(candidate({ skills: { coding } }), { task, reading, config: DEFAULTS }).quality;
    for (const one of [0, 0.5, 1]) assert.ok(at(one) > 0 && at(one) < 1);
    assert.ok(at(0.9) > at(0.6));
  });

  it('is sensible for a model of which nothing is known', () => {
    const { quality } = foresee(candidate(), { task, reading, config: DEFAULTS });
    assert.ok(quality > 0.4 && quality < 0.85, String(quality));
  });

  it('follows the words of the task', () => {
    const of = (text: string): number => foresee(candidate({ skills: { coding: 0.7 } }), { task, reading: readTask(text), config: DEFAULTS }).quality;
    assert.notEqual(of('What is the capital of France?'), of('Prove that every even integer greater than two is the sum of two primes.'));
  });

  it('is the prior itself where there are no words', () => {
    assert.equal(readTask('  '), null);
    assert.equal(foresee(candidate({ skills: { coding: 0.7 } }), { task, reading: null, config: DEFAULTS }).quality, 0.7);
  });

  it('mixes skill and benchmark by the ratio of their weights', () => {
    const both = candidate({ skills: { coding: 0.9 }, benchmarks: { coding: 50 } });
    const by = (weights: { skill: number; benchmark: number }): number => foresee(both, { task, reading: null, config: configFrom({ auto: { scoring: { weights } } }) }).quality;
    assert.ok(Math.abs(by({ skill: 1, benchmark: 0 }) - 0.9) < 1e-9);
    assert.ok(Math.abs(by({ skill: 0, benchmark: 1 }) - 0.5) < 1e-9);
    assert.ok(Math.abs(by({ skill: 0, benchmark: 0 }) - 0.74) < 1e-9);
  });

  it('is moved by what was seen of the candidate on such tasks', () => {
    const seen = candidate({ skills: { coding: 0.7 }, learned: { [task.domain]: { right: 0, wrong: 20 } } });
    const other = candidate({ skills: { coding: 0.7 }, learned: { writing: { right: 0, wrong: 20 } } });
    assert.ok(foresee(seen, { task, reading, config: DEFAULTS }).quality < foresee(other, { task, reading, config: DEFAULTS }).quality);
  });

  it('reads the same words once', () => {
    assert.equal(readTask('Debug the crash in the API code'), readTask('Debug the crash in the API code'));
  });
});
