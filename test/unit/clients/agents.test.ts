import assert from 'node:assert/strict';
import { cline } from '../../../src/clients/cline.ts';
import { codex } from '../../../src/clients/codex.ts';
import { codexCatalog } from '../../../src/clients/codex-catalog.ts';
import { apply, inspect, planToConnect, planToDisconnect } from '../../../src/clients/connect/connection.ts';
import { planConnect } from '../../../src/clients/connect/plan.ts';
import { continueClient } from '../../../src/clients/continue.ts';
import { crush } from '../../../src/clients/crush.ts';
import { generic } from '../../../src/clients/generic.ts';
import { kilo } from '../../../src/clients/kilo.ts';
import { litellm } from '../../../src/clients/litellm.ts';
import { opencode } from '../../../src/clients/opencode.ts';
import { pi } from '../../../src/clients/pi.ts';
import { qwen } from '../../../src/clients/qwen.ts';
import type { Client } from '../../../src/clients/types.ts';
import { vscodeChat } from '../../../src/clients/vscode-chat.ts';
import { contentOf, desk, endpoint } from './support.ts';

const written = (client: Client, text: string | null = null, at = endpoint()): string => planConnect(text, contentOf(client, at), null).text;
const json = (text: string): unknown => JSON.parse(text);

describe('Codex', () => {
  it('gets a catalog beside its configuration with every model, so that it does not warn', () => {
    const { models } = json(codexCatalog(endpoint().models)) as { models: { slug: string; context_window: number; input_modalities: string[]; base_instructions: string }[] };
    assert.deepEqual(models.map(({ slug }) => slug), ['openfusion/auto', 'openfusion/fusion', 'openfusion/fast', 'openfusion/coder']);
    assert.deepEqual(models.map(({ input_modalities: modalities }) => modalities.length), [2, 2, 2, 1]);
    for (const { context_window: window, base_instructions: instructions } of models) assert.deepEqual([window, instructions.length > 500], [160_000, true]);
  });

  it('can do without the catalog', async () => {
    const at = desk();
    await apply(await planToConnect(codex, endpoint(), at), at);
    await apply(await planToConnect(codex, endpoint({ catalog: false }), at), at);
    assert.doesNotMatch(at.files.files['/home/me/.codex/config.toml'] ?? '', /model_catalog_json/);
    assert.equal((await inspect(codex, endpoint({ catalog: false }), at)).state, 'connected');
  });

  it('is given a path that TOML understands on Windows', async () => {
    const at = desk({ platform: 'win32', home: 'C:\\Users\\me' });
    await apply(await planToConnect(codex, endpoint(), at), at);
    assert.match(at.files.files['C:\\Users\\me\\.codex\\config.toml'] ?? '', /^model_catalog_json = "C:\\\\Users\\\\me\\\\\.codex\\\\openfusion-models\.json"$/m);
  });
});

