import type { NetworkSettings } from '../config/network-settings.ts';
import type { InspectedSetting } from './settings.ts';

/** Settings `http.*` of the editor that hold for our calls too. */
export const NETWORK_SETTINGS = ['proxy', 'noProxy', 'proxyAuthorization', 'proxySupport', 'proxyStrictSSL', 'systemCertificates'] as const;
export type NetworkSettingKey = (typeof NETWORK_SETTINGS)[number];

/** Of each setting the user's value counts, else the editor's default; never a workspace's. */
export function networkFromSettings(inspected: Partial<Record<NetworkSettingKey, InspectedSetting & { defaultValue?: unknown }>>): NetworkSettings {
  const valueOf = (key: NetworkSettingKey): unknown => inspected[key]?.globalValue ?? inspected[key]?.defaultValue;
  const textOf = (key: NetworkSettingKey): string => { const value = valueOf(key); return typeof value === 'string' ? value.trim() : ''; };
  const noProxy = valueOf('noProxy');
  return {
    proxy: textOf('proxy'),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : [],
    proxyAuthorization: textOf('proxyAuthorization'),
    useProxy: valueOf('proxySupport') !== 'off',
    systemCertificates: valueOf('systemCertificates') !== false,
    wantsUncheckedCertificates: valueOf('proxyStrictSSL') === false,
  };
}
