/** Connecting and disconnecting an agent: what would change, and changing it. */
import { BrokenText } from '../edit/text.ts';
import { originOf } from '../endpoint.ts';
import type { FilePort } from './file-port.ts';
import type { Memories, StoredMemory } from './memories.ts';
import { onPath } from '../places.ts';
import { hasOurs, planConnect, planDisconnect, readContent } from './plan.ts';
import { isOursIn, standingOf } from './setting.ts';
import type { Client, ClientFile, ClientState, Endpoint, Place } from '../types.ts';

/** Where the work is done. */
export interface Desk {
  place: Place;
  files: FilePort;
  memories: Memories;
}

/** A file that cannot be read, or must not be changed: names it, and the line. Nothing was written. */
export class BrokenFile extends Error {
  constructor(path: string, { message, line, column }: BrokenText) {
    super(`${path}:${String(line)}:${String(column)}: ${message}. It was left as it is`);
    this.name = 'BrokenFile';
  }
}

export interface ClientStatus {
  state: ClientState;
  /** Its main configuration file; null for one without. */
  path: string | null;
  /** Where it points by our keys; null when there are none. */
  baseUrl: string | null;
  /** The model that it asks us for. */
  model: string | null;
  /** What else is to be known, a sentence each. */
  notes: string[];
}

/** Does it point at us? A file that cannot be read is a state and no error. */
export async function inspect(client: Client, endpoint: Endpoint, { place, files }: Desk): Promise<ClientStatus> {
  const parts = client.files(endpoint, place);
  const path = parts[0]?.path ?? null;
  try {
    const contents = await Promise.all(parts.map(async (part) => onFile(part, (text) => readContent(text, part.content), await files.read(part.path))));
    // For one without a file the environment says it all.
    const said = parts.length === 0 ? [place.env] : contents;
    const baseUrl = client.baseUrlIn(said);
    const state = stateOf({ client, endpoint, place, contents, baseUrl });
    return { state, path, baseUrl, model: client.modelIn(said), notes: state === 'connected' ? client.warnings?.(said) ?? [] : [] };
  } catch (error) {
    return { state: 'broken', path, baseUrl: null, model: null, notes: [error instanceof Error ? error.message : String(error)] };
  }
}

interface Read { client: Client; endpoint: Endpoint; place: Place; contents: readonly unknown[]; baseUrl: string | null }

function stateOf({ client, endpoint, place, contents, baseUrl }: Read): ClientState {
  const parts = client.files(endpoint, place);
  const ours = parts.some(({ content }, index) => content.kind === 'settings' && content.settings.some((setting) => isOursIn(setting, contents[index])));
  if (baseUrl === null && !ours) return isHere(client, place) ? 'not-connected' : 'not-found';
  const origin = baseUrl === null ? null : originOf(baseUrl);
  if (origin === null) return 'modified';
  // Compared with what connecting to that very address would write.
  const there = client.files({ ...endpoint, origin: new URL(baseUrl ?? '').origin }, place);
  if (!there.every(({ content }, index) => isAsWanted(content, contents[index]))) return 'modified';
  return origin === originOf(endpoint.origin) ? 'connected' : 'connected-elsewhere';
}

/** Other lines in a block of ours are but another pool of models, and a generated file is no condition. */
function isAsWanted(content: ClientFile['content'], data: unknown): boolean {
  if (content.kind === 'settings') return content.settings.every((setting) => setting.optional || standingOf(setting, data) === 'same');
  return content.kind === 'whole' || data !== null;
}

/** One that has no file and no program is always there. */
const isHere = (client: Client, place: Place): boolean => client.commands.length === 0 || client.traces(place).some((path) => place.exists(path)) || onPath(place, client.commands);

/** One file's change. */
export interface Change {
  path: string;
  /** null: there is no file. */
  before: string | null;
  after: string | null;
  mode?: number | undefined;
  /** What is to be known of it afterwards; null forgets. */
  memory: StoredMemory | null;
  /** Is the file to be copied to `memory.backup` first? */
  makesBackup: boolean;
  /** A backup that is worth nothing any more. */
  dropsBackup: string | null;
  /** Nobody else writes this file: its text need not be shown. */
  generated: boolean;
}

/**
 * What connecting would change; files that stay as they are come along, so that they are known.
 * @throws BrokenFile
 */
