import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from './agent.ts';

/** Pi. */
export const piAgent: Agent = {
  name: 'pi',
  title: 'pi',
  traceName: 'openai-sdk',
  package: '@mariozechner/pi-coding-agent',
  version: '0.73.1',
  wire: 'chat',
  bin: 'dist/cli.js',
  editTool: 'edit',

  async configure({ home, baseURL, model }) {
    const folder = join(home, '.pi', 'agent');
    await mkdir(folder, { recursive: true });
    const provider = { baseUrl: baseURL, api: 'openai-completions', apiKey: 'OPENFUSION_API_KEY', models: [{ id: model, contextWindow: 200_000, maxTokens: 32_000 }] };
    await writeFile(join(folder, 'models.json'), JSON.stringify({ providers: { openfusion: provider } }));
    return [];
  },

  command({ apiKey, model, prompt }) {
    return { args: ['-p', '--offline', '--provider', 'openfusion', '--model', model, prompt], env: { OPENFUSION_API_KEY: apiKey } };
  },
};
