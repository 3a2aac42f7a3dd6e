import assert from 'node:assert/strict';
import { apply, inspect, planToConnect, planToDisconnect } from '../../../src/clients/connect/connection.ts';
import { CLIENTS, didYouMean, findClient, nearestName } from '../../../src/clients/list.ts';
import type { Place } from '../../../src/clients/types.ts';
import { desk, endpoint, mainFile } from './support.ts';

const byId = (id: string) => {
  const client = findClient(id);
  assert.ok(client);
  return client;
};

describe('the agents', () => {
  it('are found by id, by name and by the name of their program', () => {
    assert.deepEqual(['codex', 'Claude Code', 'claude', 'VSCODE-chat', 'qwen code', 'cn'].map((name) => findClient(name)?.id), ['codex', 'claude-code', 'claude-code', 'vscode-chat', 'qwen', 'continue']);
    assert.equal(findClient('nobody'), undefined);
  });

  it('are guessed from a mistyped name, and not from one that is like none of them', () => {
    const ids = CLIENTS.map(({ id }) => id);
    assert.deepEqual(['opncode', 'Cursor', 'nope'].map((name) => nearestName(name, ids)), ['opencode', null, null]);
    assert.deepEqual([didYouMean('aidr', ids), didYouMean('nope', ids)], ['; did you mean `aider`?', '.']);
  });

  it('have names that are theirs alone', () => {
    assert.equal(new Set(CLIENTS.map(({ id }) => id)).size, CLIENTS.length);
  });

  for (const client of CLIENTS.filter(({ id }) => id !== 'generic')) {
    describe(client.title, () => {
      it('points at us once it is connected, and at nothing of ours afterwards', async () => {
        const at = desk();
        await apply(await planToConnect(client, endpoint(), at), at);
        const { state, baseUrl, model } = await inspect(client, endpoint(), at);
        assert.deepEqual([state, new URL(baseUrl ?? '').origin, model], ['connected', 'http://127.0.0.1:8787', 'openfusion/auto']);
        await apply(await planToDisconnect(client, endpoint(), at), at);
        assert.deepEqual(at.files.files, {});
      });

      it('can be told another model and another address later', async () => {
        const at = desk();
        await apply(await planToConnect(client, endpoint({ origin: 'http://127.0.0.1:9999' }), at), at);
        assert.equal((await inspect(client, endpoint(), at)).state, 'connected-elsewhere');
        await apply(await planToConnect(client, endpoint({ model: 'openfusion/coder' }), at), at);
        const { state, model } = await inspect(client, endpoint(), at);
        assert.deepEqual([state, model], ['connected', 'openfusion/coder']);
      });

      it('gets no token in its file, but the name of the variable or nothing', async () => {
        const at = desk({ env: { GATEWAY_TOKEN: 'the-secret-itself' } });
        const withToken = endpoint({ key: { kind: 'env', name: 'GATEWAY_TOKEN' } });
        await apply(await planToConnect(client, withToken, at), at);
        const texts = Object.values(at.files.files).join('\n');
        assert.doesNotMatch(texts, /the-secret-itself/);
        assert.doesNotMatch(texts, /(?:key|token)"?\s*[:=]\s*"?openfusion\b/i, 'no placeholder beside the token');
        assert.equal((await inspect(client, withToken, at)).state, 'connected');
        const steps = client.start(withToken, at.place).map(({ text, command = '' }) => `${text} ${command}`).join('\n');
        assert.match(steps, client.id === 'vscode-chat' ? /secret storage/ : /GATEWAY_TOKEN/);
        assert.doesNotMatch(steps, /the-secret-itself/);
      });

      it('tells how to start it', () => assert.ok(client.start(endpoint(), desk().place).length > 0));
    });
  }
});

