import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliHome } from '../support/cli.ts';

const USER = '# mine\nmodel = "gpt-5.5" # best\n\n[tools]\nweb = true\n';

describe('the command line for agents', function () {
  this.timeout(60_000);
  let home: CliHome;
  beforeEach(async () => { home = await CliHome.create(); });
  afterEach(() => home.remove());

  const at = (path: string): string => join(home.dir, path);
  const put = async (path: string, text: string): Promise<string> => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    return at(path);
  };
  const read = (path: string): Promise<string> => readFile(at(path), 'utf8');
  const json = async <T>(args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await home.run([...args, '--json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  };

  it('connects an agent: shows the diff, keeps a backup, says what to do next, and takes it all back', async () => {
    const file = await put('.codex/config.toml', USER);
    await chmod(file, 0o640);
    const { code, stdout, stderr } = await home.run(['connect', 'codex']);
    assert.equal(code, 0, stderr);
    for (const line of [`--- ${file}`, '-model = "gpt-5.5" # best', '+model = "openfusion/auto" # best', '+base_url = "http://127.0.0.1:8787/v1"', `Wrote ${file} (as it was: ${file}.openfusion-backup)`, '  export OPENFUSION_API_KEY=openfusion', 'No gateway of yours runs yet: `openfusion serve` starts one, and so does VS Code with the extension.', 'Undo: openfusion disconnect codex']) {
      assert.ok(stdout.split('\n').includes(line), `${line}\nin\n${stdout}`);
    }
    assert.doesNotMatch(stdout, /base_instructions/, 'a generated file is not shown');
    assert.deepEqual([(await stat(file)).mode & 0o777, (await stat(`${file}.openfusion-backup`)).mode & 0o777], [0o640, 0o640]);
    assert.equal(await read('.codex/config.toml.openfusion-backup'), USER);

    const back = await home.run(['disconnect', 'codex']);
    assert.equal(back.code, 0, back.stderr);
    assert.match(back.stdout, /Codex no longer asks OpenFusion\./);
    assert.equal(await read('.codex/config.toml'), USER);
    assert.deepEqual(await readdir(at('.codex')), ['config.toml']);
    assert.equal((await stat(file)).mode & 0o777, 0o640);
  });

  it('prints the diff and writes nothing with --print', async () => {
    await put('.codex/config.toml', USER);
    const { stdout } = await home.run(['connect', 'codex', '--print']);
    assert.match(stdout, /^\+model_provider = "openfusion"$/m);
    assert.doesNotMatch(stdout, /Wrote|Undo/);
    assert.deepEqual([await read('.codex/config.toml'), await readdir(at('.codex'))], [USER, ['config.toml']]);
  });

  it('goes back with --undo too, even to a file that pointed here by hand', async () => {
    const byHand = 'model = "openfusion/auto"\nmodel_provider = "openfusion"\n\n[model_providers.openfusion]\nbase_url = "http://127.0.0.1:9999/v1"\n';
    await put('.codex/config.toml', byHand);
    await home.run(['connect', 'codex']);
    assert.equal((await home.run(['connect', 'codex', '--undo'])).code, 0);
    assert.equal(await read('.codex/config.toml'), byHand);
  });

  it('writes through a link and leaves it a link', async () => {
    const file = await put('dotfiles/codex.toml', USER);
    await mkdir(at('.codex'));
    await symlink(file, at('.codex/config.toml'));
    await home.run(['connect', 'codex']);
    assert.ok((await lstat(at('.codex/config.toml'))).isSymbolicLink());
    assert.match(await readFile(file, 'utf8'), /model_provider = "openfusion"/);
    await home.run(['disconnect', 'codex']);
    assert.ok((await lstat(at('.codex/config.toml'))).isSymbolicLink());
    assert.equal(await readFile(file, 'utf8'), USER);
    assert.deepEqual(await readdir(at('dotfiles')), ['codex.toml']);
  });

  it('makes the file that a link leads to, and takes it away again', async () => {
    await mkdir(at('.codex'));
    await symlink(at('later.toml'), at('.codex/config.toml'));
    await home.run(['connect', 'codex']);
    assert.match(await read('later.toml'), /model_provider = "openfusion"/);
    await home.run(['disconnect', 'codex']);
    await assert.rejects(read('later.toml'), /ENOENT/);
    assert.ok((await lstat(at('.codex/config.toml'))).isSymbolicLink());
  });

  it('leaves a broken file alone, and names it with its line', async () => {
    const file = await put('.codex/config.toml', 'model = "x"\nbroken = \n');
    const { code, stderr } = await home.run(['connect', 'codex']);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^openfusion: ${file}:2:\\d+: is not valid TOML: .*left as it is`));
    assert.deepEqual([await read('.codex/config.toml'), await readdir(at('.codex'))], ['model = "x"\nbroken = \n', ['config.toml']]);
  });

  it('leaves bytes alone that are no text', async () => {
    await mkdir(at('.codex'));
    await writeFile(at('.codex/config.toml'), Buffer.from([0x61, 0xff, 0x0a]));
    const { code, stderr } = await home.run(['connect', 'codex']);
    assert.deepEqual([code, /config\.toml is no UTF-8 text/.test(stderr)], [2, true]);
  });

  it('shows no key of the user, and keeps none but in the backup', async () => {
    await put('.aider.conf.yml', 'openai-api-key: sk-very-secret-0123456789\nmodel: gpt-5\n');
    const { stdout } = await home.run(['connect', 'aider']);
    assert.match(stdout, /^-openai-api-key: \[key\]$/m);
    const state = await readFile(join(home.stateDir, 'connections.json'), 'utf8');
    assert.doesNotMatch(stdout + state + await read('.aider.conf.yml'), /very-secret/);
    assert.equal((await stat(join(home.stateDir, 'connections.json'))).mode & 0o777, 0o600);
    await home.run(['disconnect', 'aider']);
    assert.match(await read('.aider.conf.yml'), /sk-very-secret/);
  });

  it('takes port, host and token from the configuration', async () => {
    await home.put('openfusion.config.json', { server: { port: 9123, token: '${env:GATEWAY_TOKEN}' } });
    const { code, stdout } = await home.run(['connect', 'opencode', '--config', 'openfusion.config.json'], { env: { GATEWAY_TOKEN: 'a-token-0123456789' } });
    assert.equal(code, 0);
    assert.match(await read('config/opencode/opencode.json'), /"options": \{ "baseURL": "http:\/\/127\.0\.0\.1:9123\/v1", "apiKey": "\{env:GATEWAY_TOKEN\}" \}/);
    assert.doesNotMatch(stdout, /a-token-0123456789/);
  });

  it('finds the gateway that runs, wherever it listens', async () => {
    const served = await home.start(['serve', '--dry-run', '--port', '0']);
    const [, origin = ''] = await served.waitFor(/listening on (\S+)/);
    assert.doesNotMatch((await home.run(['connect', 'qwen'])).stdout, /No gateway/);
    assert.match(await read('.qwen/settings.json'), new RegExp(`"baseUrl": "${origin}/v1"`));
    served.kill('SIGTERM');
    await served.ended;
    const { clients } = await json<{ clients: { id: string; state: string }[] }>(['connect', '--list']);
    assert.equal(clients.find(({ id }) => id === 'qwen')?.state, 'connected-elsewhere');
  });

  it('lists where each agent points', async () => {
    await put('.continue/config.yaml', 'name: x\nversion: 1.0.0\nschema: v1\n');
    await put('.qwen/settings.json', '{ broken');
    await home.run(['connect', 'claude-code', '--model', 'coder']);
    const { stdout } = await home.run(['connect', '--list']);
    assert.match(stdout, /^claude-code +connected +openfusion\/coder +http:\/\/127\.0\.0\.1:8787 /m);
    assert.match(stdout, /^continue +not-connected /m);
    assert.match(stdout, /^aider +not-found /m);
    assert.match(stdout, /^qwen +broken [^]*^qwen: .*settings\.json:1:\d+: is not valid JSON/m);
  });

  it('answers in JSON what it wrote', async () => {
    const facts = await json<{ base_url: string; written: boolean; changes: { path: string; action: string; backup: string | null; diff: string }[]; undo: string }>(['connect', 'pi']);
    assert.deepEqual([facts.base_url, facts.written, facts.undo], ['http://127.0.0.1:8787/v1', true, 'openfusion disconnect pi']);
    assert.deepEqual(facts.changes.map(({ path, action, backup }) => [path, action, backup]), [[at('.pi/agent/models.json'), 'created', null], [at('.pi/agent/settings.json'), 'created', null]]);
    assert.match(facts.changes[1]?.diff ?? '', /\+ {2}"defaultProvider": "openfusion"/);
    const back = await json<{ changes: { action: string }[] }>(['disconnect', 'pi']);
    assert.deepEqual(back.changes.map(({ action }) => action), ['removed', 'removed']);
  });

  it('writes where the user says', async () => {
    const file = await home.put('gateway/config.yaml', 'model_list: []\n');
    assert.equal((await home.run(['connect', 'litellm', '--file', 'gateway/config.yaml', '--url', 'https://fusion.example/v1', '--key-env', 'FUSION_TOKEN'])).code, 0);
    assert.match(await readFile(file, 'utf8'), /"api_base":"https:\/\/fusion\.example\/v1","api_key":"os\.environ\/FUSION_TOKEN"/);
    await home.run(['disconnect', 'litellm', '--file', 'gateway/config.yaml']);
    assert.equal(await readFile(file, 'utf8'), 'model_list: []\n');
  });

  it('prints lines for the shell for a program that it does not know', async () => {
    const { stdout } = await home.run(['connect', 'generic']);
    assert.match(stdout, /^ {2}export OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:8787\/v1$/m);
    assert.match((await home.run(['disconnect', 'generic'])).stdout, /^ {2}unset OPENAI_BASE_URL /m);
  });

  it('says that there is nothing to take out', async () => {
    await put('.codex/config.toml', USER);
    const { code, stdout } = await home.run(['disconnect', 'codex']);
    assert.deepEqual([code, stdout], [0, 'Nothing of OpenFusion is in the configuration of Codex.\n']);
    assert.equal(await read('.codex/config.toml'), USER);
  });

  it('refuses what it does not know, with the nearest name', async () => {
    for (const [args, message] of [
      [['connect', 'opncode'], /unknown client `opncode`; did you mean `opencode`\?/], [['connect'], /which client\? One of codex, /], [['adapter', 'aidr'], /did you mean `aider`\?/],
      [['connect', 'codex', '--model', 'codr'], /there is no model `openfusion\/codr`; did you mean `openfusion\/coder`\?/], [['connect', 'codex', '--url', 'ftp://x'], /--url: wrong value/],
      [['connect', 'codex', '--url', 'http://x/y'], /--url: wrong value/], [['connect', 'codex', '--key-env', 'sk-abc'], /--key-env: wrong value \(expected the name of an environment variable/],
      [['codex', 'use-role', 'codr'], /there is no role `codr`; did you mean `coder`\?/],
    ] as const) {
      const { code, stderr } = await home.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /sk-abc/);
    }
  });

  describe('adapter', () => {
    it('lists all agents without a name', async () => {
      const { stdout } = await home.run(['adapter']);
      for (const id of ['codex', 'claude-code', 'aider', 'vscode-chat', 'generic']) assert.match(stdout, new RegExp(`^${id} `, 'm'));
    });

    it('prints address, key, start-up, configuration and checks, and writes nothing', async () => {
      const { code, stdout } = await home.run(['adapter', 'codex']);
      assert.equal(code, 0);
      for (const text of ['base_url  http://127.0.0.1:8787/v1', 'api_key   openfusion', 'model     openfusion/auto', 'openfusion serve', '[model_providers.openfusion]', 'curl http://127.0.0.1:8787/v1/models', 'openfusion doctor --probe-url http://127.0.0.1:8787/v1', 'codex exec ', 'openfusion traces']) assert.ok(stdout.includes(text), `${text}\nin\n${stdout}`);
      assert.deepEqual((await readdir(home.dir)).filter((name) => name.startsWith('.')), []);
    });

    it('prints for every agent the very configuration that connect writes', async () => {
      for (const id of ['aider', 'continue', 'cline', 'crush', 'claude-code']) {
        const { files } = await json<{ files: { path: string; text: string }[] }>(['adapter', id]);
        await home.run(['connect', id]);
        for (const { path, text } of files) assert.equal(await readFile(path, 'utf8'), text, path);
      }
    });

    it('takes the start-up command\'s port from the address', async () => {
      const guide = await json<{ start: { command?: string }[]; base_url: string }>(['adapter', 'claude-code', '--url', 'http://127.0.0.1:9000']);
      assert.deepEqual([guide.base_url, guide.start[0]?.command], ['http://127.0.0.1:9000', 'openfusion serve --port 9000']);
    });
  });

  describe('codex', () => {
    it('switches between Auto, Fusion and roles, connecting where that is needed', async () => {
      await put('.codex/config.toml', USER);
      const mode = async (): Promise<string | null> => (await json<{ mode: string | null }>(['codex', 'status'])).mode;
      assert.equal(await mode(), null);
      for (const [args, wanted, model] of [[['enable-auto'], 'auto', 'openfusion/auto'], [['enable-fusion'], 'fusion', 'openfusion/fusion'], [['use-role', 'coder'], 'role coder', 'openfusion/coder']] as const) {
        const { code, stdout } = await home.run(['codex', ...args]);
        assert.equal(code, 0);
        assert.match(stdout, new RegExp(`Codex now asks OpenFusion at http://127\\.0\\.0\\.1:8787/v1 for ${model}\\.`));
        assert.equal(await mode(), wanted);
        assert.match(await read('.codex/config.toml'), new RegExp(`^model = "${model}" # best$`, 'm'));
      }
      await home.run(['disconnect', 'codex']);
      assert.equal(await read('.codex/config.toml'), USER);
    });

    it('tells where Codex points and what is missing', async () => {
      const before = await home.run(['codex', 'status']);
      assert.match(before.stdout, /^state +not-found$[^]*^`openfusion codex enable-auto` points it at OpenFusion\.$/m);
      await home.run(['connect', 'codex']);
      const { stdout } = await home.run(['codex', 'status']);
      assert.match(stdout, /^state +connected$[^]*^provider +openfusion$[^]*^model +openfusion\/auto$[^]*^mode +auto$[^]*^key_set +no$/m);
      assert.match(stdout, /Codex wants OPENFUSION_API_KEY to be set/);
      assert.match((await home.run(['codex', 'status'], { env: { OPENFUSION_API_KEY: 'x' } })).stdout, /^key_set +yes$/m);
    });

    it('prints a snippet that is what connect writes', async () => {
      const { stdout } = await home.run(['codex', 'snippet']);
      await home.run(['connect', 'codex']);
      assert.equal(await read('.codex/config.toml'), stdout);
    });
  });
});
