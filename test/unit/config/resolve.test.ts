import assert from 'node:assert/strict';
import { parseConfig, parsePool } from '../../../src/config/load.ts';
import { withBind, withPool } from '../../../src/config/resolve.ts';
import type { ConfigIssue } from '../../../src/config/issue.ts';
import type { Candidate, Config } from '../../../src/config/schema.ts';

function configOf(value: unknown): Config {
  const parsed = parseConfig(value, 'test.json');
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.config;
}

function candidate(config: Config, id: string): Candidate {
  const found = config.auto.candidates.find((one) => one.id === id);
  assert.ok(found, `no candidate ${id}`);
  return found;
}

function errorOf(value: unknown): ConfigIssue {
  const parsed = parseConfig(value, 'test.json');
  assert.ok(!parsed.ok, 'expected an error');
  assert.equal(parsed.errors.length, 1, JSON.stringify(parsed.errors));
  return parsed.errors[0] as ConfigIssue;
}

describe('roles', () => {
  it('lay over the built-in ones key by key', () => {
    const { roles } = configOf({ roles: { coder: { pricing: { inputUsdPer1M: 9, outputUsdPer1M: 10 } } } });
    assert.equal(roles.coder?.model, '~x-ai/grok-latest');
    assert.equal(roles.coder.pricing?.inputUsdPer1M, 9);
    assert.equal(roles.coder.description, 'Writing and changing code');
    assert.equal(roles.fast?.model, '~openai/gpt-mini-latest');
  });

  it('with another model know nothing of the built-in model', () => {
    const { roles } = configOf({ roles: { writer: { model: 'my/model' } } });
    assert.equal(roles.writer?.pricing, undefined);
    assert.equal(roles.writer?.contextTokens, undefined);
    assert.equal(roles.writer?.images, undefined);
    assert.equal(roles.writer?.description, 'Clear prose and the final synthesis');
  });

  it('that are new need a model', () => {
    const error = errorOf({ roles: { tester: {} } });
    assert.equal(error.path, 'roles.tester.model');
  });

  it('cannot be looked up by names of object methods', () => {
    assert.equal(configOf({}).roles['constructor'], undefined);
    assert.equal(configOf({}).upstreams['toString'], undefined);
  });
});

describe('the default pool', () => {
  it('takes model, price and window from the role that the user changed and forgets measurements of the old model', () => {
    const config = configOf({ roles: { coder: { model: 'my/coder', upstreamName: 'lab', contextTokens: 32_000, images: true } }, upstreams: { lab: { baseURL: 'http://127.0.0.1:9/v1' } } });
    const coder = candidate(config, 'coder');
    assert.equal(coder.model, 'my/coder');
    assert.equal(coder.upstreamName, 'lab');
    assert.equal(coder.pricing, undefined);
    assert.equal(coder.contextTokens, 32_000);
    assert.equal(coder.images, true);
    assert.deepEqual(coder.benchmarks, {});
    assert.deepEqual(coder.performance, {});
    assert.equal(coder.availability, undefined);
    assert.equal(coder.skills.coding, 0.86);
  });

  it('keeps all else that is known when only the price changed', () => {
    const coder = candidate(configOf({ roles: { coder: { pricing: { inputUsdPer1M: 9, outputUsdPer1M: 10 } } } }), 'coder');
    assert.equal(coder.pricing?.inputUsdPer1M, 9);
    assert.equal(coder.contextTokens, 500_000);
    assert.equal(coder.skills.coding, 0.86);
  });

  it('gains a candidate for each new role', () => {
    const tester = candidate(configOf({ roles: { tester: { model: 'my/tester', tools: false } } }), 'tester');
    assert.equal(tester.model, 'my/tester');
    assert.equal(tester.tools, false);
    assert.deepEqual(tester.skills, {});
  });

  it('gives way as a whole to the pool that the user gives', () => {
    const config = configOf({ auto: { candidates: [{ id: 'only', role: 'coder' }] } });
    assert.deepEqual(config.auto.candidates.map(({ id }) => id), ['only']);
    assert.equal(candidate(config, 'only').model, '~x-ai/grok-latest');
    assert.equal(candidate(config, 'only').pricing?.inputUsdPer1M, 2);
  });
});

