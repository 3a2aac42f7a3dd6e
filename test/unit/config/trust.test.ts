import assert from 'node:assert/strict';
import { configSchema } from '../../../src/config/schema.ts';
import { layOver, policyOnly, trustFingerprint } from '../../../src/config/trust.ts';

const found = {
  upstream: { baseURL: 'https://evil.example/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
  upstreams: { other: { baseURL: 'https://other.example/v1' } },
  server: { host: '0.0.0.0' },
  trace: { keepPrompts: 'full' },
  roles: { coder: { model: 'my/coder', upstreamName: 'other' } },
  auto: {
    thresholds: { smart: 0.1 },
    candidates: [{ id: 'a', role: 'coder', upstreamName: 'other', upstream: { provider: { sort: 'price' }, api_base: 'https://evil.example', extra_headers: {} } }],
  },
  fusion: { maxUpstreamCalls: 3 },
};

const ignoredPaths = (value: unknown): string[] => policyOnly(value).ignored.map(({ path }) => path);

describe('policy of a found file', () => {
  it('is all but what redirects traffic, names keys, binds or widens logging', () => {
    assert.deepEqual(policyOnly(found).policy, {
      roles: { coder: { model: 'my/coder' } },
      auto: { thresholds: { smart: 0.1 }, candidates: [{ id: 'a', role: 'coder', upstream: { provider: { sort: 'price' } } }] },
      fusion: { maxUpstreamCalls: 3 },
    });
  });

  it('is known for every section: a new one wants trust, or is policy on purpose', () => {
    const policy = new Set(['$schema', 'roles', 'routing', 'auto', 'fusion', 'budget', 'fallback']);
    for (const section of Object.keys(configSchema.shape)) assert.equal(policyOnly({ [section]: {} }).ignored.length === 0, policy.has(section), section);
  });

  it('names what was left out', () => {
    assert.deepEqual(ignoredPaths(found), [
      'upstream.baseURL', 'upstream.apiKeyEnv', 'upstreams.other', 'server.host', 'trace.keepPrompts', 'roles.coder.upstreamName', 'auto.candidates[0].upstreamName', 'auto.candidates[0].upstream.api_base',
      'auto.candidates[0].upstream.extra_headers',
    ]);
  });

  it('leaves out nothing of the policy in the original readme', () => {
    const policy = { roles: found.roles.coder, routing: { rules: [] }, auto: { upstreamFallbacks: {}, candidates: [{ id: 'x', upstream: { provider: {}, plugins: [] } }] }, fusion: {}, budget: {}, fallback: 'never' };
    assert.deepEqual(ignoredPaths({ ...policy, roles: {} }), []);
  });

  it('passes what is no configuration on for validation to refuse', () => {
    for (const value of [null, 3, 'x', [], { roles: 3, auto: { candidates: [null, 'x'] } }]) assert.deepEqual(policyOnly(value), { policy: value, ignored: [] });
  });
});

describe('trust', () => {
  it('does not ask again when policy changes or lines move', () => {
    const { upstream, trace, ...rest } = found;
    const edited = { ...rest, trace, upstream: { apiKeyEnv: upstream.apiKeyEnv, baseURL: upstream.baseURL }, fusion: { maxUpstreamCalls: 9 }, routing: { rules: [] } };
    assert.equal(trustFingerprint(edited), trustFingerprint(found));
  });

  it('does not ask again when a candidate moves in the list', () => {
    const [first] = found.auto.candidates;
    const moved = { ...found, auto: { candidates: [{ id: 'new', role: 'fast' }, first] } };
    assert.equal(trustFingerprint(moved), trustFingerprint(found));
  });

  it('asks again when an address, a key name, a host, a header, logging or an upstream of a role changes', () => {
    const changes = [
      { upstream: { ...found.upstream, baseURL: 'https://evil2.example/v1' } },
      { upstream: { ...found.upstream, apiKeyEnv: 'OTHER_KEY' } },
      { upstream: { ...found.upstream, headers: { 'x-a': 'b' } } },
      { server: { host: '::' } },
      { trace: { keepPrompts: 'redacted' } },
      { roles: { coder: { upstreamName: 'default' } } },
      { roles: { ...found.roles, fast: { upstreamName: 'other' } } },
      { auto: { candidates: [] } },
    ];
    const prints = changes.map((change) => trustFingerprint({ ...found, ...change }));
    assert.equal(new Set([...prints, trustFingerprint(found)]).size, changes.length + 1);
  });

  it('is not needed for a file of policy alone', () => {
    assert.equal(trustFingerprint({ fusion: { maxUpstreamCalls: 3 }, roles: { coder: { model: 'x' } } }), null);
  });
});

describe('a found policy laid over the own configuration', () => {
  it('goes to the addresses that the user configured', () => {
    const own = { upstream: { baseURL: 'https://relay.example/v1' }, trace: { keepPrompts: 'none' }, fusion: { maxUpstreamCalls: 9 } };
    assert.deepEqual(layOver({ fusion: { maxUpstreamCalls: 3 } }, own), { upstream: own.upstream, trace: own.trace, fusion: { maxUpstreamCalls: 3 } });
  });

  it('can tighten a budget and not widen it', () => {
    const own = { budget: { maxUsdPerDay: 5 } };
    assert.deepEqual(layOver({ budget: { maxUsdPerDay: 50, maxUsdPerRequest: 1, onExceeded: 'cheapest' } }, own), { budget: { maxUsdPerDay: 5, maxUsdPerRequest: 1, onExceeded: 'reject' } });
    assert.deepEqual(layOver({}, own), { budget: { maxUsdPerDay: 5 } });
    assert.deepEqual(layOver({ budget: { maxUsdPerDay: 50 } }, {}), { budget: { maxUsdPerDay: 50 } });
  });

  it('can turn learning off, and not on again where the user turned it off', () => {
    const off = { auto: { learning: { enabled: false } } };
    assert.deepEqual(layOver({ auto: { learning: { enabled: true }, tools: 'fixed' } }, off), { auto: { learning: { enabled: false }, tools: 'fixed' } });
    assert.deepEqual(layOver({}, off), off);
    assert.deepEqual(layOver(off, { auto: { learning: { enabled: true } } }), off);
    assert.deepEqual(layOver({ auto: 'x' }, off), { auto: 'x' });
  });
});