describe('the configuration file', () => {
  const pathOf = (id: string, place: Partial<Omit<Place, 'exists'>> & { files?: Record<string, string> } = {}): string => mainFile(byId(id), desk(place).place).path;

  it('lies where the agent looks for it', () => {
    assert.deepEqual(Object.fromEntries(CLIENTS.filter(({ id }) => id !== 'generic').map(({ id }) => [id, pathOf(id)])), {
      'codex': '/home/me/.codex/config.toml',
      'claude-code': '/home/me/.claude/settings.json',
      'opencode': '/home/me/.config/opencode/opencode.json',
      'kilo': '/home/me/.config/kilo/kilo.json',
      'cline': '/home/me/.cline/data/settings/providers.json',
      'continue': '/home/me/.continue/config.yaml',
      'aider': '/home/me/.aider.conf.yml',
      'qwen': '/home/me/.qwen/settings.json',
      'crush': '/home/me/.config/crush/crush.json',
      'pi': '/home/me/.pi/agent/models.json',
      'litellm': '/work/litellm_config.yaml',
      'vscode-chat': '/home/me/.config/Code/User/chatLanguageModels.json',
    });
  });

  it('follows the variables that the agents know', () => {
    const moved: [id: string, name: string, value: string, path: string][] = [
      ['codex', 'CODEX_HOME', '/x', '/x/config.toml'],
      ['codex', 'CODEX_HOME', '~/x', '/home/me/x/config.toml'],
      ['claude-code', 'CLAUDE_CONFIG_DIR', '/x', '/x/settings.json'],
      ['opencode', 'XDG_CONFIG_HOME', '/x', '/x/opencode/opencode.json'],
      ['opencode', 'OPENCODE_CONFIG', '/x/o.json', '/x/o.json'],
      ['opencode', 'OPENCODE_CONFIG', 'o.json', '/work/o.json'],
      ['kilo', 'KILO_CONFIG', '/x/k.json', '/x/k.json'],
      ['cline', 'CLINE_DIR', '/x', '/x/data/settings/providers.json'],
      ['cline', 'CLINE_DATA_DIR', '/x', '/x/settings/providers.json'],
      ['cline', 'CLINE_PROVIDER_SETTINGS_PATH', '/x/p.json', '/x/p.json'],
      ['continue', 'CONTINUE_GLOBAL_DIR', '/x', '/x/config.yaml'],
      ['qwen', 'QWEN_HOME', '/x', '/x/settings.json'],
      ['crush', 'CRUSH_GLOBAL_CONFIG', '/x', '/x/crush.json'],
      ['pi', 'PI_CODING_AGENT_DIR', '/x', '/x/models.json'],
      ['litellm', 'CONFIG_FILE_PATH', '/x/l.yaml', '/x/l.yaml'],
      ['vscode-chat', 'VSCODE_PORTABLE', '/x', '/x/user-data/User/chatLanguageModels.json'],
      ['codex', 'CODEX_HOME', '', '/home/me/.codex/config.toml'],
    ];
    for (const [id, name, value, path] of moved) assert.equal(pathOf(id, { env: { [name]: value } }), path, `${id} ${name}`);
  });

  it('lies where Windows and macOS keep it', () => {
    const windows = { platform: 'win32' as const, home: 'C:\\Users\\me', cwd: 'C:\\work', env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' } };
    assert.deepEqual(['codex', 'opencode', 'vscode-chat', 'litellm'].map((id) => pathOf(id, windows)), [
      'C:\\Users\\me\\.codex\\config.toml', 'C:\\Users\\me\\.config\\opencode\\opencode.json', 'C:\\Users\\me\\AppData\\Roaming\\Code\\User\\chatLanguageModels.json', 'C:\\work\\litellm_config.yaml',
    ]);
    assert.equal(pathOf('vscode-chat', { platform: 'darwin', home: '/Users/me' }), '/Users/me/Library/Application Support/Code/User/chatLanguageModels.json');
  });

  it('is the one that is there already', () => {
    assert.equal(pathOf('opencode', { files: { '/home/me/.config/opencode/opencode.jsonc': '{}' } }), '/home/me/.config/opencode/opencode.jsonc');
    assert.equal(pathOf('continue', { files: { '/home/me/.continue/config.json': '{}' } }), '/home/me/.continue/config.json');
    assert.equal(pathOf('continue', { files: { '/home/me/.continue/config.json': '{}', '/home/me/.continue/config.yaml': 'a: 1' } }), '/home/me/.continue/config.yaml');
    assert.equal(pathOf('crush', { files: { '/home/me/.config/crush/crushrc': '' } }), '/home/me/.config/crush/crushrc');
    assert.equal(pathOf('vscode-chat', { files: { '/home/me/.config/VSCodium/User/settings.json': '' } }), '/home/me/.config/VSCodium/User/chatLanguageModels.json');
  });

  it('is the one that the user names, or the editor that asks', () => {
    assert.equal(pathOf('litellm', { file: '/srv/config.yaml' }), '/srv/config.yaml');
    assert.equal(pathOf('vscode-chat', { editorUserDir: '/x/User' }), '/x/User/chatLanguageModels.json');
  });
});