describe('candidates', () => {
  it('with a model of their own take no facts from the role', () => {
    const own = candidate(configOf({ auto: { candidates: [{ id: 'own', role: 'verifier', model: 'my/model' }] } }), 'own');
    assert.equal(own.pricing, undefined);
    assert.equal(own.contextTokens, undefined);
    assert.deepEqual([own.tools, own.images, own.jsonSchema, own.upstreamName], [true, false, true, 'default']);
  });

  it('without a role play the role of their id', () => {
    assert.equal(candidate(configOf({ auto: { candidates: [{ id: 'writer' }] } }), 'writer').role, 'writer');
    assert.equal(errorOf({ auto: { candidates: [{ id: 'stranger' }] } }).path, 'auto.candidates[0].role');
  });

  it('need ids of their own that mean nothing else', () => {
    assert.equal(errorOf({ auto: { candidates: [{ id: 'a', role: 'fast' }, { id: 'a', role: 'coder' }] } }).path, 'auto.candidates[1].id');
    assert.equal(errorOf({ auto: { candidates: [{ id: 'auto', role: 'fast' }] } }).path, 'auto.candidates[0].id');
    assert.equal(errorOf({ roles: { fusion: { model: 'x' } } }).path, 'roles.fusion');
  });

  it('named like another role are pointed out', () => {
    const parsed = parseConfig({ auto: { candidates: [{ id: 'coder', role: 'verifier' }] } }, 'test.json');
    assert.ok(parsed.ok);
    assert.match(parsed.notes.join(), /openfusion\/coder means the role/);
  });
});

describe('what this version cannot do yet', () => {
  it('is never passed over in silence', () => {
    const parsed = parseConfig({ upstreams: { editor: { kind: 'vscode-lm', baseURL: 'https://api.example/v1' } } }, 'test.json');
    assert.ok(parsed.ok);
    assert.match(parsed.notes[0] ?? '', /upstream `editor`.*`vscode-lm`/);
  });
});

describe('a store beyond this machine', () => {
  it('wants an address, as a reference', () => {
    assert.equal(errorOf({ trace: { store: 'redis' } }).path, 'trace.redis');
    assert.equal(errorOf({ trace: { store: 'redis', redis: { url: 'redis://:secret@127.0.0.1' } } }).path, 'trace.redis.url');
    assert.equal(errorOf({ trace: { store: 'redis', redis: { url: '${env:REDIS_URL}', prefix: 'a:b' } } }).path, 'trace.redis.prefix');
    assert.ok(parseConfig({ trace: { store: 'redis', redis: { url: '${env:REDIS_URL}' } } }, 'test.json').ok);
  });
});

describe('names that must exist', () => {
  const cases: [unknown, string][] = [
    [{ auto: { candidates: [{ id: 'a', role: 'nobody', model: 'x' }] } }, 'auto.candidates[0].role'],
    [{ auto: { candidates: [{ id: 'a', role: 'fast', upstreamName: 'nowhere' }] } }, 'auto.candidates[0].upstreamName'],
    [{ roles: { fast: { upstreamName: 'nowhere' } } }, 'roles.fast.upstreamName'],
    [{ auto: { fallbackRoles: ['fast', 'nobody'] } }, 'auto.fallbackRoles[1]'],
    [{ fusion: { judgeRole: 'nobody' } }, 'fusion.judgeRole'],
    [{ fusion: { synthesizerRole: 'nobody' } }, 'fusion.synthesizerRole'],
    [{ fusion: { toolRole: 'constructor' } }, 'fusion.toolRole'],
    [{ routing: { rules: [{ role: 'nobody', keywords: ['x'] }] } }, 'routing.rules[0].role'],
  ];
  for (const [value, path] of cases) {
    it(`are checked at ${path}`, () => {
      const error = errorOf(value);
      assert.equal(error.path, path);
      assert.match(error.expected, /one of/);
    });
  }
});

describe('rules', () => {
  it('with a broken pattern are refused', () => {
    const error = errorOf({ routing: { rules: [{ role: 'coder', patterns: ['ok', '(unclosed'] }] } });
    assert.equal(error.path, 'routing.rules[0].patterns[1]');
    assert.match(error.message, /Unterminated group/);
  });

  it('that match nothing are refused', () => {
    assert.equal(errorOf({ routing: { rules: [{ role: 'coder' }] } }).path, 'routing.rules[0]');
  });
});

