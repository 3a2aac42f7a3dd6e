import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentTask } from './agent.ts';

const PACKAGE = { package: '@openai/codex', version: '0.169.0', wire: 'responses', bin: 'bin/codex.js', folder: 'codex' } as const;

/** Codex as it is without a model catalog: it edits by shell commands. */
export const codexAgent: Agent = {
  ...PACKAGE,
  name: 'codex',
  title: 'Codex',
  traceName: 'codex',
  editTool: 'exec_command',

  async configure(task) {
    await writeConfig(task, '');
    return [];
  },

  command,
};

/** Codex with a model catalog, which gives it the freeform `apply_patch` tool. */
export const codexCatalogAgent: Agent = {
  ...PACKAGE,
  name: 'codex-catalog',
  title: 'Codex with a model catalog',
  traceName: 'codex',
  editTool: 'apply_patch',

  async configure(task) {
    const file = join(task.home, '.codex', 'models.json');
    await writeConfig(task, `model_catalog_json = ${JSON.stringify(file)}\n`);
    await writeFile(file, JSON.stringify(catalog(task.model)));
    return [];
  },

  command,
};

function command({ apiKey, repo, prompt }: AgentTask) {
  return { args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--cd', repo, prompt], env: { OPENFUSION_API_KEY: apiKey } };
}

async function writeConfig({ home, baseURL, model }: AgentTask, more: string): Promise<void> {
  await mkdir(join(home, '.codex'), { recursive: true });
  const config = `model = ${JSON.stringify(model)}
model_provider = "openfusion"
check_for_update_on_startup = false
${more}
[analytics]
enabled = false

[feedback]
enabled = false

[model_providers.openfusion]
name = "OpenFusion"
base_url = ${JSON.stringify(baseURL)}
env_key = "OPENFUSION_API_KEY"
wire_api = "responses"
`;
  await writeFile(join(home, '.codex', 'config.toml'), config);
}

/** The fields without which Codex does not load it, and the one that brings the patch tool. */
function catalog(model: string): object {
  const entry = {
    slug: model, display_name: 'OpenFusion', description: 'Local router', visibility: 'list', supported_in_api: true, priority: 1,
    shell_type: 'shell_command', apply_patch_tool_type: 'freeform', truncation_policy: { mode: 'tokens', limit: 10_000 }, supports_parallel_tool_calls: true,
    context_window: 200_000, max_context_window: 200_000, supported_reasoning_levels: [], experimental_supported_tools: [], base_instructions: "You work in the user's repository.",
    support_verbosity: false, supports_reasoning_summaries: false, default_reasoning_level: null, input_modalities: ['text', 'image'],
  };
  return { models: [entry] };
}
