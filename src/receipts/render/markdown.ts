/** Markdown that stays what it is, whatever a model or an upstream wrote into it. */

/** Joins table rows; a pipe or a line break inside a cell cannot open another one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Text as a code span: shown as it is, no mark-up, link, mention or HTML in it comes alive. The fence is longer than any
 * run of backticks inside. An empty text becomes a dash.
 */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '-';
  const longest = Math.max(0, ...(line.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Words of our own or of an error message: mark-up, HTML and mentions in them do not come alive. */
export const plain = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*[\]<|]|~(?!\/)|(?<!\w)_|_(?!\w)|&(?=#?\w+;)/gu, '\\$&')
    .replace(/@(?=\w)/gu, '@\u200b');

/** One line without control characters, those of terminals and of text direction included. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim();

/** An even run of backslashes before a pipe needs one more; with an odd run the pipe is escaped already. */
const cell = (text: string): string =>
  text.replace(/[\r\n]+/gu, ' ').replace(/(\\*)\|/gu, (_match, slashes: string) => (slashes.length % 2 === 0 ? `${slashes}\\|` : `${slashes}|`));
