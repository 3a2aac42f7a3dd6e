import { evidenceText, extensionAt, note, noteLanguage, type Clues, type EvidenceKind } from './evidence.ts';
import { DIGIT, isWordChar, KIND } from './letters.ts';
import { lineFormsAt, type LineForm } from './line-forms.ts';

/** What the lines of a text show. */
export interface Lines extends Clues {
  listItems: number;
  /** Inside a code fence. */
  fenced: boolean;
  /** Characters of code fences and of lines that look like code. */
  pastedChars: number;
  /** Bit n: an option with the nth letter was seen. */
  options: number;
  firstOption: string;
  /** The last line that was code without being fenced, to see whether a function lacks its body. */
  lastCode: string;
}

const SPACE = 32, TAB = 9, BACKTICK = 96, TILDE = 126, HASH = 35, ASTERISK = 42, HYPHEN = 45, DOT = 46, PARENTHESIS = 41, OPENING = 40, UPPER_A = 65;
/** A line that is indented this far is code unless it ends like a sentence; with two blanks, if it ends like code. */
const CODE_INDENT = 4, HALF_INDENT = 2;
/** Evidence in which the names of files matter, so that its words are read also in pasted text. */
const NAMES_FILES: ReadonlySet<EvidenceKind> = new Set(['trace', 'compiler', 'failing', 'log']);

/** Reads one line for its form. Returns true when it is pasted code: its words then say nothing about what is asked. */
export function readLine(lines: Lines, text: string, from: number, to: number): boolean {
  let at = from, indent = 0, code = text.charCodeAt(at);
  while (at < to && (code === SPACE || code === TAB)) { indent += code === TAB ? CODE_INDENT : 1; code = text.charCodeAt(++at); }
  if (at === to) return true;
  if ((code === BACKTICK || code === TILDE) && text.startsWith(code === BACKTICK ? '```' : '~~~', at)) { readFence(lines, text, at + 3, to); return true; }
  if (!lines.fenced && from > 0) readItem(lines, text, at, to, indent, code);
  const forms = lineFormsAt(code), form = forms === undefined ? UNKNOWN : readForms(lines, forms, text, at, to);
  let named = form === NAMED;
  if (code === 97 && isFrame(text, at, to) || isNamedError(text, at, to, code)) { note(lines, 'trace', evidenceText(text, at, to)); named = true; }
  if (code === HASH || code === ASTERISK) readHeading(lines, text, at, to);
  if (!lines.fenced && !isCode(text, at, to, indent, code, form !== UNKNOWN)) { lines.lastCode = ''; return false; }
  lines.pastedChars += to - from;
  if (!lines.fenced) lines.lastCode = text.slice(at, Math.min(to, at + 200));
  return !named;
}

/** What is known of a line by how it begins; `NAMED` is evidence in which file names matter. */
const UNKNOWN = 0, KNOWN = 1, NAMED = 2;

function readForms(lines: Lines, forms: readonly LineForm[], text: string, at: number, to: number): number {
  let form = UNKNOWN;
  for (const { starts, kind, language, votes = 0, also } of forms) {
    if (!text.startsWith(starts, at) || (also !== undefined && !holds(text, also, at + starts.length, to))) continue;
    if (form === UNKNOWN) form = KNOWN;
    if (language !== undefined && votes > 0) noteLanguage(lines, language, votes, evidenceText(text, at, to), kind === undefined ? 'the form of code' : 'the form of a message');
    if (kind === undefined) continue;
    note(lines, kind, evidenceText(text, at, to));
    if (NAMES_FILES.has(kind)) form = NAMED;
  }
  return form;
}

function holds(text: string, part: string, from: number, to: number): boolean {
  const at = text.slice(from, Math.min(to, from + 300)).indexOf(part);
  return at >= 0;
}

/** The opening fence may name the language (```` ```python ````) or the file (```` ```src/a.py (1-20) ````). */
function readFence(lines: Lines, text: string, from: number, to: number): void {
  lines.fenced = !lines.fenced;
  if (!lines.fenced || from === to) return;
  let end = from;
  while (end < to && end - from < 120 && !isBlank(text.charCodeAt(end))) end++;
  const info = text.slice(from, end), language = FENCES.get(info.toLowerCase());
  if (language !== undefined) noteLanguage(lines, language, 2, `\`\`\`${info}`, 'a code fence');
  else if (info.toLowerCase() === 'diff' || info.toLowerCase() === 'patch') note(lines, 'diff', `\`\`\`${info}`);
  const dot = info.lastIndexOf('.');
  if (dot > 0) extensionAt(lines, text, from + dot + 1, end);
}

