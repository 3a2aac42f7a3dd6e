/** The shapes in which a key can turn up in bytes that leave: as it is, escaped, URL-encoded, or inside base64. */

/** Shorter values are not looked for: they would hit innocent text. Every provider's real keys are longer. */
const MIN_SECRET_CHARS = 8;

/** So much of a key's beginning gives most of it away: where a text was cut, that is masked like the whole. */
export const HEAD_CHARS = 16;

/** What local servers tell people to type where a key is wanted: published, hence no secrets, and words that answers may use. */
const PLACEHOLDERS = new Set(['lm-studio', 'lmstudio', 'not-needed', 'not-required', 'no-key-required', 'sk-no-key-required', 'placeholder', 'dummy-key', 'anything']);

/** All texts that give any of these secrets away; longest first, no doubles. */
export function secretForms(secretValues: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secretValues) {
    if (secret.length < MIN_SECRET_CHARS || PLACEHOLDERS.has(secret)) continue;
    for (const form of [secret, ...escaped(secret), ...urlEncoded(secret), ...insideBase64(secret)]) {
      if (form.length >= MIN_SECRET_CHARS) forms.add(form);
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** As it stands inside JSON, and inside JSON that is a text of JSON, as the arguments of tool calls are; some writers escape slashes too. */
function escaped(secret: string): string[] {
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const once = [inJson(secret), inJson(secret).replaceAll('/', '\\/')];
  return [...once, ...once.map(inJson)];
}

function urlEncoded(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const lowerHex = component.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [component, lowerHex, form];
}

/**
 * The part of the base64 text that depends on nothing but the secret, for each of its three places relative to the groups of
 * three bytes: so it is found in `base64(secret)` and in `base64("user:" + secret + "…")` alike. Both alphabets.
 */
function insideBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '');
    const mixedWithBefore = Math.ceil((before * 8) / 6);
    const mixedWithAfter = (before + bytes.length) % 3 === 0 ? 0 : 1;
    const core = text.slice(mixedWithBefore, text.length - mixedWithAfter);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
