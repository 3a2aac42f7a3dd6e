/** Upstream keys in the editor's SecretStorage: nowhere else, and each bound to the addresses that it was given for. */
import { isObject, parseJson } from '../receipts/guards.ts';

/** What is used of `vscode.SecretStorage`. */
export interface Secrets {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  delete(name: string): PromiseLike<void>;
}

/** What is used of `vscode.Memento`. It keeps no secret: here, the names of the stored keys. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface StoredKey {
  value: string;
  /** Origins of upstreams that it may be sent to, e.g. `https://openrouter.ai`. */
  origins: string[];
}

const PREFIX = 'openfusion.key.';
const NAMES = 'openfusion.keyNames';

/** The name that a SecretStorage entry of ours holds the key for; null for other entries. */
export function keyNameOf(secretName: string): string | null {
  return secretName.startsWith(PREFIX) ? secretName.slice(PREFIX.length) : null;
}

/** The origin of an upstream's address; the address itself when it is none. */
export function originOfUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

export class StoredKeys {
  private readonly secrets: Secrets;
  private readonly names: Memory;

  constructor(secrets: Secrets, names: Memory) {
    this.secrets = secrets;
    this.names = names;
  }

  /** Names of the keys that were stored on this machine. */
  storedNames(): string[] {
    const names = this.names.get(NAMES);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  }

  async get(name: string): Promise<StoredKey | null> {
    const text = await this.secrets.get(PREFIX + name);
    if (text === undefined || text === '') return null;
    const stored = parseJson(text);
    if (!isObject(stored) || typeof stored.value !== 'string') return { value: text, origins: [] };
    return { value: stored.value, origins: Array.isArray(stored.origins) ? stored.origins.filter((origin) => typeof origin === 'string') : [] };
  }

  /** Stores a key for one upstream's address. The same key again is allowed at a further address; another key forgets the old ones. */
  async set(name: string, value: string, baseUrl: string | null): Promise<void> {
    const before = await this.get(name);
    const origins = new Set(before?.value === value ? before.origins : []);
    if (baseUrl !== null) origins.add(originOfUrl(baseUrl));
    await this.names.update(NAMES, [...new Set([...this.storedNames(), name])]);
    await this.secrets.store(PREFIX + name, JSON.stringify({ value, origins: [...origins] } satisfies StoredKey));
  }

  async clear(name: string): Promise<void> {
    await this.names.update(NAMES, this.storedNames().filter((other) => other !== name));
    await this.secrets.delete(PREFIX + name);
  }

  /** All keys that the thread gets: those stored here and those of `further` names (another window may have stored them). */
  async all(further: readonly string[] = []): Promise<{ secrets: Record<string, string>; secretOrigins: Record<string, string[]> }> {
    const names = [...new Set([...this.storedNames(), ...further])];
    const keys = await Promise.all(names.map(async (name) => [name, await this.get(name)] as const));
    const found = keys.filter((entry): entry is [string, StoredKey] => entry[1] !== null);
    return {
      secrets: Object.fromEntries(found.map(([name, { value }]) => [name, value])),
      secretOrigins: Object.fromEntries(found.map(([name, { origins }]) => [name, origins])),
    };
  }
}
