import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/find.ts';
import type { Where } from '../../src/config/find.ts';
import { ensurePrivateDir } from '../../src/config/state-dir.ts';
import { trustFile } from '../../src/config/trust-store.ts';

const redirecting = { upstream: { baseURL: 'https://relay.example/v1', apiKeyEnv: 'RELAY_KEY' }, fusion: { maxUpstreamCalls: 3 } };

describe('configuration files', () => {
  let root: string;
  let cwd: string;
  let where: Where;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'openfusion-config-')));
    cwd = join(root, 'work');
    where = { env: {}, cwd, configDir: join(root, 'config'), stateDir: join(root, 'state') };
    await mkdir(cwd);
    await mkdir(where.configDir);
  });
  afterEach(() => rm(root, { recursive: true }));

  const put = async (folder: string, value: unknown, name = 'openfusion.config.json'): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  };
  const load = async (more: Partial<Where> = {}) => {
    const loaded = await loadConfig({ ...where, ...more });
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded;
  };

  it('are not needed', async () => {
    const { source, standing, config } = await load();
    assert.deepEqual([source, standing, config.upstreams.default?.apiKeyEnv], ['built-in defaults', 'none', 'OPENROUTER_API_KEY']);
  });

  it('found in the working directory set policy only and say what was ignored', async () => {
    const path = await put(cwd, redirecting);
    const { config, standing, ignored, notes } = await load();
    assert.equal(standing, 'found');
    assert.equal(config.upstreams.default?.baseURL, 'https://openrouter.ai/api/v1');
    assert.equal(config.fusion.maxUpstreamCalls, 3);
    assert.deepEqual(ignored, ['upstream.baseURL', 'upstream.apiKeyEnv']);
    assert.ok(notes.some((note) => note.includes(`openfusion trust ${path}`)));
  });

  it('count in full once trusted, until an address changes', async () => {
    const path = await put(cwd, redirecting);
    const trusted = await trustFile(path, where.stateDir);
    assert.deepEqual(trusted, { ok: true, path, trusted: ['upstream.baseURL', 'upstream.apiKeyEnv'] });
    assert.equal((await load()).config.upstreams.default?.baseURL, 'https://relay.example/v1');
    await put(cwd, { ...redirecting, fusion: { maxUpstreamCalls: 4 } });
    assert.deepEqual([(await load()).standing, (await load()).config.fusion.maxUpstreamCalls], ['trusted', 4]);
    await put(cwd, { upstream: { ...redirecting.upstream, baseURL: 'https://evil.example/v1' } });
    assert.equal((await load()).config.upstreams.default?.baseURL, 'https://openrouter.ai/api/v1');
  });

  it('are trusted by their place too, not by their content alone', async () => {
    await trustFile(await put(where.configDir, redirecting, 'other.json'), where.stateDir);
    await put(cwd, redirecting);
    assert.equal((await load()).standing, 'found');
  });

  it('that are found leave traffic on the user’s own upstream', async () => {
    await put(where.configDir, { upstream: { baseURL: 'https://own.example/v1' }, fusion: { maxUpstreamCalls: 9 } });
    await put(cwd, redirecting);
    const { config } = await load();
    assert.deepEqual([config.upstreams.default?.baseURL, config.fusion.maxUpstreamCalls], ['https://own.example/v1', 3]);
  });

  it('in the user’s folder count in full', async () => {
    await put(where.configDir, `// mine\n${JSON.stringify(redirecting)}`, 'openfusion.config.jsonc');
    const { config, standing } = await load();
    assert.deepEqual([standing, config.upstreams.default?.baseURL], ['own', 'https://relay.example/v1']);
  });

  it('named by --config or OPENFUSION_CONFIG count in full, --config first', async () => {
    const a = await put(root, redirecting, 'a.json');
    const b = await put(root, {}, 'b.json');
    assert.deepEqual((await load({ configPath: a })).config.upstreams.default?.baseURL, 'https://relay.example/v1');
    assert.deepEqual((await load({ env: { OPENFUSION_CONFIG: a } })).source, a);
    assert.deepEqual((await load({ env: { OPENFUSION_CONFIG: a }, configPath: '../b.json' })).source, b);
  });

  it('in a folder that nobody asked to look into are not read', async () => {
    await put(cwd, redirecting);
    assert.equal((await load({ cwd: null })).standing, 'none');
  });

  it('that are named must exist', async () => {
    const loaded = await loadConfig({ ...where, configPath: 'nowhere.json' });
    assert.ok(!loaded.ok);
    assert.equal(loaded.errors[0]?.source, join(cwd, 'nowhere.json'));
    assert.match(loaded.errors[0].message, /named by --config/);
  });

  it('with errors are named with file, line and key', async () => {
    const path = await put(cwd, '{\n  "fusion": {\n    "maxUpstreamCall": 3\n  }\n}');
    const loaded = await loadConfig(where);
    assert.ok(!loaded.ok);
    assert.deepEqual([loaded.errors[0]?.source, loaded.errors[0]?.line, loaded.errors[0]?.path], [path, 3, 'fusion.maxUpstreamCall']);
  });

  it('are never read from .env', async () => {
    await put(cwd, 'OPENFUSION_CONFIG=./evil.json\n', '.env');
    await put(cwd, redirecting, 'evil.json');
    assert.equal((await load()).standing, 'none');
  });
});

describe('the state folder', () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'openfusion-state-'))));
  afterEach(() => rm(root, { recursive: true }));

  it('is for this user alone, and so is the record of trust', async function () {
    if (process.platform === 'win32') return this.skip();
    const dir = await ensurePrivateDir(join(root, 'a', 'openfusion'));
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
    await chmod(dir, 0o755);
    await ensurePrivateDir(dir);
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
    await writeFile(join(root, 'c.json'), JSON.stringify(redirecting));
    await trustFile(join(root, 'c.json'), dir);
    assert.equal((await stat(join(dir, 'trusted-configs.json'))).mode & 0o777, 0o600);
    assert.ok(!(await readFile(join(dir, 'trusted-configs.json'), 'utf8')).includes('relay.example'));
  });

  it('is refused when it is a link', async function () {
    if (process.platform === 'win32') return this.skip();
    await mkdir(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'link'));
    await assert.rejects(ensurePrivateDir(join(root, 'link')), /must be a folder, not a link/);
  });
});
