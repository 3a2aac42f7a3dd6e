import type { ErrorBody } from './error-body.ts';

/** What a provider says that it does not take of a request, or misses in it. */
export type Refusal =
  /** A top-level field; the first of `names` that the request has. `instead`: the name that it wants. */
  | { kind: 'field'; names: readonly string[]; instead: string | null }
  /** A key in the objects of a top-level field. */
  | { kind: 'inside'; field: string; key: string }
  | { kind: 'exclusive'; kept: string; other: string }
  /** Keywords of JSON Schema in tools' parameters. */
  | { kind: 'keywords'; keywords: readonly string[] }
  /** `reasoning_content` in the history: wanted and missed, or refused. */
  | { kind: 'reasoning_text'; wanted: boolean }
  /** Signed or encrypted reasoning that it did not mint, or cannot read any more. */
  | { kind: 'reasoning_items' }
  /** Gemini: calls in the history without a thought signature. */
  | { kind: 'call_extras' }
  | { kind: 'thinking'; takes: 'adaptive' | 'budget' }
  | { kind: 'system_turns' };

/** Fields that a request can do without. What is not here is never left out: the conversation, the tools, the form of the answer. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'temperature', 'top_p', 'top_k', 'top_a', 'min_p', 'stop', 'stop_sequences', 'seed', 'user', 'safety_identifier', 'verbosity', 'reasoning_effort', 'reasoning', 'thinking', 'enable_thinking', 'include_reasoning',
  'output_config', 'parallel_tool_calls', 'tool_choice', 'prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'service_tier', 'stream_options', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tool_calls',
  'metadata', 'include', 'store', 'truncation', 'background', 'context_management', 'cache_control', 'container', 'mcp_servers', 'speed', 'inference_geo', 'betas', 'fallbacks', 'diagnostics', 'client_metadata',
  'frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'n', 'modalities', 'prediction', 'web_search_options', 'provider', 'plugins', 'transforms', 'route', 'usage', 'session_id', 'trace', 'extra_body', 'chat_template_kwargs',
]);
/** Keys that a message or a tool is nothing without. */
const VITAL_KEYS: ReadonlySet<string> = new Set(['role', 'content', 'type', 'text', 'name', 'id', 'call_id', 'tool_call_id', 'tool_use_id', 'tool_calls', 'tool_use', 'tool_result', 'function', 'custom', 'arguments', 'input', 'output', 'source', 'image_url', 'data', 'url', 'parameters', 'input_schema', 'signature']);
const REFUSED = /unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|not (?:permitted|allowed|accepted)|extra inputs|does(?: not|n't) support|deprecated for|cannot be used|extraneous|invalid \w+: only/i;
const EXTRA_PATH = /([A-Za-z_][\w$]*(?:\.[\w$]+|\[\d+\])*): (?:extra inputs are not permitted|unexpected field|unknown field)/gi;
/** Groq's wording. */
const PROPERTY = /'([\w.]+)' : property '(\w+)' is unsupported/gi;

/** Reads them from an error. Empty when it is about something else. */
export function readRefusals({ text, param, paths }: Pick<ErrorBody, 'text' | 'param' | 'paths'>): Refusal[] {
  const special = readSpecial(text);
  if (special !== null) return [special];
  const google = readUnknownNames(text);
  if (google.length > 0) return google;
  const named = [...paths, ...[...text.matchAll(EXTRA_PATH)].map(([, path = '']) => path), ...[...text.matchAll(PROPERTY)].map(([, path = '', key = '']) => `${path}.${key}`)].flatMap(atPath);
  if (named.length > 0) return distinct(named);
  const keyword = /In context=\([^)]*\),\s*'([\w$]+)' is not (?:permitted|supported)/i.exec(text)?.[1];
  if (keyword !== undefined && keyword !== 'additionalProperties') return [{ kind: 'keywords', keywords: [keyword] }];
  return REFUSED.test(text) ? readNamed(text, param) : [];
}

