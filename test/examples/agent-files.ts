/**
 * The files below examples/agent-setup are what `openfusion connect` writes where nothing is yet, with the built-in configuration and a
 * home folder `/home/you`. A test compares;   node test/examples/agent-files.ts    writes them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { planConnect } from '../../src/clients/connect/plan.ts';
import { CLIENTS } from '../../src/clients/list.ts';
import { endpointFor } from '../../src/clients/models.ts';
import { loadConfig } from '../../src/config/find.ts';
import { modelEntries } from '../../src/gateway/model-entries.ts';
import { repoDir } from '../support/paths.ts';

export const SETUP_FOLDER = join(repoDir, 'examples', 'agent-setup');

/** The texts by their path in the folder; files that are ours altogether are left out. */
export async function agentFiles(): Promise<Map<string, string>> {
  const loaded = await loadConfig({ env: {}, cwd: null, configDir: '/nowhere', stateDir: '/nowhere' });
  if (!loaded.ok) throw new Error('the built-in configuration is not valid');
  const { host, port } = loaded.config.server;
  const endpoint = endpointFor({ origin: `http://${host}:${String(port)}`, model: 'openfusion/auto', listed: modelEntries(loaded.config, 0), key: { kind: 'placeholder' } });
  if (endpoint === null) throw new Error('there is no openfusion/auto');
  const place = { platform: 'linux' as const, env: {}, home: '/home/you', cwd: '/home/you/project', exists: () => false };
  const files = CLIENTS.flatMap((client) => client.files(endpoint, place).map(({ path, content }) => ({ path: join(client.id, basename(path)), content })));
  return new Map(files.filter(({ content }) => content.kind !== 'whole').map(({ path, content }) => [path, planConnect(null, content, null).text]));
}

if (import.meta.main) {
  for (const [path, text] of await agentFiles()) {
    await mkdir(dirname(join(SETUP_FOLDER, path)), { recursive: true });
    await writeFile(join(SETUP_FOLDER, path), text);
  }
}
