/** A window's gateway as a process of its own: `CONFIG_FILE`. Each of its states is a JSON line; it closes on SIGTERM as a window does. */
import { join } from 'node:path';
import { GatewayHost, spawnThread } from '../../src/gateway/host.ts';
import { repoDir } from './paths.ts';

const [configFile] = process.argv.slice(2);
if (configFile === undefined) throw new Error('usage: CONFIG_FILE');
const host = new GatewayHost({ spawn: spawnThread(join(repoDir, 'src/gateway/worker.ts')) });
host.on('state', ({ state }) => process.stdout.write(`${JSON.stringify(state)}\n`));
host.on('log', ({ level, message }) => { if (level === 'error') process.stderr.write(`${message}\n`); });
process.once('SIGTERM', () => { void host.stop(2_000).then(() => process.exit(0)); });
await host.start({
  config: {}, configSource: 'settings', configFile, workspaceFolder: null, secrets: {}, secretOrigins: {}, forceDryRun: false,
  version: '0.0.0-test', stateDir: null, mode: { kind: 'auto' },
});
