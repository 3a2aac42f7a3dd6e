// `npm test`: installs what is missing, then runs every suite and ends with `N passed, N failed` over all of them.
//   node test/run.mjs [stage …]     only these stages, e.g. `unit gateway`; `check` = all that needs no editor
//   node test/run.mjs hostile --full [--seed N] [--fuzz MUTATIONS] [--soak SECONDS]     all of the hostile suite (`npm run test:hostile`); elsewhere its short form runs
// Runs on the machine's own Node until the dependencies are there; everything else runs on their Node 24.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const results = join(root, 'test-results', 'counts');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, OPENFUSION_TEST: '1' };

const { values: flags, positionals } = commandLine();
env.OPENFUSION_HOSTILE = flags.full ? 'full' : 'short';
for (const [flag, name] of [['seed', 'SEED'], ['fuzz', 'FUZZ'], ['soak', 'SOAK_S']]) if (flags[flag] !== undefined) env[`OPENFUSION_HOSTILE_${name}`] = flags[flag];

install();
process.exit(run(positionals));

function commandLine() {
  try {
    return parseArgs({ allowPositionals: true, options: { full: { type: 'boolean', default: false }, seed: { type: 'string' }, fuzz: { type: 'string' }, soak: { type: 'string' } } });
  } catch (error) {
    misused(`${error.message.split('. ')[0]}. Options: --full, --seed N, --fuzz MUTATIONS, --soak SECONDS`);
  }
}

function misused(message) {
  console.error(message);
  process.exit(2);
}

/** `npm ci` when the lockfile is newer than what is installed. */
function install() {
  const lock = join(root, 'package-lock.json'), mark = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs && existsSync(join(bin, 'node'))) return;
  console.log('Installing dependencies (npm ci)…');
  must('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts=false']);
}

function run(wanted) {
  const major = Number(spawnSync('node', ['-p', 'process.versions.node.split(".")[0]'], { env, encoding: 'utf8' }).stdout);
  if (major < 24) throw new Error(`the tests run on the node@24 dependency, but found Node ${major}; remove node_modules and run again`);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const mocha = (name, ...globs) => [name, 'mocha', ['--reporter', 'test/support/counting-reporter.cjs', '--reporter-option', `out=${join(results, `${name}.json`)}`, ...globs]];
  const check = [
    ['lint', 'eslint', ['.', '--max-warnings', '0']],
    ['types', 'tsc', ['--noEmit']],
    ['viewer types', 'tsc', ['--noEmit', '-p', 'src/viewer']],
    mocha('unit', 'test/unit/**/*.test.ts', 'test/bench/**/*.test.mjs'),
    mocha('gateway', 'test/gateway/**/*.test.ts'),
    mocha('hostile', 'test/hostile/**/*.test.ts'),
    mocha('sdk', 'test/sdk/**/*.test.ts'),
    mocha('package', 'test/package/**/*.test.ts'),
    mocha('viewer', 'test/viewer/**/*.test.ts'),
    mocha('examples', 'test/examples/**/*.test.ts'),
  ];
  const all = [...check, mocha('clients', 'test/clients/**/*.test.ts'), ['vscode', 'node', ['test/vscode/run.ts', '--results', join(results, 'vscode.json')]]];
  const unknown = wanted.filter((name) => name !== 'check' && !all.some(([stage]) => stage === name));
  if (unknown.length > 0) misused(`there is no stage ${unknown.join(', ')}. Stages: check, ${all.map(([name]) => name).join(', ')}`);
  const stages = wanted.length === 0 ? all : wanted.includes('check') ? check : all.filter(([name]) => wanted.includes(name));
  must('node', ['esbuild.mjs']);
  const failed = [];
  let passes = 0, failures = 0;
  const notes = [];
  for (const [name, command, args] of stages) {
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`);
    const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
    const counts = countsOf(name);
    passes += counts?.passed ?? (status === 0 ? 1 : 0);
    failures += counts?.failed ?? (status === 0 ? 0 : 1);
    // A run that broke without a failing test is a failure too.
    if (counts !== null && status !== 0 && counts.failed === 0) failures += 1;
    if (status !== 0) failed.push(error === undefined ? name : `${name} (${error.message})`);
    notes.push(...(counts?.notes ?? []));
  }
  console.log('');
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
  for (const note of notes) console.log(note);
  console.log(`${passes} passed, ${failures} failed`);
  return failures > 0 ? 1 : 0;
}

/** What a stage counted; null for a stage that is one check, like the lint. */
function countsOf(name) {
  const file = join(results, `${name}.json`);
  if (!existsSync(file)) return null;
  const parsed = JSON.parse(readFileSync(file, 'utf8'));
  return [parsed].flat().reduce((sum, { passed, failed, notes = [] }) => ({ passed: sum.passed + passed, failed: sum.failed + failed, notes: [...sum.notes, ...notes] }), { passed: 0, failed: 0, notes: [] });
}

function must(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
}
