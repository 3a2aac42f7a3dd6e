import type { Agent } from './agent.ts';
import { writeInHome } from './write-in-home.ts';

const PACKAGE = { package: '@qwen-code/qwen-code', version: '0.24.4', traceName: 'qwen', bin: 'cli-entry.js', folder: 'qwen', editTool: 'edit' } as const;
const QUIET = { telemetry: { enabled: false }, privacy: { usageStatisticsEnabled: false }, general: { disableAutoUpdate: true, enableAutoUpdate: false } };

/** Qwen Code. */
export const qwenAgent: Agent = {
  ...PACKAGE,
  name: 'qwen',
  title: 'Qwen Code',
  wire: 'chat',
  connect: ['qwen'],
  prepare: (task) => writeInHome(task, '.qwen/settings.json', JSON.stringify(QUIET)),
  command: ({ apiKey, prompt }) => ({ args: ['--approval-mode', 'yolo', prompt], env: { OPENFUSION_API_KEY: apiKey } }),
};

/** Qwen Code as it speaks the Responses format, which `openfusion connect` does not set up. */
export const qwenResponsesAgent: Agent = {
  ...PACKAGE,
  name: 'qwen-responses',
  title: 'Qwen Code by Responses',
  wire: 'responses',

  prepare(task) {
    return writeInHome(task, '.qwen/settings.json', JSON.stringify({ ...QUIET, security: { auth: { selectedType: 'openai-responses' } }, model: { name: task.model } }));
  },

  command({ apiKey, baseURL, model, prompt }) {
    return { args: ['--auth-type', 'openai-responses', '-m', model, '--approval-mode', 'yolo', prompt], env: { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, OPENAI_MODEL: model } };
  },
};
