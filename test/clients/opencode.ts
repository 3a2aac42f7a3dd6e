import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentTask } from './agent.ts';

const PLATFORM = process.platform === 'win32' ? 'windows' : process.platform;

/** OpenCode. Its start script comes by a postinstall script, so the program of this platform is started itself. */
export const opencodeAgent: Agent = {
  name: 'opencode',
  title: 'OpenCode',
  traceName: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  wire: 'chat',
  // The build that asks least of the processor.
  bin: `../opencode-${PLATFORM}-${process.arch}${process.arch === 'x64' ? '-baseline' : ''}/bin/opencode`,
  native: true,
  editTool: 'edit',

  async configure(task) {
    await writeConfig(task, join('opencode', 'opencode.json'));
    return [];
  },

  command({ apiKey, model, prompt }) {
    const env = { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENFUSION_API_KEY: apiKey };
    return { args: ['run', '-m', `openfusion/${model}`, '--auto', prompt], env };
  },
};

/** Kilo's command line agent, which has grown out of OpenCode. */
export const kiloAgent: Agent = {
  name: 'kilo',
  title: 'Kilo Code',
  traceName: 'kilo',
  package: '@kilocode/cli',
  version: '7.7.7',
  wire: 'chat',
  bin: 'bin/kilo',
  editTool: 'edit',

  async configure(task) {
    await writeConfig(task, join('kilo', 'kilo.json'));
    return [];
  },

  command({ apiKey, model, prompt }) {
    const env = { KILO_DISABLE_MODELS_FETCH: '1', KILO_DISABLE_AUTOUPDATE: '1', KILO_DISABLE_LSP_DOWNLOAD: '1', KILO_TELEMETRY_LEVEL: 'off', OPENFUSION_API_KEY: apiKey };
    return { args: ['run', '-m', `openfusion/${model}`, '--auto', prompt], env };
  },
};

async function writeConfig({ home, baseURL, model }: AgentTask, path: string): Promise<void> {
  const file = join(home, '.config', path);
  await mkdir(join(file, '..'), { recursive: true });
  const provider = {
    npm: '@ai-sdk/openai-compatible', name: 'OpenFusion', options: { baseURL, apiKey: '{env:OPENFUSION_API_KEY}' },
    models: { [model]: { name: model, tool_call: true, limit: { context: 200_000, output: 32_000 } } },
  };
  const config = { provider: { openfusion: provider }, model: `openfusion/${model}`, small_model: `openfusion/${model}`, enabled_providers: ['openfusion'], autoupdate: false, share: 'disabled' };
  await writeFile(file, JSON.stringify(config));
}
