/** Agents whose gateway has moved: which ones they are, and what it takes for them to follow. */
import type { Json } from '../edit/data.ts';
import { isTable, sameData, valueAt } from '../edit/data.ts';
import { originOf } from '../endpoint.ts';
import { CLIENTS } from '../list.ts';
import { neutralEndpoint } from '../models.ts';
import type { Client, ClientFile } from '../types.ts';
import type { Change, Desk } from './connection.ts';
import { inspect, planToConnect } from './connection.ts';
import { readContent } from './plan.ts';
import type { Setting } from './setting.ts';
import { isOursIn } from './setting.ts';

/** Agents whose own configuration points at this origin by keys of ours; one whose file cannot be read is none. */
export async function clientsAt(origin: string, desk: Desk): Promise<Client[]> {
  const found = await Promise.all(CLIENTS.map(async (client) => ({ client, status: await inspect(client, neutralEndpoint(), desk) })));
  return found.filter(({ client, status: { baseUrl, path } }) => client.stop === undefined && path !== null && baseUrl !== null && originOf(baseUrl) === originOf(origin)).map(({ client }) => client);
}

/**
 * What pointing an agent at another origin would change: addresses of ours alone, its model and its key stay.
 * @throws BrokenFile
 */
export async function planToMove(client: Client, { from, to }: { from: string; to: string }, desk: Desk): Promise<Change[]> {
  const files: ClientFile[] = [];
  for (const file of client.files(neutralEndpoint(), desk.place)) {
    const text = await desk.files.read(file.path);
    files.push(...movedFile(file, text, { from, to }));
  }
  return planToConnect({ ...client, files: () => files }, neutralEndpoint(), desk);
}

interface Move { from: string; to: string }

/** The file as it is to be; none when no address of ours stands in it. */
function movedFile(file: ClientFile, text: string | null, move: Move): ClientFile[] {
  const { content } = file;
  const data = readContent(text, content);
  if (data === null || data === undefined) return [];
  switch (content.kind) {
    case 'whole': return [];
    case 'block': return moved(data, move) === data ? [] : [{ ...file, content: { kind: 'block', lines: moved(data, move) as string[] } }];
    case 'settings': {
      const settings = content.settings.flatMap((setting) => movedSetting(setting, data, move));
      return settings.length === 0 ? [] : [{ ...file, content: { ...content, settings } }];
    }
  }
}

function movedSetting(setting: Setting, root: unknown, move: Move): Setting[] {
  if (!isOursIn(setting, root)) return [];
  const value = valueAt(root, setting.path);
  const next = moved(value, move);
  return sameData(value, next) ? [] : [{ ...setting, value: next as Json }];
}

/** The same data with each address of the one origin at the other; the very same object when there is none. */
function moved(value: unknown, move: Move): unknown {
  if (typeof value === 'string') return movedText(value, move);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => moved(item, move));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isTable(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, moved(item, move)] as const);
  return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}

/** `localhost` is the same machine as `127.0.0.1`; what follows the port belongs to the path. */
const ADDRESS = /https?:\/\/[^\s/"'`?#]+/g;
const movedText = (text: string, { from, to }: Move): string => text.replaceAll(ADDRESS, (address) => (originOf(address) === originOf(from) ? to : address));
