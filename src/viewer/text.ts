/** Text that models wrote, made safe to look at: nothing invisible, nothing that turns the line around. */

/** Above this many characters or lines a text is folded. */
export const FOLD_CHARACTERS = 2400;
export const FOLD_LINES = 24;

/** C0 and C1 controls but tab and newline, and the bidirectional embeddings, overrides and isolates. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Makes control characters visible: `ESC` as its control picture, a bidirectional override as `⟨U+202E⟩`. */
export function visible(raw: string): string {
  return raw.replaceAll('\r\n', '\n').replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** The beginning of a long text, or null when it is short enough to be shown whole. */
export function folded(text: string): string | null {
  let end = Math.min(text.length, FOLD_CHARACTERS);
  let at = -1;
  for (let line = 0; line < FOLD_LINES; line += 1) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) break;
  }
  if (at !== -1) end = Math.min(end, at);
  // A few characters more are no reason to fold.
  if (text.length - end < 120 && !text.slice(end).trim().includes('\n')) return null;
  // Never cuts a surrogate pair in two.
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end).trimEnd();
}

/** A tool call's arguments: indented where they are JSON, else as the model wrote them. */
export function prettyArguments(written: string): string {
  try {
    const parsed: unknown = JSON.parse(written);
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : written;
  } catch {
    return written;
  }
}

/** One line of at most `length` characters. */
export function oneLine(raw: string, length: number): string {
  const line = visible(raw).replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}
