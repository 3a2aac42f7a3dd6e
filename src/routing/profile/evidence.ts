import type { Domain, Skill } from '../types.ts';
import { isWordChar } from './letters.ts';

/** What the form of a text can show, whatever tongue its words are in. */
export type EvidenceKind =
  | 'trace' | 'compiler' | 'failing' | 'log' | 'report' | 'diff' | 'sql' | 'contest' | 'stub' | 'options' | 'formula' | 'arithmetic' | 'requirements'
  | 'question' | 'code_place' | 'change_link' | 'issue_link' | 'test_file' | 'prose_file' | 'data_file' | 'destructive' | 'risky_place' | 'pasted';

interface Meaning {
  /** Said to people: "debug: a stack trace". */
  reason: string;
  domain?: Domain;
  /** Votes for the domain, next to those of words, where a clear verb has 1 to 2.5. */
  votes?: number;
  skills?: Partial<Record<Skill, number>>;
  /** A chance, as words of risk have it. */
  risk?: number;
  /** It takes this many to count. */
  least?: number;
}

/** Our own coarse judgement, as the word lists are. */
export const MEANING: Readonly<Record<EvidenceKind, Meaning>> = {
  trace: { reason: 'a stack trace', domain: 'debug', votes: 3, skills: { coding: 1 } },
  compiler: { reason: 'an error with its place in a file', domain: 'debug', votes: 2.5, skills: { coding: 1 } },
  failing: { reason: 'output of a failing test', domain: 'debug', votes: 2.2, skills: { coding: 0.6, verification: 0.4 } },
  log: { reason: 'a line of an error log', domain: 'debug', votes: 1.5, skills: { coding: 0.4 } },
  report: { reason: 'the form of a bug report', domain: 'debug', votes: 2.5, skills: { coding: 0.6 } },
  diff: { reason: 'a diff', domain: 'review', votes: 1.2, skills: { coding: 0.7, verification: 0.4 } },
  sql: { reason: 'a statement of SQL', domain: 'data', votes: 1.6, skills: { coding: 0.5 } },
  contest: { reason: 'a problem with input, output and limits', domain: 'implement', votes: 3, skills: { coding: 1, reasoning: 1 }, least: 2 },
  stub: { reason: 'a function without its body', domain: 'implement', votes: 2, skills: { coding: 1 } },
  options: { reason: 'options to choose from', domain: 'other', votes: 2, skills: { reasoning: 0.6 }, least: 3 },
  formula: { reason: 'formulae', domain: 'maths', votes: 1.6, skills: { reasoning: 1 } },
  arithmetic: { reason: 'a question about numbers, without code', domain: 'maths', votes: 1.5, skills: { reasoning: 0.6 }, least: 2 },
  requirements: { reason: 'a list of requirements', domain: 'implement', votes: 0.8, least: 3 },
  code_place: { reason: 'a request about a place in the code', domain: 'implement', votes: 0.5, skills: { coding: 0.3 } },
  question: { reason: 'a question', domain: 'explain', votes: 0.6 },
  change_link: { reason: 'a link to a change', domain: 'review', votes: 1.5, skills: { verification: 0.5 } },
  issue_link: { reason: 'a link to an issue', domain: 'debug', votes: 0.8, skills: { coding: 0.4 } },
  test_file: { reason: 'a file of tests', domain: 'test', votes: 0.4, skills: { verification: 0.2 } },
  prose_file: { reason: 'a file of prose', domain: 'docs', votes: 0.6, skills: { writing: 0.4 } },
  data_file: { reason: 'a file of data', domain: 'data', votes: 1.2, skills: { coding: 0.2 } },
  destructive: { reason: 'a command that destroys', risk: 0.45 },
  risky_place: { reason: 'a place where mistakes are dear', risk: 0.2 },
  pasted: { reason: 'pasted code', domain: 'explain', votes: 0.3, skills: { coding: 0.5 } },
};

export interface Evidence { kind: EvidenceKind; count: number; text: string }
export interface LanguageClue { language: string; votes: number; text: string; reason: string }

export interface Clues {
  evidence: Evidence[];
  languages: LanguageClue[];
  /** File names looked at so far. */
  files: number;
}

const EVIDENCE_CHARS = 60;
const MOST_FILES = 24;

export const evidenceText = (text: string, from: number, to: number): string => text.slice(from, Math.min(to, from + EVIDENCE_CHARS));

/** One sort of evidence is kept once, with its first text. */
export function note({ evidence }: Clues, kind: EvidenceKind, text: string, count = 1): void {
  for (const known of evidence) if (known.kind === kind) { known.count += count; return; }
  evidence.push({ kind, count, text });
}

/** Votes for one language add up; the first text is kept. */
export function noteLanguage({ languages }: Clues, language: string, votes: number, text: string, reason: string): void {
  for (const known of languages) if (known.language === language) { known.votes += votes; return; }
  languages.push({ language, votes, text, reason });
}

interface Extension { language?: string; kind?: EvidenceKind; votes?: number }

