/** The gateway's token, made by us: random, in the editor's SecretStorage, the same in all windows. */
import { OWN_ORIGIN } from '../config/origin.ts';
import type { SettingsConfig } from './settings.ts';
import type { StoredKeys } from './stored-keys.ts';

/** The name that it is stored under; `server.token` refers to it. */
export const TOKEN_NAME = 'OPENFUSION_TOKEN';
const TOKEN_BYTES = 32;

/** The settings with the token that they ask for. One that the user chose (`server.token`) stays. */
export async function withOwnToken({ config, requireToken, ...rest }: SettingsConfig, keys: Pick<StoredKeys, 'get' | 'set'>, random: (bytes: number) => Buffer): Promise<SettingsConfig> {
  const server = typeof config.server === 'object' && config.server !== null ? config.server : {};
  if (!requireToken || 'token' in server) return { config, requireToken, ...rest };
  if ((await keys.get(TOKEN_NAME)) === null) await keys.set(TOKEN_NAME, random(TOKEN_BYTES).toString('hex'), OWN_ORIGIN);
  return { config: { ...config, server: { ...server, token: `\${secret:${TOKEN_NAME}}` } }, requireToken, ...rest };
}
