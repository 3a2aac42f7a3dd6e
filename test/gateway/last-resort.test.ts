import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { repoDir } from '../support/paths.ts';

const run = promisify(execFile);

describe('an error that nobody caught', () => {
  it('is logged, and ends neither the process nor what else it does', async () => {
    const program = `
      import { surviveErrors } from ${JSON.stringify(join(repoDir, 'src/gateway/last-resort.ts'))};
      surviveErrors((message) => console.log(message.split('\\n')[0]));
      Promise.reject(new Error('lost promise'));
      setImmediate(() => {
        setImmediate(() => console.log('still here'));
        throw new Error('thrown in a callback');
      });
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
    assert.deepEqual(stdout.trim().split('\n'), ['unexpected error, carried on: Error: lost promise', 'unexpected error, carried on: Error: thrown in a callback', 'still here']);
  });
});
