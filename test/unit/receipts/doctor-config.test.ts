import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { configChecks, type DoctorConfig } from '../../../src/receipts/doctor-config.ts';

function configOf(value: object): Config {
  const parsed = parseConfig(value, 'test');
  assert.ok(parsed.ok, 'the test’s own configuration is valid');
  return parsed.config;
}

const checksOf = (value: object | Config, more: Partial<DoctorConfig> = {}) =>
  configChecks({ config: 'upstreams' in value && 'roles' in value ? (value as Config) : configOf(value), source: 'test', notes: [], hasKey: () => true, dryRun: false, ...more });
const named = (checks: ReturnType<typeof checksOf>, name: string) => {
  const found = checks.find((item) => item.name === name);
  assert.ok(found, `no check ${name}`);
  return found;
};

describe('the doctor on a configuration', () => {
  it('is content with the built-in defaults and a key', () => {
    assert.deepEqual(checksOf({}).filter(({ status }) => status !== 'pass'), []);
  });

  it('says where traces are kept, and warns when they cannot be', () => {
    assert.deepEqual([named(checksOf({}, { storeProblem: null }), 'store').status, named(checksOf({}, { storeProblem: null }), 'store').detail], ['pass', 'traces, sessions and spending are kept in SQLite']);
    const warned = named(checksOf({}, { storeProblem: '/home/me/state/openfusion.db: damaged', homeDir: '/home/me' }), 'store');
    assert.deepEqual([warned.status, warned.detail], ['warn', '~/state/openfusion.db: damaged']);
  });

  it('names each role with its model', () => {
    assert.match(named(checksOf({}), 'roles').detail, /fast: ~openai\/gpt-mini-latest/);
  });

  it('warns about a missing key, says what follows from it and never asks for the key itself', () => {
    const asked: string[] = [];
    const hasKey = (name: string) => {
      asked.push(name);
      return false;
    };
    const dry = named(checksOf({}, { hasKey, dryRun: true }), 'upstream.default');
    assert.equal(dry.status, 'warn');
    assert.match(dry.detail, /openrouter\.ai, no key in OPENROUTER_API_KEY: answers come from the dry-run upstream/);
    assert.match(dry.hint, /OPENROUTER_API_KEY/);
    assert.match(named(checksOf({}, { hasKey }), 'upstream.default').detail, /its models cannot be chosen/);
    assert.deepEqual([...new Set(asked)], ['OPENROUTER_API_KEY']);
  });

  it('needs no key where the upstream names none', () => {
    const local = { upstream: { baseURL: 'http://127.0.0.1:1234/v1' } };
    assert.deepEqual(named(checksOf(local, { hasKey: () => false }), 'upstream.default').status, 'pass');
  });

  it('leaves out upstreams that nothing uses', () => {
    const checks = checksOf({ upstreams: { spare: { baseURL: 'https://spare.example/v1', apiKeyEnv: 'SPARE' } } });
    assert.equal(checks.some(({ name }) => name === 'upstream.spare'), false);
  });

  it('passes notes on as warnings', () => {
    const notes = checksOf({}, { notes: ['the file was found, not named: upstream is ignored'] }).filter(({ name }) => name === 'config.note');
    assert.deepEqual(notes.map(({ status, detail }) => [status, detail]), [['warn', 'the file was found, not named: upstream is ignored']]);
  });

  it('hides the home folder, for the report is made to be pasted', () => {
    const checks = checksOf({}, { source: '/home/ann/p/openfusion.config.json', homeDir: '/home/ann' });
    assert.equal(named(checks, 'config').detail, '~/p/openfusion.config.json');
  });

  it('fails a judge or synthesizer that is not a role', () => {
    const config = configOf({});
    const checks = checksOf({ ...config, fusion: { ...config.fusion, judgeRole: 'nobody', synthesizerRole: 'writer' } });
    assert.deepEqual([named(checks, 'fusion.judge').status, named(checks, 'fusion.synthesizer').status], ['fail', 'pass']);
    assert.match(named(checks, 'fusion.judge').detail, /nobody/);
  });

  it('fails a role whose upstream is not there', () => {
    const config = configOf({});
    const fast = config.roles.fast;
    assert.ok(fast);
    const check = named(checksOf({ ...config, roles: { fast: { ...fast, upstreamName: 'gone' } } }), 'roles');
    assert.deepEqual([check.status, check.detail], ['fail', 'fast names upstream gone']);
  });

  it('fails a call limit that no panel fits in, and warns about one that the largest does not', () => {
    assert.equal(named(checksOf({ fusion: { maxUpstreamCalls: 3, minPanel: 2 } }), 'budget.calls').status, 'fail');
    assert.equal(named(checksOf({ fusion: { maxUpstreamCalls: 5, minPanel: 2, maxPanel: 4 } }), 'budget.calls').status, 'warn');
    assert.equal(named(checksOf({ fusion: { maxUpstreamCalls: 6, maxPanel: 4 } }), 'budget.calls').status, 'pass');
  });

  it('warns about a cost limit over a role without a price', () => {
    const limited = { budget: { maxUsdPerDay: 2 } };
    assert.equal(named(checksOf(limited), 'budget.cost').status, 'pass');
    const unpriced = named(checksOf({ ...limited, roles: { coder: { model: 'my/model' } } }), 'budget.cost');
    assert.deepEqual([unpriced.status, /no price for coder/.test(unpriced.detail)], ['warn', true]);
  });
});
