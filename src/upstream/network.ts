/** How upstreams are reached: directly or through a proxy, and whose certificates count. */
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { NetworkSettings } from '../config/network-settings.ts';
import { systemTrust } from './certificates.ts';
import { ProxyError, createTunnel } from './tunnel.ts';
import { proxyRoute, proxySecrets } from './proxy.ts';

export interface NetworkOptions {
  env: Readonly<Record<string, string | undefined>>;
  settings: NetworkSettings | null;
  log(level: 'warn', message: string): void;
}

export interface Network {
  /** Makes the connections to one origin. Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
  connectorFor(origin: string, connectMs: number): buildConnector.connector;
  /** Credentials of proxies, for the redactor. */
  secrets(): string[];
}

export function createNetwork({ env, settings, log }: NetworkOptions): Network {
  let trust: SecureContext | undefined;
  const contextOf = (): SecureContext | undefined => (settings?.systemCertificates === true ? (trust ??= systemTrust({ env, log })) : undefined);
  return {
    connectorFor(origin, connectMs) {
      const url = new URL(origin);
      const route = proxyRoute(url, env, settings);
      // Authorities are looked up with the first connection, not for an upstream that is never called.
      let connect: buildConnector.connector | null = null;
      const open = (): buildConnector.connector => {
        const secureContext = url.protocol === 'https:' || (route.kind === 'proxy' && route.protocol === 'https:') ? contextOf() : undefined;
        const direct = buildConnector({ timeout: connectMs, rejectUnauthorized: true, ...(secureContext === undefined ? {} : { secureContext }) });
        if (route.kind === 'unusable') return (_options, callback) => { callback(new ProxyError(route.message), null); };
        return route.kind === 'direct' ? direct : createTunnel(route, { connectMs, secureContext, inside: direct });
      };
      return (options, callback) => { (connect ??= open())(options, callback); };
    },
    secrets: () => proxySecrets(env, settings),
  };
}
