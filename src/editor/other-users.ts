/** Are there other people on this machine? A guess from what anybody may read, good enough for a question. */
import { readdir, readFile } from 'node:fs/promises';
import { isLoopback } from '../config/loopback.ts';
import type { Translate } from './translate.ts';

export interface UserSources {
  platform: NodeJS.Platform;
  userName: string;
  readText(path: string): Promise<string>;
  namesIn(folder: string): Promise<string[]>;
}

export const thisMachine = (platform: NodeJS.Platform, userName: string): UserSources => ({ platform, userName, readText: (path) => readFile(path, 'utf8'), namesIn: (folder) => readdir(folder) });

const NAMES_SHOWN = 3;

/** Who else can reach the gateway's port, in one sentence; null: nobody that we know of. A server on loopback is this machine. */
export function whoElse({ remoteName, others }: { remoteName: string | undefined; others: readonly string[] }, t: Translate): string | null {
  if (remoteName !== undefined && !isLoopback(remoteName.replace(/:\d+$/u, ''))) return t('The gateway runs on a remote machine ({0}).', remoteName);
  return others.length === 0 ? null : t('This machine has other users ({0}).', others.slice(0, NAMES_SHOWN).join(', '));
}

/** People's numbers begin here on Linux; `nobody` has the highest. */
const FIRST_UID = 1_000, NOBODY_UID = 65_534;
const NO_LOGIN = /\/(nologin|false)$/u;
const NOT_PEOPLE = /^(\.|shared$|guest$|public$|default|all users$|desktop\.ini$)/iu;

/** Names of others who can log in; none where that cannot be told. */
export async function otherUsers({ platform, userName, readText, namesIn }: UserSources): Promise<string[]> {
  try {
    if (platform === 'darwin') return (await namesIn('/Users')).filter((name) => name !== userName && !NOT_PEOPLE.test(name));
    if (platform === 'win32') return (await namesIn('C:\\Users')).filter((name) => name.toLowerCase() !== userName.toLowerCase() && !NOT_PEOPLE.test(name));
    return (await readText('/etc/passwd')).split('\n').flatMap((line) => {
      const [name = '', , uid = '', , , home = '', shell = ''] = line.split(':');
      const isPerson = Number(uid) >= FIRST_UID && Number(uid) < NOBODY_UID && uid !== '' && home.startsWith('/home/') && !NO_LOGIN.test(shell);
      return isPerson && name !== userName ? [name] : [];
    });
  } catch {
    return [];
  }
}
