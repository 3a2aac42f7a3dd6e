import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { hiddenLine } from '../../src/cli/hidden-line.ts';
import type { World } from '../../src/cli/world.ts';
import { CliHome, type Ended } from '../support/cli.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const KEY = 'sk-kept-Zq8W3xT5kP0mN7bV2cR9dL4fH6jG1';

describe('openfusion key', function () {
  this.timeout(60_000);
  let home: CliHome, upstream: ScriptedUpstream, other: ScriptedUpstream | null, config: string, file: string;
  beforeEach(async () => {
    other = null;
    home = await CliHome.create();
    upstream = await startScriptedUpstream({ script: text('hello') });
    config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'RELAY_KEY', headers: { 'x-team': '${secret:TEAM}' } } });
    file = join(home.stateDir, 'secrets.json');
  });
  afterEach(async () => {
    await home.remove();
    await upstream.close();
    await other?.close();
  });
  const set = (name = 'RELAY_KEY', value = KEY, more: string[] = []): Promise<Ended> => home.run(['key', 'set', name, '--config', config, ...more], { stdin: `${value}\n` });
  const chat = (): Promise<Ended> => home.run(['chat', '--config', config, 'Say hello']);

  it('keeps a key from stdin in a file for this user alone, and it goes to its upstream', async () => {
    const kept = await set();
    assert.deepEqual([kept.code, kept.stdout], [0, `Kept RELAY_KEY for ${new URL(upstream.baseURL).origin} in ${file}\n`], kept.stderr);
    if (process.platform !== 'win32') assert.deepEqual([(await lstat(file)).mode & 0o777, (await lstat(home.stateDir)).mode & 0o777], [0o600, 0o700]);
    assert.equal((await chat()).stdout, 'hello\n');
    assert.equal(upstream.requests[0]?.headers.authorization, `Bearer ${KEY}`);
    assert.deepEqual((await readdir(home.stateDir)).filter((name) => name.startsWith('secrets')), ['secrets.json']);
  });

  it('never shows one: not in lists, not in what it prints', async () => {
    const team = 'team-0123456789abcdef';
    const said = [await set(), await set('TEAM', team, ['--json']), await home.run(['key', 'list']), await home.run(['key', 'list', '--json']), await chat()];
    for (const { stdout, stderr } of said) assert.ok(!`${stdout}${stderr}`.includes('Zq8W3x') && !`${stdout}${stderr}`.includes('0123456789'));
    assert.equal(said[2]?.stdout, `RELAY_KEY  ${new URL(upstream.baseURL).origin}\nTEAM       ${new URL(upstream.baseURL).origin}\n`);
    assert.equal(upstream.requests[0]?.headers['x-team'], team);
  });

  it('binds a key to the address that it was set for: a changed one asks again', async () => {
    await set();
    await set('TEAM', 'team-0123456789abcdef');
    other = await startScriptedUpstream({ script: text('mine now') });
    config = await home.put('relay.json', { upstream: { baseURL: other.baseURL, apiKeyEnv: 'RELAY_KEY', headers: { 'x-team': '${secret:TEAM}' } } });
    const moved = await chat();
    assert.match(moved.stderr, /RELAY_KEY was set for http:\/\/127\.0\.0\.1:\d+ and is not sent to upstream `default`; `openfusion key set RELAY_KEY` sets it for this address/u);
    assert.match(moved.stderr, /TEAM was set for/u);
    assert.match(moved.stdout, /^\[dry-run\]/u);
    assert.equal(other.requests.length, 0);
    await set();
    assert.equal((await chat()).stdout, 'mine now\n');
    assert.deepEqual([other.requests[0]?.headers.authorization, other.requests[0]?.headers['x-team']], [`Bearer ${KEY}`, undefined]);
  });

  it('asks no configuration that was merely found where a key may go', async () => {
    await home.put('openfusion.config.json', { upstream: { baseURL: 'https://evil.example/v1', apiKeyEnv: 'OPENROUTER_API_KEY' } });
    const kept = await home.run(['key', 'set', 'OPENROUTER_API_KEY', '--json'], { stdin: KEY });
    assert.deepEqual(JSON.parse(kept.stdout), { name: 'OPENROUTER_API_KEY', origins: ['https://openrouter.ai'] });
  });

  it('refuses a name that the configuration does not know, and what is no key', async () => {
    const unknown = await set('RELAY_KYE');
    assert.deepEqual([unknown.code, unknown.stderr], [2, 'openfusion: the configuration names no key RELAY_KYE; it names RELAY_KEY, TEAM\n']);
    for (const value of ['', 'two words', 'schlüssel']) assert.equal((await set('RELAY_KEY', value)).code, 2, value);
    assert.equal((await home.run(['key', 'set', 'RELAY_KEY', KEY, '--config', config])).code, 2);
    assert.deepEqual(await readdir(home.stateDir).catch(() => []), []);
  });

  it('keeps the secrets of the gateway itself too: its token', async () => {
    config = await home.put('token.json', { upstream: { baseURL: upstream.baseURL }, server: { port: 0, token: '${secret:TOKEN}' } });
    assert.match((await set('TOKEN', 'token-0123456789')).stdout, /^Kept TOKEN for this gateway itself in /u);
    const gateway = await home.start(['serve', '--config', config]);
    const [, origin = ''] = await gateway.waitFor(/listening on (\S+)/u);
    const ask = async (key: string): Promise<number> => (await fetch(`${origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    assert.deepEqual([await ask('anything'), await ask('token-0123456789')], [401, 200]);
    gateway.kill('SIGTERM');
    await gateway.ended;
  });

  it('forgets a key', async () => {
    await set();
    assert.equal((await home.run(['key', 'clear', 'RELAY_KEY'])).code, 0);
    assert.ok(!(await readFile(file, 'utf8')).includes('Zq8W3x'));
    assert.equal((await home.run(['key', 'clear', 'RELAY_KEY'])).code, 2);
    assert.match((await chat()).stdout, /^\[dry-run\]/u);
  });

  it('is refused, with what to do, when others may read the file, and nothing is called', async function () {
    if (process.platform === 'win32') this.skip();
    await set();
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      await chmod(file, mode);
      const { code, stderr } = await chat();
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`secrets\\.json: may be read by others \\(mode 0${mode.toString(8)}\\).*chmod 600`, 'u'));
    }
    assert.equal(upstream.requests.length, 0);
  });

  it('is refused when the file is a link or holds something else, and does not repeat what', async function () {
    if (process.platform === 'win32') this.skip();
    await set();
    await rename(file, `${file}.real`);
    await symlink(`${file}.real`, file);
    assert.match((await chat()).stderr, /secrets\.json: is a link/u);
    await rename(`${file}.real`, file);
    await writeFile(file, `{"version":1,"keys":{"RELAY_KEY":"${KEY}"}}`);
    const { code, stderr } = await chat();
    assert.equal(code, 2);
    assert.match(stderr, /is not what `openfusion key set` writes/u);
    assert.ok(!stderr.includes('Zq8W3x'));
  });

  it('takes what is typed without an echo, with corrections', async () => {
    const typed = Object.assign(new PassThrough(), { isTTY: true, modes: [] as boolean[], setRawMode(on: boolean) { this.modes.push(on); return this; } });
    const printed: string[] = [];
    const stderr = { write: (line: string) => { printed.push(line); return true; } };
    const line = hiddenLine({ stdin: typed, stderr } as unknown as World, 'KEY:');
    typed.write('sk-tyq\u007fp');
    typed.write('ed\r');
    assert.equal(await line, 'sk-typed');
    assert.deepEqual([typed.modes, printed], [[true, false], ['KEY:\n']]);
  });
});
