import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentTask } from './agent.ts';

const PACKAGE = { package: '@qwen-code/qwen-code', version: '0.24.4', bin: 'cli-entry.js', folder: 'qwen', editTool: 'edit' } as const;

/** Qwen Code. */
export const qwenAgent: Agent = {
  ...PACKAGE,
  name: 'qwen',
  title: 'Qwen Code',
  traceName: 'qwen',
  wire: 'chat',
  configure: (task) => writeSettings(task, 'openai'),
  command: (task) => command(task, 'openai'),
};

/** Qwen Code as it speaks the Responses format. */
export const qwenResponsesAgent: Agent = {
  ...PACKAGE,
  name: 'qwen-responses',
  title: 'Qwen Code by Responses',
  traceName: 'qwen',
  wire: 'responses',
  configure: (task) => writeSettings(task, 'openai-responses'),
  command: (task) => command(task, 'openai-responses'),
};

async function writeSettings({ home, model }: AgentTask, auth: string): Promise<[]> {
  await mkdir(join(home, '.qwen'), { recursive: true });
  const settings = { security: { auth: { selectedType: auth } }, model: { name: model }, telemetry: { enabled: false }, privacy: { usageStatisticsEnabled: false }, general: { disableAutoUpdate: true, enableAutoUpdate: false } };
  await writeFile(join(home, '.qwen', 'settings.json'), JSON.stringify(settings));
  return [];
}

function command({ apiKey, baseURL, model, prompt }: AgentTask, auth: string) {
  const env = { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, OPENAI_MODEL: model };
  return { args: ['--auth-type', auth, '-m', model, '--approval-mode', 'yolo', prompt], env };
}
