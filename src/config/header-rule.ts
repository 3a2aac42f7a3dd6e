const SECRET_NAME = /auth|key|token|secret|cookie|passw|credential|signature/i;
const SECRET_VALUE = /^(bearer|basic|token)\s|^(sk|pk|rk|xai|gsk|ghp|gho|github_pat|hf|xox[abp])[-_]/i;
/** `${env:NAME}` or `${secret:NAME}` anywhere in a value. */
export const SECRET_REFERENCE = /\$\{(env|secret):([A-Za-z_][A-Za-z0-9_.-]*)\}/g;

/**
 * Says what is wrong with a configured header, or null. A header that carries a secret must do so by reference; plain
 * words (`x-title: My relay`) are fine. The message never repeats the value.
 */
export function headerIssue(header: string, value: string): string | null {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return 'must be one line of printable characters';
  const literal = value.replace(SECRET_REFERENCE, '');
  if (literal.includes('${')) return 'has a broken reference; write ${env:NAME} or ${secret:NAME}';
  const refers = literal !== value;
  if (!refers && (SECRET_NAME.test(header) || SECRET_VALUE.test(value))) return 'must be a reference, ${env:NAME} or ${secret:NAME}, never the secret itself';
  return null;
}
