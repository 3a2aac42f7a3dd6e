// `npm start`: OpenFusion in a real VS Code in the browser, on dry-run. An example, as it is the shortest way to see it work;
// plain JavaScript, as it has to run before anything is installed. Flags: --headless (no browser of yours), --no-browser (none).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repoDir = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(repoDir, 'node_modules/.bin/node');
const vsix = join(repoDir, '.cache/openfusion.vsix');

/** Runs a program here, its output shown; Ctrl-C reaches it as it reaches us. */
function run(command, args, { quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoDir, stdio: ['inherit', quiet ? 'pipe' : 'inherit', 'inherit'] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${output}\`${command} ${args.join(' ')}\` ended with ${code}`))));
  });
}

/** The machine's Node is enough to install the one that everything else runs on. */
async function continueOnOwnNode() {
  if (!existsSync(ownNode)) {
    console.log('Installing the dependencies (npm ci)');
    await run('npm', ['ci']);
  }
  process.on('SIGINT', () => undefined);
  await run(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}

async function start() {
  console.log('Building');
  await run(process.execPath, ['esbuild.mjs']);
  await mkdir(dirname(vsix), { recursive: true });
  await run(join(repoDir, 'node_modules/.bin/vsce'), ['package', '--no-dependencies', '-o', vsix], { quiet: true });
  const { showEditor } = await import('../test/support/vscode-server/show-editor.ts');
  const flag = process.argv[2];
  await showEditor({ vsix, showing: flag === '--headless' ? 'headless' : flag === '--no-browser' ? 'none' : undefined });
}

const enough = Number(process.versions.node.split('.')[0]) >= 24 && existsSync(ownNode);
try {
  await (enough ? start() : continueOnOwnNode());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
