/** Names and places of the config file. */
import { isAbsolute, join } from 'node:path';

export const CONFIG_FILE_NAMES = ['openfusion.config.json', 'openfusion.config.jsonc'] as const;

/** A path as the user wrote it in a setting: `~` is the home folder, and so is the base of a relative one. */
export function absoluteFile(path: string, home: string): string {
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) return join(home, path.slice(1));
  return isAbsolute(path) ? path : join(home, path);
}

export function isConfigFile(path: string): boolean {
  return CONFIG_FILE_NAMES.some((name) => path.endsWith(`/${name}`) || path.endsWith(`\\${name}`));
}
