import { customAsFunction } from '../custom-tools.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import { fitToolName } from '../tool-names.ts';
import type { NeutralTool, RequestSettings } from '../wire.ts';
import type { Turn } from './turns.ts';

/** The tools of a request of another format. A history that calls tools wants some, so those that it calls stand in for none. */
export function toolBlocks(tools: readonly NeutralTool[], turns: readonly Turn[], dropped: readonly string[]): JsonObject[] {
  const blocks = new Map<string, JsonObject>();
  for (const tool of tools) {
    const { name, description, parameters, cacheControl } = tool.kind === 'custom' ? customAsFunction(tool) : tool;
    const fit = fitToolName(name);
    if (blocks.has(fit)) continue;
    blocks.set(fit, {
      name: fit, ...(description === undefined ? {} : { description }), input_schema: inputSchema(withoutKeywords(parameters, dropped)),
      ...(cacheControl == null ? {} : { cache_control: cacheControl }),
    });
  }
  if (blocks.size === 0) for (const name of calledNames(turns)) blocks.set(name, { name, input_schema: { type: 'object' } });
  return [...blocks.values()];
}

/** Must be an object's schema, without alternatives at its top: https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use */
function inputSchema(parameters: unknown): JsonObject {
  if (!isRecord(parameters)) return { type: 'object', properties: {} };
  const { anyOf: _any, oneOf: _one, allOf: _all, ...schema } = parameters;
  return { ...schema, type: 'object' };
}

const calledNames = (turns: readonly Turn[]): Set<string> =>
  new Set(turns.flatMap(({ content }) => content.flatMap(({ type, name }) => (type === 'tool_use' && typeof name === 'string' ? [name] : []))));

/** Null: as the model likes. Without tools there is nothing to choose. */
export function toolChoice({ toolChoice: choice, parallelToolCalls, tools }: Pick<RequestSettings, 'toolChoice' | 'parallelToolCalls' | 'tools'>, blocks: readonly JsonObject[], ours: boolean): JsonObject | null {
  if (blocks.length === 0) return null;
  if (ours || choice === 'none' || tools.length === 0) return { type: 'none' };
  const serial = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (choice === 'required') return { type: 'any', ...serial };
  if (typeof choice === 'object') {
    const name = fitToolName(choice.name);
    return blocks.some((block) => block['name'] === name) ? { type: 'tool', name, ...serial } : { type: 'auto', ...serial };
  }
  return choice === 'auto' || parallelToolCalls === false ? { type: 'auto', ...serial } : null;
}
