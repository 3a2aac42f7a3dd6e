/** Names under which programs keep keys, with a value behind them; numbers of tokens are none. */
const NAMED = /((?:api[_-]?key|auth[_-]?token|access[_-]?token|token|secret|password|authorization|bearer)["']?\s*[:=]\s*["']?(?:Bearer\s+)?)([^\s"',}\]]+)/gi;
/** Keys that show what they are by how they begin. */
const KNOWN = /\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|hf|gsk|xai|AIza)[-_][\w-]{8,}/g;
/** References to a key, placeholders and numbers may be seen. */
const HARMLESS = /^(?:openfusion|any-key|\d+|true|false|null|[{$].*|os\.environ\/.*|[A-Z][A-Z0-9_]*)$/;

/** A diff of somebody's configuration without the keys in it: it may go to a terminal, a log or an issue. */
export function maskKeys(text: string): string {
  return text.replace(NAMED, (whole, name: string, value: string) => (HARMLESS.test(value) ? whole : `${name}[key]`)).replace(KNOWN, '[key]');
}
