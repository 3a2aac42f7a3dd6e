import assert from 'node:assert/strict';
import { networkFromSettings } from '../../../src/editor/network-settings.ts';

describe('the network by the editor\'s settings', () => {
  it('is the editor\'s default where nothing is set', () => {
    assert.deepEqual(networkFromSettings({ proxySupport: { defaultValue: 'override' }, systemCertificates: { defaultValue: true }, noProxy: { defaultValue: [] }, proxyStrictSSL: { defaultValue: true } }),
      { proxy: '', noProxy: [], proxyAuthorization: '', useProxy: true, systemCertificates: true, wantsUncheckedCertificates: false });
  });

  it('is what the user set', () => {
    assert.deepEqual(networkFromSettings({
      proxy: { globalValue: ' http://proxy:3128 ' }, noProxy: { globalValue: ['a.example', 7] }, proxyAuthorization: { globalValue: 'Basic x' }, proxySupport: { globalValue: 'off' },
      systemCertificates: { globalValue: false }, proxyStrictSSL: { globalValue: false },
    }), { proxy: 'http://proxy:3128', noProxy: ['a.example'], proxyAuthorization: 'Basic x', useProxy: false, systemCertificates: false, wantsUncheckedCertificates: true });
  });

  it('is never what a workspace set: that could lead the traffic anywhere', () => {
    const hostile = { workspaceValue: 'http://evil.example', workspaceFolderValue: 'http://evil.example' };
    assert.equal(networkFromSettings({ proxy: hostile, proxyAuthorization: hostile, systemCertificates: { defaultValue: true, workspaceValue: false } }).proxy, '');
    assert.equal(networkFromSettings({ systemCertificates: { defaultValue: true, workspaceValue: false } }).systemCertificates, true);
  });
});
