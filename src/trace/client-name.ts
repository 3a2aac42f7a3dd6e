/** Names the program behind a request from its `User-Agent`: first match wins, the special before the general. */
const CLIENTS: readonly (readonly [RegExp, string])[] = [
  [/^claude-cli\/|claude-code/i, 'claude-code'],
  [/^codex[_-]|^codex\//i, 'codex'],
  [/^opencode\//i, 'opencode'],
  [/kilo-?code/i, 'kilo'],
  [/roo-?code/i, 'roo'],
  [/\bcline\b/i, 'cline'],
  [/\bcontinue\b/i, 'continue'],
  [/^qwen-?code\//i, 'qwen'],
  [/^pi\/|pi-coding-agent/i, 'pi'],
  [/charm-crush/i, 'crush'],
  [/\baider\b/i, 'aider'],
  [/litellm/i, 'litellm'],
  [/githubcopilot/i, 'copilot'],
  [/^zed\//i, 'zed'],
  [/^openfusion/i, 'openfusion'],
  [/langchain/i, 'langchain'],
  // Continue bundles the OpenAI SDK; its minifier renamed the class that the SDK names itself by.
  [/^ls\/JS /, 'continue'],
  // Pi and many others send the SDK's own name and nothing else.
  [/^(Async)?OpenAI\/(JS|Python) /i, 'openai-sdk'],
  [/^(Async)?Anthropic\/(JS|Python) /i, 'anthropic-sdk'],
  // Cline sends only its SDK's name; of the agents that use this SDK it is the one that adds nothing and runs on Bun.
  [/^ai-sdk\/openai-compatible\/.*runtime\/bun/i, 'cline'],
  [/(^|\s)ai(-sdk)?\//i, 'ai-sdk'],
  [/^curl\//i, 'curl'],
  [/^python-(requests|httpx|urllib)|^python/i, 'python'],
  [/^(node|undici)\b/i, 'node'],
  [/^mozilla\//i, 'browser'],
];

/** A short name, e.g. `cline`, `continue`, `curl`; the agent's own product token when it is not known; `unknown` without one. */
export function clientName(userAgent: string): string {
  // Agents call many times in a row: the last name is nearly always the next one.
  if (userAgent !== last.userAgent) last = { userAgent, name: nameOf(userAgent) };
  return last.name;
}

let last = { userAgent: '', name: 'unknown' };

function nameOf(userAgent: string): string {
  const known = CLIENTS.find(([pattern]) => pattern.test(userAgent));
  if (known !== undefined) return known[1];
  const product = /^[A-Za-z0-9._-]{1,32}/.exec(userAgent.trim())?.[0];
  return product?.toLowerCase() ?? 'unknown';
}
