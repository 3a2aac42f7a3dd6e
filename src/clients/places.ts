/** Where programs keep their configuration on each system. */
import { posix, win32 } from 'node:path';
import type { Place } from './types.ts';

type Where = Pick<Place, 'platform' | 'env' | 'home'>;

/** Paths as the system writes them. */
export const pathsOf = ({ platform }: Pick<Place, 'platform'>): typeof posix => (platform === 'win32' ? win32 : posix);

/** Below the home folder. */
export const inHome = (place: Where, ...parts: string[]): string => pathsOf(place).join(place.home, ...parts);

/** A folder from the environment, `~` expanded, a relative one below the working directory; undefined when it is not set. */
export function dirFromEnv(place: Pick<Place, 'platform' | 'env' | 'home' | 'cwd'>, name: string): string | undefined {
  const value = place.env[name]?.trim();
  if (value === undefined || value === '') return undefined;
  const paths = pathsOf(place);
  if (value === '~' || value.startsWith('~/') || value.startsWith('~\\')) return paths.join(place.home, value.slice(1));
  return paths.isAbsolute(value) ? value : paths.join(place.cwd, value);
}

/** `$XDG_CONFIG_HOME`, else `~/.config`: many agents keep to it on every system. */
export const xdgConfig = (place: Where & Pick<Place, 'cwd'>, ...parts: string[]): string => pathsOf(place).join(dirFromEnv(place, 'XDG_CONFIG_HOME') ?? inHome(place, '.config'), ...parts);

/** The first that is there, else the first of all. */
export function firstThere(place: Pick<Place, 'exists'>, [first, ...others]: readonly [string, ...string[]]): string {
  return [first, ...others].find((path) => place.exists(path)) ?? first;
}

/** Is one of these programs on the PATH? */
export function onPath(place: Place, commands: readonly string[]): boolean {
  const paths = pathsOf(place);
  const dirs = (place.env['PATH'] ?? place.env['Path'] ?? '').split(paths.delimiter).filter((dir) => paths.isAbsolute(dir));
  const endings = place.platform === 'win32' ? ['.cmd', '.exe', '.ps1', '.bat'] : [''];
  return dirs.some((dir) => commands.some((command) => endings.some((ending) => place.exists(paths.join(dir, command + ending)))));
}
