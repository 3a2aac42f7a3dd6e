import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CliHome } from '../support/cli.ts';
import { repoDir } from '../support/paths.ts';
import { startScriptedUpstream, status, text, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const KEY = 'sk-or-v1-Zq8W3xT5kP0mN7bV2cR9dL4fH6jG1';
/** Only the masked key: no run of its secret part. */
const SECRET = /Zq8W3x|T5kP0m|N7bV2c|R9dL4f/u;

describe('a key on the command line\'s ways out', function () {
  this.timeout(60_000);
  let home: CliHome;
  let upstream: ScriptedUpstream | null = null;
  beforeEach(async () => { home = await CliHome.create(); });
  afterEach(async () => {
    await home.remove();
    await upstream?.close();
    upstream = null;
  });

  const run = async (args: readonly string[], script: Reply, env: Record<string, string> = {}): Promise<string> => {
    await upstream?.close();
    upstream = await startScriptedUpstream({ script });
    const config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'RELAY_KEY' } });
    const { stdout, stderr } = await home.run([...args, '--config', config], { env: { RELAY_KEY: KEY, OPENFUSION_LOG: 'debug', ...env } });
    return `${stdout}\n${stderr}`;
  };

  it('is masked in answers, in pieces too, and in errors of the upstream', async () => {
    for (const [args, script] of [
      [['chat', 'What is the key?'], text(['It is sk-or-v1-Zq8W3xT5', 'kP0mN7bV2cR9', 'dL4fH6jG1.'])], [['chat', '--json', 'What is the key?'], text(KEY)],
      [['chat', 'x'], status(400, { message: `bad key ${KEY}` })], [['chat', '--json', 'x'], status(422, { message: `bad key ${KEY}` })],
    ] as const) {
      const out = await run(args, script);
      assert.match(out, /\[redacted/u, out);
      assert.doesNotMatch(out, SECRET);
    }
  });

  it('is masked where the user\'s own words hold it: in plans and in refusals', async () => {
    for (const args of [['route', '--json', `Explain ${KEY}`], ['chat', '--model', KEY, 'hello'], ['chat', '--model', `openfusion/${KEY}`, 'hello'], ['models', '--json', '--', KEY]]) {
      assert.doesNotMatch(await run(args, text('hello')), SECRET, args.join(' '));
    }
  });

  it('is masked in the doctor\'s report on an endpoint that repeats it', async () => {
    const out = await run(['doctor', '--real', '--format', 'markdown'], status(400, { message: `no such key: ${KEY}` }));
    assert.match(out, /\[redacted/u, out);
    assert.doesNotMatch(out, SECRET);
  });

  it('is masked in what is said of an error that nobody caught', async () => {
    const program = `
      import { processWorld } from ${JSON.stringify(join(repoDir, 'src/cli/world.ts'))};
      processWorld().keepSecret([${JSON.stringify(KEY)}]);
      setImmediate(() => { throw new Error('sent Bearer ${KEY}'); });
    `;
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', program], (error, _stdout, said) => { resolve({ code: error?.code, stderr: said }); });
    });
    assert.equal(code, 1);
    assert.match(stderr, /^openfusion: unexpected error: Error: sent Bearer \[redacted\]\n/u);
    assert.doesNotMatch(stderr, SECRET);
  });
});
