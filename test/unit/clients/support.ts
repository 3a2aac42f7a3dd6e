import type { FilePort } from '../../../src/clients/connect/file-port.ts';
import type { StoredMemory } from '../../../src/clients/connect/memories.ts';
import type { Desk } from '../../../src/clients/connect/connection.ts';
import { endpointFor } from '../../../src/clients/models.ts';
import type { ListedModel } from '../../../src/clients/models.ts';
import type { ClientFile, Endpoint, Place } from '../../../src/clients/types.ts';
import type { FileContent } from '../../../src/clients/connect/plan.ts';
import type { Client } from '../../../src/clients/types.ts';

const listed = (name: string, images = true): ListedModel => ({
  id: `openfusion/${name}`, kind: ['auto', 'fusion'].includes(name) ? 'virtual' : 'role', description: `the ${name} one`, context_window: 160_000, max_output_tokens: null, capabilities: { images },
});
export const LISTED: readonly ListedModel[] = [listed('auto'), listed('fusion'), listed('fast'), listed('coder', false)];

/** The gateway at its usual address, asked for Auto, without a token. */
export function endpoint({ origin = 'http://127.0.0.1:8787', model = 'openfusion/auto', ...rest }: Partial<Omit<Endpoint, 'model'>> & { model?: string } = {}): Endpoint {
  const made = endpointFor({ origin, model, listed: LISTED, key: rest.key ?? { kind: 'placeholder' } });
  if (made === null) throw new Error(`no model ${model}`);
  return { ...made, ...rest };
}

/** Files in memory. */
export function playedFiles(files: Record<string, string> = {}): FilePort & { files: Record<string, string>; modes: Record<string, number | undefined> } {
  const modes: Record<string, number | undefined> = {};
  return {
    files, modes,
    exists: (path) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`) || file.startsWith(`${path}\\`)),
    read: (path) => Promise.resolve(files[path] ?? null),
    write(path, text, mode) {
      files[path] = text;
      modes[path] = mode;
      return Promise.resolve();
    },
    copy(from, to) {
      if (files[to] !== undefined) return Promise.reject(new Error(`${to} is there`));
      files[to] = files[from] ?? '';
      return Promise.resolve();
    },
    remove(path) {
      Reflect.deleteProperty(files, path);
      return Promise.resolve();
    },
  };
}

export type PlayedDesk = Desk & { files: ReturnType<typeof playedFiles>; known: Map<string, StoredMemory> };

/** A machine without anything but these files. */
export function desk({ files = {}, ...place }: Partial<Omit<Place, 'exists'>> & { files?: Record<string, string> } = {}): PlayedDesk {
  const played = playedFiles(files);
  const known = new Map<string, StoredMemory>();
  return {
    files: played, known,
    memories: {
      get: (path) => Promise.resolve(known.get(path) ?? null),
      set: (path, memory) => Promise.resolve(memory === null ? void known.delete(path) : void known.set(path, memory)),
    },
    place: { platform: 'linux', env: {}, home: '/home/me', cwd: '/work', exists: played.exists, ...place },
  };
}

/** The first file of an agent. */
export function mainFile(client: Client, where: Place = desk().place, at: Endpoint = endpoint()): ClientFile {
  const [file] = client.files(at, where);
  if (file === undefined) throw new Error(`${client.id} has no file`);
  return file;
}

export const contentOf = (client: Client, at: Endpoint = endpoint()): FileContent => mainFile(client, desk().place, at).content;