const FENCES: ReadonlyMap<string, string> = new Map(Object.entries({
  python: 'py python python3 pycon', javascript: 'js javascript jsx node', typescript: 'ts typescript tsx', java: 'java', kotlin: 'kotlin kt', swift: 'swift', go: 'go golang', rust: 'rust rs', c: 'c', 'c++': 'cpp c++ cc',
  'c#': 'cs csharp c#', ruby: 'rb ruby', php: 'php', scala: 'scala', dart: 'dart', elixir: 'elixir', haskell: 'haskell hs', lua: 'lua', r: 'r', julia: 'julia', shell: 'sh bash shell zsh console', powershell: 'powershell ps1', sql: 'sql mysql postgresql plsql',
  html: 'html vue', css: 'css scss', terraform: 'hcl terraform tf',
}).flatMap(([language, names]) => names.split(' ').map((name): [string, string] => [name, language])));

/** `- x`, `* x`, `1. x`, `2) x`; `A. x`, `(B) x`. */
function readItem(lines: Lines, text: string, at: number, to: number, indent: number, code: number): void {
  if (indent < CODE_INDENT && (code === HYPHEN || code === ASTERISK)) { if (text.charCodeAt(at + 1) === SPACE) lines.listItems++; return; }
  let i = at, c = code;
  if (KIND[c] === DIGIT && indent < CODE_INDENT) {
    while (KIND[c] === DIGIT) c = text.charCodeAt(++i);
    if ((c === DOT || c === PARENTHESIS) && text.charCodeAt(i + 1) === SPACE) lines.listItems++;
    return;
  }
  if (c === OPENING) c = text.charCodeAt(++i);
  const option = c - UPPER_A, after = text.charCodeAt(i + 1);
  if (option < 0 || option > 9 || !(after === DOT || after === PARENTHESIS || after === 0xff0e || after === 0x3001) || i + 2 >= to) return;
  if (lines.options === 0) lines.firstOption = evidenceText(text, at, to);
  lines.options |= 1 << option;
}

/** A bug report's headings: `### Steps to reproduce`, `**Expected behavior**`. */
function readHeading(lines: Lines, text: string, from: number, to: number): void {
  let at = from, code = text.charCodeAt(at);
  while (at < to && (code === HASH || code === ASTERISK || code === SPACE)) code = text.charCodeAt(++at);
  for (const { starts, kind } of lineFormsAt(code) ?? []) {
    if ((kind === 'report' || kind === 'contest') && text.startsWith(starts, at)) note(lines, kind, evidenceText(text, at, to));
  }
}

/** A frame of a stack as the JVM, .NET and JavaScript print it: `at a.b(C.java:4)`, `at f (x.js:1:2)`, `at A.B() in x.cs:line 3`. */
function isFrame(text: string, at: number, to: number): boolean {
  if (!text.startsWith('at ', at)) return false;
  let end = to;
  while (end > at && (isBlank(text.charCodeAt(end - 1)) || text.charCodeAt(end - 1) === PARENTHESIS)) end--;
  if (KIND[text.charCodeAt(end - 1)] !== DIGIT) return false;
  while (KIND[text.charCodeAt(end - 1)] === DIGIT) end--;
  return text.charCodeAt(end - 1) === 58 || text.startsWith(':line ', end - 6);
}

/** `IndexError: …`, `java.io.IOException: …` at the start of a line. */
function isNamedError(text: string, at: number, to: number, code: number): boolean {
  if (!isWordChar(code) || code >= 128) return false;
  let end = at;
  while (end < to && end - at < 80 && (isWordChar(text.charCodeAt(end)) || text.charCodeAt(end) === DOT)) end++;
  if (end - at < 8 || text.charCodeAt(end) !== 58) return false;
  return text.startsWith('Error', end - 5) || text.startsWith('Exception', end - 9);
}

const SENTENCE_ENDS = new Set(Array.from('.?!。？！', (char) => char.charCodeAt(0)));
const CODE_ENDS = new Set(Array.from(';{}),([:=>', (char) => char.charCodeAt(0)));

function isCode(text: string, at: number, to: number, indent: number, code: number, known: boolean): boolean {
  let end = to;
  while (end > at && isBlank(text.charCodeAt(end - 1))) end--;
  const last = text.charCodeAt(end - 1);
  if (known) return indent > 0 || last === 59 || last === 123 || last === 58 || last === 125;
  if (indent >= CODE_INDENT) return !SENTENCE_ENDS.has(last) && code !== HYPHEN && code !== ASTERISK;
  if (indent >= HALF_INDENT) return CODE_ENDS.has(last) && code !== HYPHEN && code !== ASTERISK && KIND[code] !== DIGIT;
  return last === 123 || code === 125 || (last === 59 && text.charCodeAt(end - 2) === PARENTHESIS);
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB || code === 13;