function readSpecial(text: string): Refusal | null {
  if (/reasoning_content/i.test(text)) {
    if (/missing|must be (?:passed|provided|included|present)|required/i.test(text)) return { kind: 'reasoning_text', wanted: true };
    if (REFUSED.test(text)) return { kind: 'reasoning_text', wanted: false };
  }
  if (/missing a? ?[`'"]?thought_?signature/i.test(text)) return { kind: 'call_extras' };
  if (UNREADABLE.some((pattern) => pattern.test(text))) return { kind: 'reasoning_items' };
  if (/thinking\.type\.(?:enabled|disabled)\W+is not supported/i.test(text)) return { kind: 'thinking', takes: 'adaptive' };
  if (/adaptive thinking is not supported/i.test(text)) return { kind: 'thinking', takes: 'budget' };
  if (/role\W+system\W+(?:is )?not supported/i.test(text)) return { kind: 'system_turns' };
  const [, kept, other] = /[`'"](\w+)[`'"] and [`'"](\w+)[`'"] cannot both be/i.exec(text) ?? [];
  return kept !== undefined && other !== undefined ? { kind: 'exclusive', kept, other } : null;
}

const UNREADABLE: readonly RegExp[] = [
  /invalid [`'"]?signature[`'"]? in [`'"]?thinking/i, /thinking[`'"]?.{0,60}blocks?.{0,80}cannot be modified/i, /(?:invalid|corrupted) thought[ _]?signature/i,
  /invalid_encrypted_content|encrypted content.{0,80}could not be (?:verified|decrypted)/i, /of type 'reasoning' was provided without its required following item/i, /\bItem with id 'rs_\w+' not found/i,
];

/** Google's wording; what stands under `parameters` are keywords. */
function readUnknownNames(text: string): Refusal[] {
  const names = [...text.matchAll(/unknown name \\?"([\w$]+)\\?"(?: at '([^']+)')?/gi)].map(([, name = '', at = '']) => ({ name, at }));
  const keywords = [...new Set(names.filter(({ at }) => at.includes('parameters')).map(({ name }) => name))];
  const others = names.filter(({ at }) => !at.includes('parameters')).flatMap(({ name, at }) => atPath(at === '' || at === name ? name : `${at}.${name}`));
  return distinct([...(keywords.length === 0 ? [] : [{ kind: 'keywords' as const, keywords }]), ...others]);
}

/** `messages[1].tool_calls[0].extra_content`, `tools.0.custom.defer_loading`, `metadata`. */
function atPath(path: string): Refusal[] {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.').filter((step) => step !== '' && !/^\d+$/.test(step));
  const [field, ...rest] = steps;
  const key = rest.at(-1);
  if (field === undefined) return [];
  if (key === 'reasoning_content') return [{ kind: 'reasoning_text', wanted: false }];
  if (key === undefined) return OPTIONAL.has(field) ? [{ kind: 'field', names: [field], instead: null }] : [];
  return VITAL_KEYS.has(key) ? [] : [{ kind: 'inside', field, key }];
}

/** One field, named by `param` or in the words. What the provider offers in its place is no field that it refuses. */
function readNamed(text: string, param: string | null): Refusal[] {
  const instead = /use [`'"](\w+)[`'"] instead/i.exec(text)?.[1] ?? null;
  const words = text.replace(/(?:did you mean|use [`'"]|supported (?:values|parameters) are|expected one of|please).*$/is, '');
  if (param !== null && /[.[]/.test(param)) return atPath(param);
  const found = [
    ...(param === null ? [] : [param]),
    ...[...words.matchAll(/[`'"[(]([A-Za-z_]\w*)[`'")\]]/g), ...words.matchAll(/(?:parameters?|arguments?|fields?|property|supplied|on this model|invalid):? (?=([A-Za-z_]\w*))/gi), ...words.matchAll(/^\W*([a-z_]+) (?:is|does)\b/g)].map((match) => match[1] ?? ''),
  ];
  const names = [...new Set(found.flatMap((name) => [name, snake(name)]))].filter((name) => OPTIONAL.has(name));
  return names.length === 0 ? [] : [{ kind: 'field', names, instead: names.includes(instead ?? '') ? null : instead }];
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const distinct = (refusals: readonly Refusal[]): Refusal[] => [...new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
