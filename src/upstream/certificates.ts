import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';

type Log = (level: 'warn', message: string) => void;
type Store = 'default' | 'system';

/** Where Linux keeps what `update-ca-certificates` and `update-ca-trust` make; for hosts whose Node cannot ask the system. */
const LINUX_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

export interface CertificateSources {
  /** `NODE_EXTRA_CA_CERTS` is read from it: not every host hands it to its Node. */
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** The certificates of a store; undefined where this Node does not know it. */
  storeOf?: (store: Store) => readonly string[] | undefined;
}

/**
 * Trusts the authorities of the system and of NODE_EXTRA_CA_CERTS beside Node's own. Made once: a context with hundreds of
 * certificates takes a while.
 */
export function systemTrust(sources: CertificateSources): SecureContext {
  return createSecureContext({ ca: trustedAuthorities(sources) });
}

/** Node's own authorities, the system's and the user's, each once, as PEM. */
export function trustedAuthorities({ env, log, storeOf = storeOfNode }: CertificateSources): string[] {
  const usual = storeOf('default') ?? rootCertificates;
  const system = storeOf('system') ?? fromFirst(LINUX_BUNDLES);
  return [...new Set([...usual, ...system, ...fromEnvironment(env['NODE_EXTRA_CA_CERTS'], log)])];
}

function storeOfNode(store: Store): readonly string[] | undefined {
  // Since Node 22.15; a host's own Node may refuse a store.
  try {
    return (getCACertificates as typeof getCACertificates | undefined)?.(store);
  } catch {
    return undefined;
  }
}

function fromEnvironment(file: string | undefined, log: Log): string[] {
  if (file === undefined || file === '') return [];
  try {
    return certificatesIn(readFileSync(file, 'utf8'));
  } catch (error) {
    log('warn', `NODE_EXTRA_CA_CERTS: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'no file'})`);
    return [];
  }
}

function fromFirst(files: readonly string[]): string[] {
  for (const file of files) {
    try {
      return certificatesIn(readFileSync(file, 'utf8'));
    } catch {
      // The next one.
    }
  }
  return [];
}

const certificatesIn = (pem: string): string[] => pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/gu) ?? [];