const EXTENSIONS = new Map<string, Extension>([
  ...Object.entries({
    python: 'py pyi pyx', javascript: 'js jsx mjs cjs vue', typescript: 'ts tsx mts cts', java: 'java', kotlin: 'kt kts', swift: 'swift', go: 'go', rust: 'rs', c: 'c h', 'c++': 'cpp cc cxx hpp hh',
    'c#': 'cs csproj cshtml', ruby: 'rb erb gemspec', php: 'php', scala: 'scala', dart: 'dart', elixir: 'ex exs', erlang: 'erl', haskell: 'hs', lua: 'lua', r: 'R rmd', julia: 'jl', perl: 'pl', shell: 'sh bash zsh',
    powershell: 'ps1', terraform: 'tf', html: 'html htm', css: 'css scss less', svelte: 'svelte', zig: 'zig', clojure: 'clj', 'objective-c': 'm mm', solidity: 'sol',
  }).flatMap(([language, extensions]) => extensions.split(' ').map((extension): [string, Extension] => [extension, { language }])),
  ['sql', { language: 'sql', kind: 'data_file', votes: 1.5 }], ['ipynb', { language: 'python', kind: 'data_file' }],
  ...['csv', 'tsv', 'xlsx', 'xls', 'parquet', 'jsonl'].map((extension): [string, Extension] => [extension, { kind: 'data_file' }]),
  ...['md', 'mdx', 'rst', 'adoc', 'docx'].map((extension): [string, Extension] => [extension, { kind: 'prose_file' }]),
  ...['json', 'toml', 'mod', 'xml', 'gradle', 'txt', 'yaml', 'yml', 'lock', 'env', 'prod', 'cfg'].map((extension): [string, Extension] => [extension, {}]),
]);

/** Files by whose name a project is known. */
const MANIFESTS: Readonly<Record<string, string>> = {
  'package.json': 'javascript', 'tsconfig.json': 'typescript', 'cargo.toml': 'rust', 'cargo.lock': 'rust', 'go.mod': 'go', 'pyproject.toml': 'python', 'requirements.txt': 'python', 'setup.cfg': 'python',
  'pom.xml': 'java', 'build.gradle': 'java', 'composer.json': 'php', 'pubspec.yaml': 'dart', 'cmakelists.txt': 'c++', 'gemfile.lock': 'ruby',
};

const TEST_FILE = /(?:^|[/\\._-])(?:tests?|specs?|__tests__)(?:[/\\._-]|$)/;
const RISKY_PLACE = /(?:^|[/\\._-])(?:migrations?|auth|payments?|billing|prod|production|secrets?|credentials?|env)(?:[/\\._-]|$)/;

/** Looks at what may be the extension of a file name: the word from `start` to `end`, behind a dot. */
export function extensionAt(clues: Clues, text: string, start: number, end: number): void {
  if (clues.files >= MOST_FILES || !isNameChar(text.charCodeAt(start - 2))) return;
  const after = text.charCodeAt(end), next = text.charCodeAt(end + 1);
  if (after === 95 || (after === 46 && isWordChar(next)) || (after === 40 && !(next >= 48 && next <= 57))) return;
  const written = text.slice(start, end), extension = EXTENSIONS.get(written.toLowerCase() === 'r' ? 'R' : written.toLowerCase());
  if (extension === undefined) return;
  let from = start - 1;
  while (from > 0 && start - from < 120 && isNameChar(text.charCodeAt(from - 1))) from--;
  clues.files++;
  const path = text.slice(from, end), shown = path.slice(-EVIDENCE_CHARS), lower = path.toLowerCase();
  noteFile(clues, extension, { shown, lower });
  // `src/a.c:12:5: …` at the start of a line is what compilers and linters print.
  const startsLine = from === 0 || text.charCodeAt(from - 1) === 10;
  if (startsLine && (after === 58 || after === 40) && next >= 48 && next <= 57) note(clues, 'compiler', text.slice(from, Math.min(from + EVIDENCE_CHARS, text.length)).split('\n')[0] ?? path);
}

function noteFile(clues: Clues, extension: Extension, { shown, lower }: { shown: string; lower: string }): void {
  const manifest = MANIFESTS[lower.slice(Math.max(lower.lastIndexOf('/'), lower.lastIndexOf('\\')) + 1)];
  if (manifest !== undefined) noteLanguage(clues, manifest, 0.8, shown, 'a file that a project is known by');
  else if (extension.language !== undefined) noteLanguage(clues, extension.language, extension.votes ?? 1.2, shown, 'a file name');
  const isTest = TEST_FILE.test(lower) || /(?:^|[/\\])test_|[a-z]tests?\./.test(lower);
  const kind = extension.kind ?? (isTest && extension.language !== undefined ? 'test_file' : undefined);
  if (kind !== undefined) note(clues, kind, shown);
  if (RISKY_PLACE.test(lower)) note(clues, 'risky_place', shown);
}

const isNameChar = (code: number): boolean => isWordChar(code) || code === 46 || code === 47 || code === 92 || code === 95 || code === 45 || code === 64 || code === 42;
