import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Mint } from './mint.ts';
import { demand, shaped, unique } from './refusal.ts';

const cache = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional(), scope: z.string().optional() }).nullish();
const textBlock = z.strictObject({ type: z.literal('text'), text: z.string(), cache_control: cache, citations: z.unknown().optional() });
const mediaType = z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const imageSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('base64'), media_type: mediaType, data: z.base64() }),
  z.strictObject({ type: z.literal('url'), url: z.string().regex(/^https?:/, 'must be an http(s) address') }),
  z.strictObject({ type: z.literal('file'), file_id: z.string() }),
]);
const imageBlock = z.strictObject({ type: z.literal('image'), source: imageSource, cache_control: cache });
const documentBlock = z.looseObject({ type: z.literal('document'), source: z.looseObject({ type: z.string() }), cache_control: cache });
const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolId,
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, z.looseObject({ type: z.literal('tool_reference') })]))]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cache,
});
const toolUse = z.strictObject({ type: z.literal('tool_use'), id: toolId, name: z.string().min(1).max(200), input: z.record(z.string(), z.unknown()), cache_control: cache, caller: z.unknown().optional() });
const thinkingBlock = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) });
const redactedBlock = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });

const userContent = z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, toolResult]))]);
const assistantContent = z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, toolUse, thinkingBlock, redactedBlock]))]);
const systemContent = z.union([z.string(), z.array(textBlock)]);
const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: userContent }),
  z.strictObject({ role: z.literal('assistant'), content: assistantContent }),
  // Claude Code sends its later instructions so.
  z.strictObject({ role: z.literal('system'), content: systemContent }),
]);

const customTool = z.looseObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  input_schema: z.looseObject({ type: z.literal('object') }),
  cache_control: cache,
  function: z.undefined('Extra inputs are not permitted').optional(),
  parameters: z.undefined('Extra inputs are not permitted').optional(),
});
const serverTool = z.looseObject({ type: z.string().regex(/^(web_search|web_fetch|code_execution|bash|text_editor|computer|memory|tool_search_tool)/, 'Input tag does not match any of the expected tags'), name: z.string(), cache_control: cache });
const tokens = z.int().min(1);

const bodySchema = z.strictObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1, 'at least one message is required'),
  max_tokens: tokens,
  system: systemContent.optional(),
  tools: z.array(z.union([customTool, serverTool])).optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024), display: z.enum(['summarized', 'omitted']).nullish() }),
      z.strictObject({ type: z.literal('adaptive'), display: z.enum(['summarized', 'omitted']).nullish() }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .optional(),
  temperature: z.number().min(0).max(1, 'range: 0..1').optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string().regex(/\S/, 'each stop sequence must contain non-whitespace')).optional(),
  stream: z.boolean().optional(),
  metadata: z.strictObject({ user_id: z.string().max(512).nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  cache_control: cache,
  output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(), format: z.unknown().optional(), task_budget: z.unknown().optional() }).optional(),
  output_format: z.unknown().optional(),
  context_management: z.unknown().optional(),
  container: z.unknown().optional(),
  mcp_servers: z.unknown().optional(),
  inference_geo: z.unknown().optional(),
  speed: z.unknown().optional(),
  compaction: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
});
type Body = z.infer<typeof bodySchema>;
type Message = Body['messages'][number];
type Block = z.infer<typeof textBlock> | z.infer<typeof imageBlock> | z.infer<typeof documentBlock> | z.infer<typeof toolResult> | z.infer<typeof toolUse> | z.infer<typeof thinkingBlock> | z.infer<typeof redactedBlock>;

/** Refuses what Anthropic refuses of a request; `counting` is a request to count tokens, which has no `max_tokens`. */
export function checkMessages(body: Readonly<Record<string, unknown>>, headers: IncomingHttpHeaders, mint: Mint, counting = false): void {
  demand(headers['anthropic-version'] !== undefined, 'anthropic-version: header is required');
  demand(!counting || !('max_tokens' in body), 'max_tokens: Extra inputs are not permitted');
  const request = shaped(bodySchema, counting ? { ...body, max_tokens: Number.MAX_SAFE_INTEGER } : body);
  checkOptions(request);
  checkContents(request, mint);
  checkTurns(request);
}

