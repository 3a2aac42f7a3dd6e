import assert from 'node:assert/strict';
import type { Candidate, ConfigInput } from '../../../../src/config/schema.ts';
import { namedRejectionOf, rejectionOf, type World } from '../../../../src/routing/score/filters.ts';
import type { TaskProfile } from '../../../../src/routing/types.ts';
import { configFrom, NOW_MS } from '../support.ts';
import { candidate, price, taskFor } from './builders.ts';

const WORLD: World = { coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs: NOW_MS };
const base = taskFor('Fix it');

interface Case { given?: Partial<Candidate>; task?: Partial<TaskProfile>; config?: ConfigInput; world?: Partial<World> }
const rejection = ({ given = {}, task = {}, config = {}, world = {} }: Case) => rejectionOf(candidate(given), { ...base, ...task }, configFrom(config), { ...WORLD, ...world });
const reason = (one: Case): string | undefined => rejection(one)?.reason;

describe('hard filters', () => {
  it('let a capable candidate through', () => {
    assert.equal(rejection({}), null);
  });

  it('compare the context window with the request and the answer together', () => {
    const task = { contextTokens: 900, expectedOutputTokens: 200 };
    assert.equal(reason({ given: { contextTokens: 1_000 }, task }), 'context_window');
    assert.equal(reason({ given: { contextTokens: 1_100 }, task }), undefined);
    assert.equal(reason({ given: {}, task: { contextTokens: 9_000_000 } }), undefined, 'an unknown window is not checked');
  });

  it('want tools, images and JSON schemas only when the request does', () => {
    const needs = { tools: true, images: true, jsonSchema: true };
    const able = { tools: true, images: true, jsonSchema: true };
    assert.equal(reason({ given: able, task: { needs } }), undefined);
    assert.equal(reason({ given: { ...able, tools: false }, task: { needs } }), 'no_tools');
    assert.equal(reason({ given: { ...able, images: false }, task: { needs } }), 'no_images');
    assert.equal(reason({ given: { ...able, jsonSchema: false }, task: { needs } }), 'no_json_schema');
    assert.equal(reason({ given: { tools: false, images: false, jsonSchema: false } }), undefined);
  });

  it('hold availability and price against their limits, where they are known', () => {
    const config: ConfigInput = { auto: { scoring: { preferences: { minAvailability: 0.4, maxPriceUsdPer1M: 1 } } } };
    assert.equal(reason({ given: { availability: 0.3 }, config }), 'availability');
    assert.equal(reason({ given: { pricing: price(1) }, config }), 'max_price');
    assert.equal(reason({ config }), undefined);
  });

  it('know who is cooling down, by id or by model, and until when', () => {
    const cooling = (key: string, afterMs: number) => rejection({ world: { coolingUntilMs: new Map([[key, NOW_MS + afterMs]]) } });
    assert.deepEqual(cooling('a', 4_200), { reason: 'cooling_down', detail: 'cooling down for 5 s more' });
    assert.equal(cooling('default/vendor/a', 1)?.reason, 'cooling_down');
    assert.equal(cooling('a', 0), null);
  });

  it('name the variable of a missing key', () => {
    assert.deepEqual(rejection({ world: { keylessUpstreams: new Set(['default']) } }), { reason: 'no_key', detail: 'upstream `default` has no key (OPENROUTER_API_KEY)' });
  });

  it('know an upstream that is not there', () => {
    assert.equal(reason({ given: { upstreamName: 'nowhere' } }), 'unknown_upstream');
    assert.equal(reason({ given: { upstreamName: 'toString' } }), 'unknown_upstream');
  });

  it('give the reason that stays when the others are gone', () => {
    const cooling = { coolingUntilMs: new Map([['a', NOW_MS + 1_000]]) };
    assert.equal(reason({ given: { tools: false }, task: { needs: { tools: true, images: false, jsonSchema: false } }, world: cooling }), 'no_tools');
    assert.equal(reason({ given: { contextTokens: 1 }, world: cooling }), 'context_window');
  });

  it('hold only what is impossible against a model that was asked for by name', () => {
    const config = configFrom({ auto: { scoring: { preferences: { minAvailability: 0.9 } } } });
    const task = { ...base, needs: { tools: true, images: true, jsonSchema: true } };
    assert.equal(namedRejectionOf(candidate({ availability: 0.1, tools: false }), task, config, WORLD), null);
    assert.equal(namedRejectionOf(candidate({ contextTokens: 1 }), task, config, WORLD)?.reason, 'context_window');
    assert.equal(namedRejectionOf(candidate(), task, config, { ...WORLD, keylessUpstreams: new Set(['default']) })?.reason, 'no_key');
  });
});
