/** For `trace.keepPrompts: "redacted"`: what looks like somebody's secret in the text of prompts and answers. */

/**
 * Shapes that vendors publish for their own keys, so that scanners find them, and the few general ones that are hardly ever
 * anything else. Only the group `secret` is replaced, where there is one.
 */
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  // OpenAI, Anthropic, OpenRouter, Stripe and many that follow them; GitHub, GitLab, Slack, npm, Hugging Face, Google, AWS.
  /\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|npm_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,})/g,
  /\b(?:AIza[\w-]{30,}|ya29\.[\w-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16})/g,
  // A signed token, wherever it stands.
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}/g,
  /\b(?:Bearer|Basic)\s+(?<secret>[\w.~+/=-]{12,})/gi,
  // A password in an address.
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:(?<secret>[^\s:/@]{1,200})@/gi,
  // An assignment to a name that says what it is.
  /\b[\w.-]{0,40}(?:passw(?:or)?d|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)\b["']?\s{0,3}[:=]\s{0,3}["']?(?<secret>[^\s"',;}{]{6,500})/gi,
];

/** The text with everything that looks like a secret replaced by `[redacted]`. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, pattern) => masked.replace(pattern, (...parts) => {
    const whole = String(parts[0]);
    const groups: unknown = parts.at(-1);
    const secret = typeof groups === 'object' && groups !== null && 'secret' in groups ? String(groups.secret) : whole;
    return secret.startsWith('[redacted') ? whole : whole.replace(secret, () => '[redacted]');
  }), text);
}

/** A copy of plain data with {@link maskSecrets} done to every string in it; its property names stay. */
export function maskSecretsDeep<T>(data: T): T {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return maskSecrets(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(copy);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  };
  // Only plain data comes here: what comes out has the same shape.
  return copy(data) as T;
}