describe('OpenCode and Kilo', () => {
  it('get a provider with all models, the chosen one and a cheap one for small things', () => {
    const config = json(written(opencode, null, endpoint({ model: 'openfusion/coder' }))) as { provider: { openfusion: { options: object; models: object } }; model: string; small_model: string };
    assert.deepEqual([config.model, config.small_model], ['openfusion/openfusion/coder', 'openfusion/openfusion/fast']);
    assert.deepEqual(config.provider.openfusion.options, { baseURL: 'http://127.0.0.1:8787/v1', apiKey: 'openfusion' });
    assert.deepEqual(Object.keys(config.provider.openfusion.models), ['openfusion/auto', 'openfusion/fusion', 'openfusion/fast', 'openfusion/coder']);
    assert.match(written(kilo), /"\$schema": "https:\/\/app\.kilo\.ai/);
  });

  it('warn where the provider is switched off', () => {
    assert.match(opencode.warnings?.([{ disabled_providers: ['openfusion'] }])[0] ?? '', /disabled_providers/);
  });
});

describe('Cline', () => {
  const theirs = '{\n  "version": 1,\n  "lastUsedProvider": "anthropic",\n  "modes": {},\n  "providers": {\n    "openai-compatible": {\n      "settings": { "provider": "openai-compatible", "apiKey": "sk-mine", "baseUrl": "https://relay.example" },\n      "updatedAt": "2026-01-02T03:04:05.000Z"\n    }\n  }\n}\n';
  const path = '/home/me/.cline/data/settings/providers.json';

  it('gets its one custom provider back, the key from the backup', async () => {
    const at = desk({ files: { [path]: theirs } });
    await apply(await planToConnect(cline, endpoint(), at), at);
    assert.doesNotMatch(at.files.files[path] ?? '', /sk-mine/);
    assert.doesNotMatch(JSON.stringify([...at.known.values()]), /sk-mine/, 'a key is remembered nowhere but in the backup');
    at.files.files[path] += '\n';
    await apply(await planToDisconnect(cline, endpoint(), at), at);
    assert.equal(at.files.files[path], `${theirs}\n`);
  });

  it('keeps its file to the user alone', async () => {
    const at = desk();
    await apply(await planToConnect(cline, endpoint(), at), at);
    assert.equal(at.files.modes[path], 0o600);
  });
});

describe('Continue', () => {
  it('gets our model in front, where it takes its default from', () => {
    assert.match(written(continueClient, 'models:\n  - name: mine\n'), /^models:\n {2}- name: OpenFusion Auto\n {4}provider: openai\n {4}model: openfusion\/auto\n[^]* {2}- name: mine\n$/);
  });

  it('can look at images only where the model can', () => {
    assert.match(written(continueClient), /- tool_use\n {6}- image_input\n/);
    assert.doesNotMatch(written(continueClient, null, endpoint({ model: 'openfusion/coder' })), /image_input/);
  });

  it('has its older form written where that one is in use', async () => {
    const path = '/home/me/.continue/config.json';
    const at = desk({ files: { [path]: '{\n  "models": []\n}\n' } });
    await apply(await planToConnect(continueClient, endpoint(), at), at);
    assert.deepEqual((json(at.files.files[path] ?? '') as { models: unknown[] }).models, [{
      title: 'OpenFusion Auto', provider: 'openai', model: 'openfusion/auto', apiBase: 'http://127.0.0.1:8787/v1', apiKey: 'openfusion', contextLength: 160_000, completionOptions: { maxTokens: 32_000 },
    }]);
  });
});

describe('Crush', () => {
  it('gets commands in its script where it has one', async () => {
    const path = '/home/me/.config/crush/crushrc';
    const at = desk({ files: { [path]: 'option debug true\n' } });
    await apply(await planToConnect(crush, endpoint(), at), at);
    const text = at.files.files[path] ?? '';
    assert.match(text, /^provider add openfusion --name OpenFusion --type openai-compat --base-url "http:\/\/127\.0\.0\.1:8787\/v1" --api-key "openfusion"$/m);
    assert.match(text, /^model large openfusion\/openfusion\/auto$/m);
    assert.deepEqual((await inspect(crush, endpoint(), at)).state, 'connected');
    await apply(await planToDisconnect(crush, endpoint(), at), at);
    assert.deepEqual(at.files.files, { [path]: 'option debug true\n' });
  });
});

describe('Qwen Code', () => {
  it('needs no variable of the shell, and none is in the way', () => {
    const config = json(written(qwen)) as { env: object; modelProviders: { openai: object[] } };
    assert.deepEqual(config.env, { OPENFUSION_API_KEY: 'openfusion' });
    assert.deepEqual(config.modelProviders.openai, [{ id: 'openfusion/auto', name: 'OpenFusion Auto', baseUrl: 'http://127.0.0.1:8787/v1', envKey: 'OPENFUSION_API_KEY', generationConfig: { contextWindowSize: 160_000 } }]);
  });

  it('keeps a sign-in of the user for later', async () => {
    const path = '/home/me/.qwen/settings.json';
    const theirs = '{\n  "security": { "auth": { "selectedType": "gemini" } }\n}\n';
    const at = desk({ files: { [path]: theirs } });
    await apply(await planToConnect(qwen, endpoint(), at), at);
    at.files.files[path] += '\n';
    await apply(await planToDisconnect(qwen, endpoint(), at), at);
    assert.equal(at.files.files[path], `${theirs}\n`);
  });
});

describe('pi', () => {
  it('reads its key from a variable, and sends the name where that is not set', () => {
    assert.equal((json(written(pi)) as { providers: { openfusion: { apiKey: string } } }).providers.openfusion.apiKey, 'OPENFUSION_API_KEY');
  });
});

describe('LiteLLM', () => {
  it('gets OpenFusion as one of its models', () => {
    assert.equal(written(litellm, 'model_list:\n  - model_name: mine\n    litellm_params:\n      model: x\n'), `model_list:
  - model_name: openfusion/auto
    litellm_params:
      model: openai/openfusion/auto
      api_base: http://127.0.0.1:8787/v1
      api_key: openfusion
  - model_name: mine
    litellm_params:
      model: x
`);
  });
});

describe('VS Code\'s own chat', () => {
  it('gets a custom endpoint whose input leaves room for the output', () => {
    const [group] = json(written(vscodeChat)) as { vendor: string; apiKey?: string; models: { id: string; url: string; maxInputTokens: number; maxOutputTokens: number }[] }[];
    assert.equal(group?.vendor, 'customendpoint');
    assert.equal('apiKey' in (group ?? {}), false);
    assert.deepEqual(group?.models[0], { id: 'openfusion/auto', name: 'OpenFusion Auto', url: 'http://127.0.0.1:8787/v1/chat/completions', toolCalling: true, vision: true, maxInputTokens: 128_000, maxOutputTokens: 32_000 });
  });

  it('keeps the groups of others', () => {
    const theirs = '[\n\t{ "name": "mine", "vendor": "customendpoint" }\n]\n';
    assert.deepEqual((json(written(vscodeChat, theirs)) as { name: string }[]).map(({ name }) => name), ['OpenFusion', 'mine']);
  });
});

describe('any other program', () => {
  it('is given lines for the shell and has no file', () => {
    const commands = (platform: NodeJS.Platform): (string | undefined)[] => generic.start(endpoint(), desk({ platform }).place).map(({ command }) => command);
    assert.deepEqual(generic.files(endpoint(), desk().place), []);
    assert.ok(commands('linux').includes('export OPENAI_BASE_URL=http://127.0.0.1:8787/v1'));
    assert.ok(commands('win32').includes('$env:ANTHROPIC_BASE_URL = "http://127.0.0.1:8787"'));
    assert.ok(generic.start(endpoint({ key: { kind: 'env', name: 'T' } }), desk().place).some(({ command }) => command === 'export OPENAI_API_KEY="$T"'));
  });
});
