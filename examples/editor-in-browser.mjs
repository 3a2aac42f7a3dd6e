// `npm start`: OpenFusion in a real VS Code in the browser, on dry-run. An example, as it is the shortest way to see it work;
// plain JavaScript, as it has to run before anything is installed. Flags: --headless (no browser of yours), --no-browser (none).
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repoDir = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(repoDir, 'node_modules/.bin/node');

/** Runs a program here, its output shown; Ctrl-C reaches it as it reaches us. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoDir, stdio: 'inherit' });
    const passOn = () => child.kill('SIGTERM');
    process.on('SIGTERM', passOn);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGTERM', passOn);
      if (code === 0) resolve();
      else reject(new Error(`\`${command} ${args.join(' ')}\` ended with ${code}`));
    });
  });
}

/** Whether the dependencies are there and no older than the lockfile. */
function isInstalled() {
  const installed = join(repoDir, 'node_modules/.package-lock.json');
  return existsSync(ownNode) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(repoDir, 'package-lock.json')).mtimeMs;
}

/** The machine's Node is enough to install the one that everything else runs on. */
async function continueOnOwnNode() {
  if (!isInstalled()) {
    console.log('Installing the dependencies (npm ci)');
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts=false']);
  }
  process.on('SIGINT', () => undefined);
  await run(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}

async function start() {
  console.log('Building');
  await run(process.execPath, ['esbuild.mjs']);
  const { showEditor } = await import('../test/support/vscode-server/show-editor.ts');
  const flag = process.argv[2];
  await showEditor({ showing: flag === '--headless' ? 'headless' : flag === '--no-browser' ? 'none' : undefined });
}

const enough = Number(process.versions.node.split('.')[0]) >= 24 && isInstalled();
try {
  await (enough ? start() : continueOnOwnNode());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
