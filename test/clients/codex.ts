import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentTask } from './agent.ts';
import { writeInHome } from './write-in-home.ts';

const PACKAGE = {
  package: '@openai/codex', version: '0.169.0', traceName: 'codex', wire: 'responses', bin: 'bin/codex.js', folder: 'codex',

  prepare: (task: AgentTask) => writeInHome(task, '.codex/config.toml', '# the least of talk\ncheck_for_update_on_startup = false\n\n[analytics]\nenabled = false\n\n[feedback]\nenabled = false\n'),

  command: ({ apiKey, repo, prompt }: AgentTask) => ({
    args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--cd', repo, prompt], env: { OPENFUSION_API_KEY: apiKey },
  }),
} as const;

/** Codex without a model catalog: it edits by shell commands. */
export const codexAgent: Agent = { ...PACKAGE, name: 'codex', title: 'Codex without the catalog', editTool: 'exec_command', connect: ['codex', '--no-catalog'] };

/** Codex as `openfusion connect` leaves it: the catalog gives it the freeform `apply_patch` tool. */
export const codexCatalogAgent: Agent = { ...PACKAGE, name: 'codex-catalog', title: 'Codex', editTool: 'apply_patch', connect: ['codex'] };

/** Codex as it speaks over the WebSocket form of Responses. */
export const codexSocketAgent: Agent = {
  ...PACKAGE,
  name: 'codex-websocket',
  title: 'Codex by WebSocket',
  editTool: 'apply_patch',
  connect: ['codex'],
  socket: true,

  async adjust({ home }) {
    const file = join(home, '.codex', 'config.toml');
    const config = await readFile(file, 'utf8');
    await writeFile(file, config.replace('[model_providers.openfusion]\n', '[model_providers.openfusion]\nsupports_websockets = true\n'));
  },
};
