/** Are there other people on this machine? A guess from what anybody may read, good enough for a question. */
import { readdir, readFile } from 'node:fs/promises';

export interface UserSources {
  platform: NodeJS.Platform;
  userName: string;
  readText(path: string): Promise<string>;
  namesIn(folder: string): Promise<string[]>;
}

export const thisMachine = (platform: NodeJS.Platform, userName: string): UserSources => ({ platform, userName, readText: (path) => readFile(path, 'utf8'), namesIn: (folder) => readdir(folder) });

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
