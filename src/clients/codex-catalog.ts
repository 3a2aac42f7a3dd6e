import { CODEX_INSTRUCTIONS } from './codex-instructions.ts';
import type { ClientModel } from './types.ts';

/**
 * A model catalog as Codex 0.169 loads it. All of these fields are wanted but the windows, modalities and tool types, which are
 * what the catalog is for.
 */
export function codexCatalog(models: readonly ClientModel[]): string {
  const entries = models.map(({ id, name, description, contextTokens, images }, index) => ({
    slug: id,
    display_name: name,
    description,
    visibility: 'list',
    supported_in_api: true,
    priority: index + 1,
    shell_type: 'shell_command',
    apply_patch_tool_type: 'freeform',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: true,
    context_window: contextTokens,
    max_context_window: contextTokens,
    supported_reasoning_levels: [],
    default_reasoning_level: null,
    supports_reasoning_summaries: false,
    support_verbosity: false,
    experimental_supported_tools: [],
    input_modalities: images ? ['text', 'image'] : ['text'],
    base_instructions: CODEX_INSTRUCTIONS,
  }));
  return `${JSON.stringify({ models: entries }, null, 2)}\n`;
}
