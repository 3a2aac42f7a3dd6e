import { join } from 'node:path';
import type { StoreConfig } from '../../src/store/create-store.ts';
import { openStore as open, type TestStore } from './store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A state folder for each test of a suite, and stores on disk in it that are closed with it. Call it inside `describe`. */
export interface StoreFolder {
  /** The state folder; it is not there before a store was opened. */
  readonly dir: string;
  /** The database in it. */
  readonly file: string;
  openStore(over?: Partial<StoreConfig>): TestStore;
  /** Closes a store and opens one on what it left. */
  reopened(store: TestStore, over?: Partial<StoreConfig>): Promise<TestStore>;
}

export function useStoreFolder(): StoreFolder {
  let dir = '', remove: () => Promise<void>;
  const stores: TestStore[] = [];
  beforeEach(async () => {
    const folder = await temporaryFolder();
    ({ remove } = folder);
    dir = join(folder.path, 'state');
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await remove();
  });
  const openStore = (over: Partial<StoreConfig> = {}): TestStore => {
    const store = open(dir, over);
    stores.push(store);
    return store;
  };
  return {
    get dir() { return dir; },
    get file() { return join(dir, 'openfusion.db'); },
    openStore,
    async reopened(store, over = {}) {
      await store.close();
      return openStore(over);
    },
  };
}
