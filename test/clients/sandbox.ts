import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The file with the bug, the wrong line and the right one. */
export const SOURCE = 'add.js';
export const BUG = 'return a - b;';
export const FIX = 'return a + b;';

export const PROMPT =
  'The test in add.test.js fails. Fix the bug in add.js so that `node --test` passes. Do not change the test. When the test passes, say what you did.';

const TEST = `import test from 'node:test';
import assert from 'node:assert/strict';
import { add } from './add.js';

test('adds', () => {
  assert.equal(add(2, 3), 5);
});
`;

/** A temporary home and, beside it, a git repository with a failing test. */
export interface Sandbox {
  readonly home: string;
  readonly repo: string;
  /** The whole environment of a process in here: nothing of the developer's own gets in. */
  readonly env: Readonly<Record<string, string>>;
  /** What an agent has done: whether the source was changed, and whether the unchanged test passes now. */
  inspect(): Promise<{ fileChanged: boolean; testGreen: boolean }>;
  remove(): Promise<void>;
}

export async function createSandbox(name: string): Promise<Sandbox> {
  const root = await realpath(await mkdtemp(join(tmpdir(), `openfusion-${name}-`)));
  const [home, repo, temporary] = [join(root, 'home'), join(root, 'repo'), join(root, 'tmp')];
  for (const folder of [home, repo, temporary]) await mkdir(folder);
  const env = hermeticEnv(home, temporary);

  const source = `export function add(a, b) {\n  ${BUG}\n}\n`;
  await writeFile(join(repo, SOURCE), source);
  await writeFile(join(repo, 'add.test.js'), TEST);
  await writeFile(
    join(repo, 'package.json'),
    `${JSON.stringify({ name: 'adder', type: 'module', private: true, scripts: { test: 'node --test' } }, null, 2)}\n`,
  );
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '.'],
    ['commit', '--quiet', '-m', 'Add numbers'],
  ])
    await run('git', args, { cwd: repo, env });

  return {
    home,
    repo,
    env,
    async inspect() {
      const fileChanged = (await readFile(join(repo, SOURCE), 'utf8')) !== source;
      const testKept = (await readFile(join(repo, 'add.test.js'), 'utf8')) === TEST;
      const passed = await run(process.execPath, ['--test'], { cwd: repo, env, timeout: 30_000 }).then(
        () => true,
        () => false,
      );
      return { fileChanged, testGreen: testKept && passed };
    },
    // An agent that has just been ended may still be writing.
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

function hermeticEnv(home: string, temporary: string): Record<string, string> {
  return {
    HOME: home,
    TMPDIR: temporary,
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.invalid',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.invalid',
    // Agents phone home (updates, telemetry, model lists). Nothing listens on the discard port, so that fails at once; loopback is plain http.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  };
}