export async function planToConnect(client: Client, endpoint: Endpoint, { place, files, memories }: Desk): Promise<Change[]> {
  const changes: Change[] = [];
  for (const file of client.files(endpoint, place)) {
    const before = await files.read(file.path);
    const known = await memories.get(file.path);
    // What is remembered of a connection that somebody took out by hand is worth nothing.
    const alive = known !== null && onFile(file, (text) => hasOurs(text, file.content), before) ? known : null;
    const { text: after, memory } = onFile(file, (text) => planConnect(text, file.content, alive), before);
    const backup = alive === null ? await freeBackup(file.path, before, files) : { path: alive.backup, isThere: true };
    changes.push({
      path: file.path, before, after, mode: file.mode, memory: before === after && alive === null ? null : { ...memory, backup: backup.path },
      makesBackup: before !== after && before !== null && !backup.isThere, dropsBackup: null, generated: file.content.kind === 'whole',
    });
  }
  return changes;
}

/** Beside the file, under a name that no other content has. */
async function freeBackup(path: string, before: string | null, files: FilePort): Promise<{ path: string | null; isThere: boolean }> {
  if (before === null) return { path: null, isThere: true };
  for (let count = 1; ; count += 1) {
    const name = `${path}.openfusion-backup${count === 1 ? '' : `-${String(count)}`}`;
    if (!files.exists(name)) return { path: name, isThere: false };
    if ((await files.read(name).catch(() => null)) === before) return { path: name, isThere: true };
  }
}

/**
 * What disconnecting would change: our keys go, the user's own come back.
 * @param undo back to the very file before the first connect, where nobody else changed it since
 * @throws BrokenFile
 */
export async function planToDisconnect(client: Client, endpoint: Endpoint, { place, files, memories }: Desk, { undo = false }: { undo?: boolean } = {}): Promise<Change[]> {
  const changes: Change[] = [];
  for (const file of client.files(endpoint, place)) {
    const before = await files.read(file.path);
    const known = await memories.get(file.path);
    const usual = `${file.path}.openfusion-backup`;
    const backup = known === null ? usual : known.backup;
    const original = backup === null ? null : await files.read(backup).catch(() => null);
    const after = before === null ? null : onFile(file, (text) => planDisconnect(text ?? '', file.content, { memory: known, original, undo }), before);
    changes.push({ path: file.path, before, after, memory: null, makesBackup: false, dropsBackup: original !== null && after === original ? backup : null, generated: file.content.kind === 'whole' });
  }
  return changes;
}

/** What takes these changes back once they are made; asked for before. */
export async function wayBack(changes: readonly Change[], { memories }: Desk): Promise<Change[]> {
  return Promise.all(changes.map(async ({ path, before, after, mode, dropsBackup, generated }) => {
    const memory = await memories.get(path);
    return { path, before: after, after: before, mode, memory, makesBackup: dropsBackup !== null && memory !== null, dropsBackup: null, generated };
  }));
}

function onFile<T>(file: ClientFile, work: (text: string | null) => T, text: string | null): T {
  try {
    return work(text);
  } catch (error) {
    if (error instanceof BrokenText) throw new BrokenFile(file.path, error);
    throw error;
  }
}

/**
 * Makes the changes, the main file last when it comes to refer to the others and first when it ceases to. When one cannot be
 * made, those before it are taken back.
 * @throws Error what kept it from being done
 */
export async function apply(changes: readonly Change[], { files, memories }: Desk): Promise<void> {
  const disconnects = changes.every(({ memory }) => memory === null);
  const done: Change[] = [];
  try {
    for (const change of disconnects ? changes : changes.toReversed()) {
      done.push(change);
      await applyOne(change, files, memories);
    }
  } catch (error) {
    for (const { path, before, after } of done.toReversed()) {
      if ((await files.read(path).catch(() => null)) === after && before !== after) await put(path, before, files).catch(() => undefined);
    }
    throw error;
  }
}

async function applyOne({ path, before, after, mode, memory, makesBackup, dropsBackup }: Change, files: FilePort, memories: Memories): Promise<void> {
  if ((await files.read(path)) !== before) throw new Error(`${path} was changed by somebody else meanwhile; nothing was written. Try again`);
  if (makesBackup && memory?.backup != null) await files.copy(path, memory.backup);
  if (before !== after) await put(path, after, files, mode);
  if (memory !== null || (await memories.get(path)) !== null) await memories.set(path, memory);
  if (dropsBackup !== null) await files.remove(dropsBackup);
}

async function put(path: string, text: string | null, files: FilePort, mode?: number): Promise<void> {
  if (text === null) await files.remove(path);
  else await files.write(path, text, mode);
}
