/** The address as each agent wants it, and what its own address may look like in a file. */
import type { ClientKey, Endpoint } from './types.ts';

/** What agents send where no token is wanted. */
export const PLACEHOLDER_KEY = 'openfusion';
/** The variable that agents read a token from when the configuration does not name another one. */
export const KEY_VARIABLE = 'OPENFUSION_API_KEY';

/** `http://127.0.0.1:8787/v1` */
export const baseUrlOf = ({ origin }: Pick<Endpoint, 'origin'>): string => `${origin}/v1`;

/** The variable that holds the key, whether or not one is needed. */
export const keyVariable = (key: ClientKey): string => (key.kind === 'env' ? key.name : KEY_VARIABLE);

/** The origin of a base URL, `localhost` and `127.0.0.1` being the same; null when it is no URL. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  const host = ['localhost', '[::1]'].includes(parsed.hostname) ? '127.0.0.1' : parsed.hostname;
  return `${parsed.protocol}//${host}${parsed.port === '' ? '' : `:${parsed.port}`}`;
}

/** Is this the id of one of our models? */
export const isOurModel = (value: unknown): value is string => typeof value === 'string' && value.startsWith('openfusion/');

/** The text there, else null. */
export const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);
