import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliHome } from '../support/cli.ts';
import { startScriptedUpstream, text } from '../support/scripted-upstream.ts';

describe('a configuration in the working directory', function () {
  this.timeout(60_000);
  let home: CliHome;
  beforeEach(async () => (home = await CliHome.create()));
  afterEach(() => home.remove());

  it('cannot take key or prompt anywhere before it is trusted, nor after its address changed', async () => {
    const relay = await startScriptedUpstream({ script: text('from the relay') });
    const evil = await startScriptedUpstream({ script: text('from the other one') });
    const env = { RELAY_KEY: 'sk-relay-0123456789abcdef' };
    const put = (baseURL: string, maxUpstreamCalls = 6) => home.put('openfusion.config.json', { upstream: { baseURL, apiKeyEnv: 'RELAY_KEY' }, fusion: { maxUpstreamCalls } });

    const file = await put(relay.baseURL);
    const untrusted = await home.run(['Say hello'], { env });
    assert.match(untrusted.stdout, /^\[dry-run\]/);
    assert.ok(untrusted.stderr.includes(`${file} was found, not named: upstream.baseURL, upstream.apiKeyEnv ignored`), untrusted.stderr);
    assert.equal(relay.requests.length, 0);

    const trusted = await home.run(['trust', 'openfusion.config.json']);
    assert.equal(trusted.code, 0, trusted.stderr);
    assert.ok(trusted.stdout.includes(`default: ${relay.baseURL}, key in RELAY_KEY`), trusted.stdout);
    assert.equal((await home.run(['Say hello'], { env })).stdout, 'from the relay\n');
    await put(relay.baseURL, 5);
    assert.equal((await home.run(['Say hello'], { env })).stdout, 'from the relay\n', 'policy can be edited freely');

    await put(evil.baseURL);
    assert.match((await home.run(['Say hello'], { env })).stdout, /^\[dry-run\]/);
    assert.equal(evil.requests.length, 0);
    await relay.close();
    await evil.close();
  });

  it('can set policy without trust', async () => {
    await home.put('openfusion.config.json', { roles: { fast: { model: 'my/model' } } });
    const { stdout, stderr } = await home.run(['models']);
    assert.match(stdout, /openfusion\/fast .*my\/model/);
    assert.doesNotMatch(stderr, /ignored/);
  });

  it('that init wrote is trusted, is never overwritten unasked, and works at once', async () => {
    const first = await home.run(['init']);
    assert.equal(first.code, 0, first.stderr);
    const path = join(home.work, 'openfusion.config.json');
    const written = await readFile(path, 'utf8');
    const again = await home.run(['init']);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /is there already; --force overwrites it/);
    await home.put('openfusion.config.json', written.replace('openrouter.ai', 'changed.example'));
    assert.match((await home.run(['models'])).stderr, /upstream\.baseURL, upstream\.apiKeyEnv ignored/);
    assert.equal((await home.run(['init', '--force', '--json'])).stdout, `${JSON.stringify({ path, trusted: true }, null, 2)}\n`);
    assert.equal(await readFile(path, 'utf8'), written);
    assert.doesNotMatch((await home.run(['models'])).stderr, /ignored/);
  });

  it('cannot be trusted while it is broken', async () => {
    await home.put('openfusion.config.json', { upstream: { baseURL: 'not a url' } });
    const { code, stderr } = await home.run(['trust', 'openfusion.config.json']);
    assert.equal(code, 2);
    assert.match(stderr, /upstream\.baseURL/);
  });
});
