/** One key of an agent's configuration, as OpenFusion wants it. */
import type { Json, Path } from '../edit/data.ts';
import { saysAll, valueAt } from '../edit/data.ts';

export interface Setting {
  path: Path;
  /** Undefined: it must not be there; a value of ours is taken out. */
  value: Json | undefined;
  /** `us`: it carries our name, and all of it goes on disconnect. `user`: the user's own value comes back then. */
  owner: 'us' | 'user';
  /** Did OpenFusion write the value that stands there, for this address or another? Never asked where the owner is `us`. */
  isOurs: (value: unknown, root: unknown) => boolean;
  /** What of the value must agree for the agent to count as connected. */
  essence: (value: unknown) => unknown;
  /** The user's value may be a key: it is kept in the backup beside the file and nowhere else. */
  secret: boolean;
  /** Only where the list that it goes into is there already. */
  onlyIntoExisting: boolean;
  /** Does the agent ask us without it, too? Then it says nothing about the state. */
  optional: boolean;
}

const whole = (value: unknown): unknown => value;

/** A part of the file that carries our name. */
export function own(path: Path, value: Json | undefined, { essence = whole, onlyIntoExisting = false }: Partial<Pick<Setting, 'essence' | 'onlyIntoExisting'>> = {}): Setting {
  return { path, value, owner: 'us', isOurs: () => true, essence, secret: false, onlyIntoExisting, optional: false };
}

/** A key that the user may have set before. */
export function shared(path: Path, value: Json | undefined, isOurs: Setting['isOurs'], { essence = whole, secret = false, optional = false }: Partial<Pick<Setting, 'essence' | 'secret' | 'optional'>> = {}): Setting {
  return { path, value, owner: 'user', isOurs, essence, secret, onlyIntoExisting: false, optional };
}

/** Any model of ours will do: which one is the user's choice. */
export const anyModel = (): unknown => 'a model of OpenFusion';

/** Does a value stand there that OpenFusion wrote? */
export function isOursIn({ path, owner, isOurs }: Setting, root: unknown): boolean {
  const found = valueAt(root, path);
  return found !== undefined && (owner === 'us' || isOurs(found, root));
}

/** How a setting stands in a file: nothing there, the user's own, ours as wanted, or ours but different. */
export type Standing = 'absent' | 'foreign' | 'same' | 'other';

export function standingOf({ path, value, isOurs, essence, onlyIntoExisting }: Setting, root: unknown): Standing {
  const found = valueAt(root, path);
  if (onlyIntoExisting && (found !== undefined || valueAt(root, path.slice(0, -1)) === undefined)) return 'same';
  if (found === undefined) return value === undefined ? 'same' : 'absent';
  if (!isOurs(found, root)) return value === undefined ? 'same' : 'foreign';
  return value !== undefined && saysAll(essence(found), essence(value)) ? 'same' : 'other';
}
