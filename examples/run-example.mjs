// Where an example's gateway is: the one that is named, else an `openfusion serve` of its own. Needs what `npm run build` makes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.js');

/** @param baseURL of a gateway that runs already, with `/v1`; without one a new one starts on any free port, on dry-run: no key, no model. */
async function gatewayAt(baseURL) {
  if (baseURL === undefined) return startGateway();
  if (!URL.canParse(baseURL)) throw new Error(`${baseURL} is no address; one is http://127.0.0.1:8787/v1`);
  const { href } = new URL(baseURL);
  return { baseURL: href.replace(/\/+$/, ''), origin: href.replace(/(\/v1)?\/*$/, ''), stop: async () => undefined };
}

async function startGateway() {
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run `npm run build` first');
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--dry-run'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  // The one line on stdout comes when it accepts requests, and not before.
  const origin = await new Promise((resolve, reject) => {
    child.on('error', reject);
    exited.then(([code]) => reject(new Error(`openfusion serve ended with ${code}: ${said.trim()}`)), reject);
    child.stderr.on('data', (text) => { said += text; });
    child.stdout.on('data', (text) => {
      said += text;
      const url = /OpenFusion listening on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { origin, baseURL: `${origin}/v1`, stop };
}

/** Runs an example: its error becomes one line and exit code 1, its gateway is stopped. */
export async function runExample(work) {
  let gateway;
  try {
    gateway = await gatewayAt(process.argv[2]);
    await work(gateway);
  } catch (error) {
    const why = error.cause?.code ?? error.cause?.message;
    console.error(error.message === 'fetch failed' ? `nothing answers at ${gateway.baseURL} (${why})` : error.message);
    process.exitCode = 1;
  } finally {
    await gateway?.stop();
  }
}
