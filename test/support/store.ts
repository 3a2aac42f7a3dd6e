/** A store on a folder, as the owner of a port has it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStore, type OwnedStore, type StoreConfig } from '../../src/store/create-store.ts';
import type { TraceRecord } from '../../src/trace/types.ts';
import { finishedTrace, sampleRecord } from './sample-trace.ts';

export interface TestStore extends OwnedStore {
  logs: string[];
  /** A moment later than all before. */
  nowMs: number;
  add(over: Partial<TraceRecord>): void;
  ids(): Promise<string[]>;
}

export const storeConfig = (over: Partial<StoreConfig> = {}): StoreConfig => ({ store: 'sqlite', keepPrompts: 'memory', maxTraces: 500, maxAgeDays: 14, sessionTtlMs: 86_400_000, redis: null, ...over });

/** Opened on a folder, or in memory alone when there is none. */
export function openStore(stateDir: string | null, over: Partial<StoreConfig> = {}): TestStore {
  const logs: string[] = [];
  const clock = { nowMs: Date.now() };
  const store = createStore({ config: storeConfig(over), nowMs: () => clock.nowMs, log: (level, message) => { logs.push(`${level}: ${message}`); } });
  if (stateDir !== null) store.open(stateDir);
  return Object.defineProperties(Object.create(store) as TestStore, {
    logs: { value: logs },
    nowMs: { get: () => clock.nowMs, set: (ms: number) => { clock.nowMs = ms; } },
    add: { value: (given: Partial<TraceRecord>) => { store.traces.put(finishedTrace(sampleRecord({ startedAtMs: clock.nowMs, ...given }))); } },
    ids: { value: async () => (await store.traces.list()).map(({ id }) => id) },
  });
}

/** The files below a folder in which one of these texts stands, as bytes; `file: text`. */
export async function filesWith(folder: string, ...texts: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    found.push(...texts.filter((text) => bytes.includes(text)).map((text) => `${entry.name}: ${text}`));
  }
  return found.sort();
}
