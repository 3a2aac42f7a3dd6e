/** What the APIs of well-known models want and refuse, as data. What is not here is learned from their 400s (`learned-quirks.ts`). */
import type { Quirks } from '../protocol/wire.ts';
import { mergeQuirks } from './merge-quirks.ts';

interface Entry {
  /** Host of the upstream's address; absent means any. */
  host?: RegExp;
  /** The model as the upstream names it, in lower case; absent means any. */
  model?: RegExp;
  quirks: Quirks;
  /** Where it is said. */
  source: string;
}

const OPENAI = /^api\.openai\.com$|\.openai\.azure\.com$|\.(?:cognitiveservices|services\.ai)\.azure\.com$/;
const OPENROUTER = /(?:^|\.)openrouter\.ai$/;
const GOOGLE = /^generativelanguage\.googleapis\.com$|aiplatform\.googleapis\.com$/;
const MOONSHOT = /(?:^|\.)(?:moonshot\.(?:cn|ai)|kimi\.com)$/;

/** Claude by what its API takes: `4-7` and `4.7` are the same, `4-20250514` is a date. */
const CLAUDE_WITHOUT_SAMPLING = /claude-(?:(?:opus|sonnet|haiku)-(?:4[-.][7-9](?!\d)|[5-9](?!\d))|fable|mythos)/;
const CLAUDE_4_6 = /claude-(?:opus|sonnet)-4[-.]6(?!\d)/;
const CLAUDE_OLDER = /claude-(?:2|3|instant|(?:opus|sonnet|haiku)-4(?![-.][6-9](?!\d)))/;
const CLAUDE_BEFORE_4_8 = /claude-(?:2|3|instant|(?:sonnet|haiku)-4|opus-4(?![-.][89](?!\d)))/;

/** Gemini: a word of Google's in place of a signature, for calls that another model made. */
export const UNSIGNED_CALL = { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } };

/** Later entries are laid over earlier ones. */
const TABLE: readonly Entry[] = [
  // OpenAI
  { host: OPENAI, quirks: { rename: { max_tokens: 'max_completion_tokens' } }, source: 'https://platform.openai.com/docs/api-reference/chat/create#chat_create-max_completion_tokens' },
  {
    host: OPENAI, model: /^(?:o[1-9]|gpt-5(?!\.|-chat))/,
    quirks: { drop: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'logit_bias'] },
    source: 'https://platform.openai.com/docs/guides/reasoning; from GPT-5.1 on they depend on the effort (https://developers.openai.com/api/docs/guides/latest-model#gpt-54-parameter-compatibility), so those are left to be learned',
  },
  { host: OPENAI, model: /^gpt-(?:[5-9]|\d\d)/, quirks: { customTools: true }, source: 'https://platform.openai.com/docs/guides/function-calling#custom-tools' },
  { host: OPENAI, model: /^gpt-5(?!\.)/, quirks: { efforts: ['minimal', 'low', 'medium', 'high'] }, source: 'https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort' },
  { host: OPENAI, model: /^gpt-5\.1/, quirks: { efforts: ['none', 'low', 'medium', 'high'] }, source: 'https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort' },
  { host: OPENAI, model: /^gpt-(?:5\.1-codex-max|5\.[2-9])/, quirks: { efforts: ['none', 'low', 'medium', 'high', 'xhigh'] }, source: 'https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort' },

  // Anthropic's models, on any upstream
  { model: /claude/, quirks: { cacheControl: true }, source: 'https://docs.litellm.ai/docs/completion/prompt_caching, https://openrouter.ai/docs/features/prompt-caching' },
  {
    model: CLAUDE_WITHOUT_SAMPLING, quirks: { thinking: 'adaptive', efforts: ['low', 'medium', 'high', 'xhigh', 'max'], drop: ['temperature', 'top_p', 'top_k'] },
    source: 'https://platform.claude.com/docs/en/about-claude/models/migration-guide, https://openrouter.ai/docs/cookbook/evaluate-and-optimize/model-migrations/claude-4-7',
  },
  { model: CLAUDE_4_6, quirks: { thinking: 'adaptive', efforts: ['low', 'medium', 'high', 'max'] }, source: 'https://openrouter.ai/docs/guides/guides/model-migrations/claude-4-6' },
  { model: CLAUDE_OLDER, quirks: { thinking: 'budget' }, source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html' },
  { model: /claude-(?:2|instant|3(?![-.]7))/, quirks: { thinking: 'none' }, source: 'https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking#supported-models' },
  { model: /claude-opus-4[-.]5(?!\d)/, quirks: { efforts: ['low', 'medium', 'high'] }, source: 'https://platform.claude.com/docs/en/build-with-claude/effort' },
  {
    model: /claude-(?:opus-4[-.][1-6]|(?:sonnet|haiku)-4[-.][56])(?!\d)/, quirks: { exclusive: [['temperature', 'top_p']] },
    source: 'https://github.com/BerriAI/litellm/issues/15097, https://github.com/open-webui/pipelines/pull/546',
  },
  { model: CLAUDE_BEFORE_4_8, quirks: { refusesSystemTurns: true }, source: 'https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages' },
  { model: /claude-3[-.]5/, quirks: { defaultMaxTokens: 8_192 }, source: 'https://docs.anthropic.com/en/docs/about-claude/models/overview' },
  { model: /claude-(?:2|instant|3-(?:opus|sonnet|haiku))/, quirks: { defaultMaxTokens: 4_096 }, source: 'https://docs.anthropic.com/en/docs/about-claude/models/overview' },

  // Models whose reasoning has to come back as text
  { host: /(?:^|\.)deepseek\.com$/, quirks: { replayReasoning: true, fillReasoning: true }, source: 'https://api-docs.deepseek.com/guides/thinking_mode' },
  { model: /deepseek.*(?:v3\.2|v[4-9]|reasoner)/, quirks: { replayReasoning: true }, source: 'https://api-docs.deepseek.com/guides/thinking_mode' },
  { model: /deepseek.*v[4-9]/, quirks: { fillReasoning: true }, source: 'https://github.com/anomalyco/opencode/issues/24722' },
  { model: /kimi-(?:k2(?:\.[5-9]|p[5-9]|-thinking)|k[3-9]|thinking|for-coding)/, quirks: { replayReasoning: true, fillReasoning: true }, source: 'https://platform.moonshot.cn/docs/guide/use-kimi-k2-thinking-model, https://github.com/MoonshotAI/kimi-cli/issues/2141' },
  { host: MOONSHOT, model: /kimi-(?:k2\.[5-9]|k[3-9])/, quirks: { drop: ['temperature', 'top_p'] }, source: 'https://github.com/CherryHQ/cherry-studio/pull/12731, https://github.com/Warma10032/VideoAdGuard/issues/34' },
  { model: /minimax-m[2-9]/, quirks: { replayReasoning: true }, source: 'https://docs.vllm.ai/en/v0.17.1/features/interleaved_thinking/' },
  { model: /glm-(?:4\.[5-9]|[5-9])/, quirks: { replayReasoning: true }, source: 'https://docs.z.ai/guides/capabilities/thinking-mode' },
  { host: /(?:^|\.)(?:dashscope|dashscope-intl)\.aliyuncs\.com$/, model: /qwen3|qwq/, quirks: { replayReasoning: true }, source: 'https://github.com/adolfousier/opencrabs/issues/725' },

  // Hosts that refuse what others do not know and ignore
  { host: /(?:^|\.)groq\.com$/, quirks: { replayReasoning: false, fillReasoning: false }, source: 'https://github.com/tashfeenahmed/freellmapi/issues/1070' },
  {
    host: /(?:^|\.)mistral\.ai$/,
    quirks: { replayReasoning: false, fillReasoning: false, rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' }, drop: ['prompt_cache_key', 'verbosity', 'service_tier', 'user', 'store'] },
    source: 'https://docs.mistral.ai/api, https://github.com/charmbracelet/crush/issues/1590, https://github.com/editor-code-assistant/eca/issues/231',
  },
  {
    host: GOOGLE,
    quirks: {
      drop: ['prompt_cache_key', 'verbosity', 'top_k', 'reasoning', 'store'],
      dropSchemaKeywords: ['$schema', '$id', '$comment', 'additionalProperties', 'propertyNames', 'patternProperties', 'exclusiveMinimum', 'exclusiveMaximum', 'const', 'examples'],
    },
    source: 'https://github.com/openswarm-ai/openswarm/issues/24, https://github.com/zed-industries/zed/issues/44875, https://github.com/AstrBotDevs/AstrBot/issues/7572, https://github.com/MinLL/SkyrimNet-GamePlugin/issues/77',
  },
  { host: GOOGLE, model: /gemini-(?:[3-9]|\d\d)/, quirks: { callExtras: UNSIGNED_CALL }, source: 'https://ai.google.dev/gemini-api/docs/thought-signatures' },

  // OpenRouter translates for the models behind it
  { host: OPENROUTER, quirks: { efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] }, source: 'https://openrouter.ai/docs/guides/best-practices/reasoning-tokens' },
  { host: OPENROUTER, model: /^(?:anthropic|google|qwen)\//, quirks: { cacheControl: true }, source: 'https://openrouter.ai/docs/features/prompt-caching' },
];

/** What is known of a model behind an address. `host` as a URL has it. */
export function quirksFor(host: string, model: string): Quirks {
  const id = model.toLowerCase();
  return TABLE.filter((entry) => (entry.host?.test(host) ?? true) && (entry.model?.test(id) ?? true)).reduce<Quirks>((all, { quirks }) => mergeQuirks(all, quirks), {});
}
