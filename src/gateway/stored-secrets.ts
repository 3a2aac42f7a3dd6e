/** Which of a window's stored keys may be used with a configuration. */
import type { Config } from '../config/schema.ts';
import type { ConfigSources } from './host-messages.ts';

/**
 * A stored key goes only to the origins that it was given for: where the configuration points an upstream elsewhere, its key is
 * held back until the user allows that. Secrets without origins are no upstream's key when they were stored, and pass.
 * @returns the secrets that may be used, and the names of upstreams whose key is held back
 */
export function usableSecrets(
  upstreams: Config['upstreams'],
  { secrets, secretOrigins }: Pick<ConfigSources, 'secrets' | 'secretOrigins'>,
): { secrets: Record<string, string>; heldBack: string[] } {
  const heldBack = Object.entries(upstreams).flatMap(([name, { apiKeyEnv, baseURL }]) => {
    const origins = apiKeyEnv !== undefined && Object.hasOwn(secrets, apiKeyEnv) ? (secretOrigins[apiKeyEnv] ?? []) : [];
    return origins.length > 0 && !origins.includes(new URL(baseURL).origin) ? [name] : [];
  });
  const names = new Set(heldBack.map((name) => upstreams[name]?.apiKeyEnv));
  return { secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => !names.has(name))), heldBack };
}
