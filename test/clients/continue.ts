import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentTask } from './agent.ts';

const TELEMETRY_OFF = { CONTINUE_CLI_ENABLE_TELEMETRY: '0', CONTINUE_METRICS_ENABLED: '0', DO_NOT_TRACK: '1' };

/** Continue's command line agent, `cn`. */
export const continueAgent: Agent = {
  name: 'continue',
  title: 'Continue',
  traceName: 'continue',
  package: '@continuedev/cli',
  version: '1.5.47',
  wire: 'chat',
  bin: 'dist/cn.js',
  editTool: 'Edit',

  async configure(task) {
    const folder = join(task.home, '.continue');
    await mkdir(folder, { recursive: true });
    await writeFile(configFile(task), config(task));
    return [];
  },

  command(task) {
    // A CONTINUE_CLI_AUTO_UPDATED of a fresh start is unset, and then `cn` updates itself: here it must stay at its version.
    return { args: ['-p', '--auto', '--config', configFile(task), task.prompt], env: { ...TELEMETRY_OFF, CONTINUE_CLI_AUTO_UPDATED: 'true' } };
  },
};

function configFile({ home }: AgentTask): string {
  return join(home, '.continue', 'config.yaml');
}

function config({ baseURL, apiKey, model }: AgentTask): string {
  return `name: OpenFusion
version: 1.0.0
schema: v1
models:
  - name: OpenFusion Auto
    provider: openai
    model: ${JSON.stringify(model)}
    apiBase: ${JSON.stringify(baseURL)}
    apiKey: ${JSON.stringify(apiKey)}
    roles: [chat, edit, apply]
    capabilities: [tool_use]
    defaultCompletionOptions:
      contextLength: 200000
      maxTokens: 16000
`;
}