function checkOptions({ max_tokens: maxTokens, thinking, temperature, tool_choice: choice, tools = [] }: Body): void {
  demand(choice === undefined || tools.length > 0, 'tool_choice: may only be specified while providing tools');
  demand(choice?.type !== 'tool' || tools.some(({ name }) => name === choice.name), `tool_choice: the tool is not among the tools`);
  unique(tools.map(({ name }) => String(name)), (name) => `tools: Tool names must be unique. (${name})`);
  if (thinking === undefined || thinking.type === 'disabled') return;
  demand(thinking.type !== 'enabled' || maxTokens > thinking.budget_tokens, '`max_tokens` must be greater than `thinking.budget_tokens`.');
  demand(temperature === undefined || temperature === 1, '`temperature` may only be set to 1 when thinking is enabled.');
  demand(choice === undefined || choice.type === 'auto' || choice.type === 'none', 'Thinking may not be enabled when tool_choice forces tool use.');
}

function checkContents({ messages, system, tools = [] }: Body, mint: Mint): void {
  const systemBlocks = typeof system === 'object' ? system : [];
  const all = messages.flatMap((message, at) => blocksOf(message).map((block) => ({ block, where: `messages.${at}` })));
  for (const { block, where } of [...systemBlocks.map((block) => ({ block: block as Block, where: 'system' })), ...all]) {
    if (block.type === 'text') demand(block.text.trim() !== '', `${where}: text content blocks must contain non-whitespace text`);
    if (block.type === 'thinking') demand(mint.verifies(block.signature, block.thinking), `${where}: Invalid \`signature\` in \`thinking\` block`);
    if (block.type === 'redacted_thinking') demand(mint.verifies(block.data, ''), `${where}: Invalid \`data\` in \`redacted_thinking\` block`);
    if (block.type === 'tool_result' && typeof block.content === 'object') {
      for (const part of block.content) if (part.type === 'text') demand(part.text !== '', `${where}: text content blocks must be non-empty`);
    }
  }
  const marked = [...systemBlocks, ...tools, ...all.map(({ block }) => block)].filter((entry) => 'cache_control' in entry && entry.cache_control != null).length;
  demand(marked <= 4, `A maximum of 4 blocks with cache_control may be provided. Found ${marked}.`);
  demand(tools.length > 0 || all.every(({ block }) => block.type !== 'tool_use' && block.type !== 'tool_result'), 'Requests which include `tool_use` or `tool_result` blocks must define tools.');
  unique(all.flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : [])), (id) => `messages: \`tool_use\` ids must be unique (${id})`);
}

function checkTurns({ messages, thinking }: Body): void {
  const turns = messages.filter(({ role }) => role !== 'system');
  demand(turns[0]?.role === 'user', 'messages: first message must use the "user" role');
  demand(turns.at(-1)?.role === 'user', 'This model does not support assistant message prefill. The conversation must end with a user message.');
  let called: string[] = [];
  // Messages of the same role in a row count as one.
  for (const [at, turn] of merged(turns).entries()) {
    const where = `messages.${at}`;
    demand(turn.blocks.length > 0, `${where}: all messages must have non-empty content except for the optional final assistant message`);
    const results = turn.blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    unique(results, (id) => `${where}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`);
    for (const id of results) demand(called.includes(id), `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`);
    const missing = called.filter((id) => !results.includes(id));
    demand(missing.length === 0, `${where}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`);
    const firstOther = turn.blocks.findIndex(({ type }) => type !== 'tool_result');
    demand(firstOther < 0 || turn.blocks.slice(firstOther).every(({ type }) => type !== 'tool_result'), `${where}: \`tool_result\` blocks must come before other content in a user message`);
    called = turn.blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  }
  if (thinking?.type === 'enabled') checkThinkingFirst(merged(turns));
}

/** In a running tool loop, which is one turn of the assistant's, its first message has to begin with the thinking that led to the loop. */
function checkThinkingFirst(turns: readonly MergedTurn[]): void {
  let at = turns.length - 1;
  while (at > 0 && turns[at]?.blocks.some(({ type }) => type === 'tool_result') === true) at -= 2;
  const first = turns[at + 1]?.blocks[0];
  demand(
    first === undefined || first.type === 'thinking' || first.type === 'redacted_thinking',
    `messages: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first?.type)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}

interface MergedTurn {
  readonly role: Message['role'];
  readonly blocks: Block[];
}

function merged(turns: readonly Message[]): MergedTurn[] {
  const all: MergedTurn[] = [];
  for (const turn of turns) {
    const last = all.at(-1);
    if (last?.role === turn.role) last.blocks.push(...blocksOf(turn));
    else all.push({ role: turn.role, blocks: [...blocksOf(turn)] });
  }
  return all;
}

function blocksOf({ content }: Message): Block[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content, cache_control: undefined, citations: undefined }];
}