describe('an upstream', () => {
  it('speaks the format of its kind, or what the file says', () => {
    const baseURL = 'https://api.example/v1';
    const { upstreams } = configOf({ upstreams: { claude: { kind: 'anthropic', baseURL }, open: { baseURL }, relay: { baseURL, protocols: ['responses', 'messages'] } } });
    assert.deepEqual(['claude', 'open', 'relay', 'default'].map((name) => upstreams[name]?.protocols), [['messages'], ['chat'], ['responses', 'messages'], ['chat']]);
  });
});

describe('the default upstream', () => {
  it('takes no key of another host along', () => {
    const own = configOf({ upstream: { baseURL: 'https://relay.example/v1' } });
    assert.equal(own.upstreams.default?.apiKeyEnv, undefined);
  });

  it('keeps the default address when only the key is named', () => {
    const { default: upstream } = configOf({ upstream: { apiKeyEnv: 'MY_KEY' } }).upstreams;
    assert.deepEqual([upstream?.baseURL, upstream?.apiKeyEnv], ['https://openrouter.ai/api/v1', 'MY_KEY']);
  });

  it('may be the one named default, but only once', () => {
    assert.equal(configOf({ upstreams: { default: { baseURL: 'https://relay.example/v1' } } }).upstreams.default?.baseURL, 'https://relay.example/v1');
    assert.equal(errorOf({ upstream: { apiKeyEnv: 'A' }, upstreams: { default: { baseURL: 'https://relay.example/v1' } } }).path, 'upstreams.default');
  });

  it('speaks http only on loopback unless told otherwise', () => {
    for (const host of ['127.0.0.1:1', 'localhost', '[::1]:8080']) configOf({ upstream: { baseURL: `http://${host}/v1` } });
    for (const host of ['relay.example', '127.0.0.1.evil.example', '10.0.0.1', '0.0.0.0']) {
      assert.equal(errorOf({ upstream: { baseURL: `http://${host}/v1` } }).path, 'upstream.baseURL');
    }
    configOf({ upstream: { baseURL: 'http://10.0.0.1/v1', allowInsecureHttp: true } });
    assert.equal(errorOf({ upstreams: { lab: { baseURL: 'http://lab.example/v1' } } }).path, 'upstreams.lab.baseURL');
  });
});

describe('binding', () => {
  it('beyond loopback needs a token', () => {
    assert.equal(errorOf({ server: { host: '0.0.0.0' } }).path, 'server.token');
    assert.equal(configOf({ server: { host: '0.0.0.0', token: '${env:T}' } }).server.host, '0.0.0.0');
  });

  it('elsewhere by flag is checked again', () => {
    const config = configOf({});
    assert.equal(withBind(config, { host: '0.0.0.0' }, '--host').ok, false);
    const moved = withBind(config, { port: 0 }, '--port');
    assert.ok(moved.ok);
    assert.deepEqual([moved.config.server.host, moved.config.server.port], ['127.0.0.1', 0]);
  });
});

describe('another pool', () => {
  it('replaces the candidates and brings its roles along', () => {
    const parsed = parsePool([{ id: 'weak', role: 'small', model: 'v/weak' }, { id: 'strong', model: 'v/strong' }, { id: 'mini', role: 'fast' }], 'pool.json');
    assert.ok(parsed.ok);
    const next = withPool(configOf({}), parsed.pool, 'pool.json');
    assert.ok(next.ok);
    assert.deepEqual(next.config.auto.candidates.map(({ id, role, model }) => [id, role, model]), [['weak', 'small', 'v/weak'], ['strong', 'strong', 'v/strong'], ['mini', 'fast', '~openai/gpt-mini-latest']]);
    assert.equal(next.config.roles.small?.model, 'v/weak');
  });

  it('is refused when a candidate has no model at all or an id comes twice', () => {
    for (const pool of [[{ id: 'x' }], [{ id: 'x', model: 'a' }, { id: 'x', model: 'b' }]]) {
      const parsed = parsePool(pool, 'pool.json');
      assert.ok(parsed.ok);
      assert.equal(withPool(configOf({}), parsed.pool, 'pool.json').ok, false);
    }
  });
});
