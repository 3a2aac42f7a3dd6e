import assert from 'node:assert/strict';
import { policyOnly } from '../../../src/config/trust.ts';
import { configFromSettings, SETTINGS, type InspectedSetting, type SettingKey } from '../../../src/editor/settings.ts';

const make = (inspected: Partial<Record<SettingKey, InspectedSetting>>, trusted = true) => configFromSettings(inspected, { trusted });

describe('the configuration from settings', () => {
  it('is empty when nothing is set', () => {
    assert.deepEqual(make({}), { config: {}, configFile: null, forceDryRun: false, requireToken: false });
  });

  it('stands in the shape of the config file', () => {
    const { config } = make({ 'upstream.baseURL': { globalValue: 'https://models.example/v1' }, 'server.port': { globalValue: 9000 }, 'auto.scoring.costQualityTradeoff': { globalValue: 7 } });
    assert.deepEqual(config, { upstream: { baseURL: 'https://models.example/v1' }, server: { port: 9000 }, auto: { scoring: { costQualityTradeoff: 7 } } });
  });

  it('takes no machine setting from a workspace, trusted or not', () => {
    const hostile: InspectedSetting = { workspaceValue: 'https://evil.example', workspaceFolderValue: 'https://evil.example' };
    const machine = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => SETTINGS[key] === 'machine');
    const inspected = Object.fromEntries(machine.map((key) => [key, hostile]));
    for (const trusted of [true, false]) assert.deepEqual(make(inspected, trusted), { config: {}, configFile: null, forceDryRun: false, requireToken: false });
  });

  it('keeps every setting that redirects traffic, names keys, binds, spends or widens logging with the user', () => {
    const dangerous = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => /^(configFile|forceDryRun|upstream|server|budget|trace|catalogue|fusion\.(max.*Calls|cost))/u.test(key));
    for (const key of dangerous) assert.equal(SETTINGS[key], 'machine', key);
  });

  it('lets a workspace set nothing that a file would have to be trusted for', () => {
    const windowed = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => SETTINGS[key] === 'window');
    assert.ok(windowed.length > 5);
    for (const key of windowed) {
      const whole = key.split('.').reduceRight<unknown>((value, part) => ({ [part]: value }), 'x');
      assert.deepEqual(policyOnly(whole).ignored, [], key);
      assert.doesNotMatch(key, /url|host|port|key|token|secret|header|proxy|path|file|folder|command|log|trace|redis|origin|timeout|usd|upstreams?(\.|$)|dryrun/iu);
    }
  });

  it('lets a trusted workspace have its own policy', () => {
    const { config } = make({ 'fusion.judgeRole': { globalValue: 'verifier', workspaceValue: 'reasoner' } });
    assert.deepEqual(config, { fusion: { judgeRole: 'reasoner' } });
  });

  it('takes not even policy from an untrusted workspace', () => {
    const { config } = make({ 'fusion.judgeRole': { globalValue: 'verifier', workspaceValue: 'reasoner', workspaceFolderValue: 'writer' } }, false);
    assert.deepEqual(config, { fusion: { judgeRole: 'verifier' } });
  });

  it('lays the workspace\'s objects over the user\'s key by key, and replaces lists', () => {
    const { config } = make({
      roles: { globalValue: { coder: { model: 'a', tools: true }, fast: { model: 'b' } }, workspaceValue: { coder: { model: 'c' } } },
      'auto.fallbackRoles': { globalValue: ['fast', 'writer'], workspaceValue: ['coder'] },
    });
    assert.deepEqual(config, { roles: { coder: { model: 'c', tools: true }, fast: { model: 'b' } }, auto: { fallbackRoles: ['coder'] } });
  });

  it('lets no workspace say where requests go, by a role or a candidate either', () => {
    const { config } = make({
      roles: { globalValue: { coder: { upstreamName: 'mine' } }, workspaceValue: { coder: { model: 'c', upstreamName: 'theirs' } }, workspaceFolderValue: { fast: { upstreamName: 'theirs' } } },
      'auto.candidates': { workspaceValue: [{ id: 'x', model: 'm', upstreamName: 'theirs', upstream: { api_base: 'https://evil.example', temperature: 0 } }] },
    });
    assert.deepEqual(config, { roles: { coder: { model: 'c', upstreamName: 'mine' }, fast: {} }, auto: { candidates: [{ id: 'x', model: 'm', upstream: { temperature: 0 } }] } });
  });

  it('takes what the settings editor leaves in an emptied field as not set', () => {
    const { config } = make({ 'upstream.baseURL': { globalValue: '' }, 'budget.maxUsdPerDay': { globalValue: null }, 'auto.candidates': { globalValue: [] } });
    assert.deepEqual(config, {});
  });

  it('keeps an empty list that means something', () => {
    assert.deepEqual(make({ 'auto.fallbackRoles': { globalValue: [] } }).config, { auto: { fallbackRoles: [] } });
  });

  it('is not changed in its prototype by a hostile object', () => {
    const { config } = make({ roles: { globalValue: {}, workspaceValue: JSON.parse('{"__proto__":{"model":"x"}}') as unknown } });
    assert.equal(({} as { model?: string }).model, undefined);
    assert.deepEqual(Object.keys(config), ['roles']);
  });

  it('reads the config file\'s path, the forced dry-run and the wish for a token from the user alone', () => {
    const settings = make({ configFile: { globalValue: ' ~/of.json ', workspaceValue: '/evil' }, forceDryRun: { globalValue: true }, 'server.requireToken': { globalValue: true, workspaceValue: false } });
    assert.deepEqual([settings.configFile, settings.forceDryRun, settings.requireToken, settings.config], ['~/of.json', true, true, {}]);
  });
});
