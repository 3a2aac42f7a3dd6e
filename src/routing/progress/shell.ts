import type { Edit } from './edits.ts';

/** What a command line is about. `look`: what it prints is the content of files and says nothing of how the work goes. */
export type CommandKind = 'test' | 'build' | 'edit' | 'look' | 'other';

export interface Command {
  kind: CommandKind;
  /** It changes files, whatever else it does. */
  changes: boolean;
  /** The exit code is that of the command that matters: it is not lost in a pipe or behind `|| true`. */
  tellsExit: boolean;
}

const LONGEST_READ = 1_500;
const START = String.raw`(?:^|[;&|(\n]|\b(?:npx|bunx|pnpm|yarn|uv run|poetry run|bundle exec|sudo|time|env|exec|dlx|then|do)\s)\s?(?:[A-Z_][A-Z0-9_]*=\S*\s)*(?:[^\s;&|()]*/)?`;

/** A run of tests, whatever the ecosystem. */
const TEST = new RegExp(`${START}(?:${[
  String.raw`(?:npm|pnpm|yarn|bun|deno)\s+(?:run\s+|--\S+\s+)*(?:test|t|tst|check|vitest|jest)\b`, String.raw`node\s+(?:\S+\s+)*--test\b`, 'vitest', 'jest', 'mocha', 'ava', 'tap', 'jasmine', 'karma',
  String.raw`playwright\s+test`, String.raw`cypress\s+run`, String.raw`py\.?test`, String.raw`python[\d.]*\s+(?:\S+\s+)*-m\s+(?:pytest|unittest|nose2?|doctest)`, String.raw`python[\d.]*\s+(?:\S*/)?(?:run)?tests?\S*\.py`,
  String.raw`python[\d.]*\s+manage\.py\s+test`, 'tox', 'nox', 'nosetests', String.raw`go\s+test`, String.raw`cargo\s+(?:\+\S+\s+)?(?:test|nextest)`, String.raw`(?:mvnw?|gradlew?|sbt|lein|dotnet|swift|mix|stack|cabal|dune|zig|flutter|dart|make|ninja|just|rake|rails|bazel|buck2?|composer|phing|xcodebuild)\b[^\n;|&]*\btest\w*`,
  'rspec', 'phpunit', 'pest', 'ctest', 'busted', 'bats', 'prove', String.raw`(?:node|deno run|bun|tsx|ts-node|ruby|php|lua|bash|sh)\s+\S*(?:test|spec)\S*`, String.raw`(?:run[-_]?tests?|test)\.(?:sh|bat|ps1|mjs|js)`,
].join('|')})(?![\\w-])`, 'm');

/** Compilers, type checkers, linters: their errors are errors of the work. */
const BUILD = new RegExp(`${START}(?:${[
  'tsc', 'eslint', 'biome', 'mypy', 'pyright', 'ruff', 'flake8', 'pylint', 'gcc', String.raw`g\+\+`, 'clang', 'rustc', 'javac', 'kotlinc', 'make', 'cmake', 'ninja', 'msbuild', 'webpack', 'vite', 'esbuild',
  String.raw`cargo\s+(?:build|check|clippy|run)`, String.raw`go\s+(?:build|vet|run|install)`, String.raw`(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:build|lint|typecheck|type-check|compile|start|ci|install|i)`,
  String.raw`(?:mvnw?|gradlew?|dotnet|swift|sbt|mix|stack|cabal|dune|zig)\b`, String.raw`python[\d.]*\s+-m\s+(?:py_compile|compileall|build)`,
].join('|')})(?![\\w-])`, 'm');

/** Commands that change files. */
const EDIT = new RegExp(`${START}(?:sed\\s+(?:-\\S+\\s+)*-[a-zA-Z]*i|perl\\s+(?:-\\S+\\s+)*-\\w*i|tee\\s|patch\\s|apply_patch|git\\s+(?:apply|am|checkout\\s+--|restore|revert)|mv\\s|cp\\s)|<<-?\\s*['"]?\\w+|(?:^|[^0-9&>=-])>>?\\s*(?![&|]|/dev/null)[\\w./~$"']`, 'm');

const LOOK = /^\s*(?:cd\s+\S+\s*(?:&&|;)\s*)?(?:cat|bat|ls|ll|tree|head|tail|less|more|grep|egrep|rg|ag|ack|find|fd|wc|sed\s+-n|awk|nl|file|stat|pwd|which|echo|printf|env|git\s+(?:status|diff|log|show|blame|grep|ls-files|branch|remote|rev-parse)|gh\s|jq|diff|du|df|ps|date|whoami|uname)\b/;

const LOST_EXIT = /[^|]\|(?!\|)|\|\|\s*(?:true|echo|:)|;\s*\w|2>&1\s*\|/;

/** The text that a command writes by itself is no command. */
const HERE_DOCUMENT = /<<-?\s*['"]?(\w+)['"]?([^\n]*)\n[\s\S]*?(?:\n\s*\1\b|$)/g;

/** Its first characters, with single blanks: what is looked for then costs no more than it is worth. */
const tidy = (command: string): string => command.slice(0, LONGEST_READ).split('\n').map((line) => line.trim().replace(/[ \t]+/g, ' ')).filter((line) => line !== '').join('\n');

/** What a shell command does. */
export function readCommand(command: string): Command {
  const bounded = tidy(command);
  const changes = EDIT.test(bounded);
  const read = bounded.includes('<<') ? bounded.replace(HERE_DOCUMENT, '<<$1$2') : bounded;
  const tellsExit = !LOST_EXIT.test(read);
  const looks = LOOK.test(read);
  if (looks && !/[;&\n]\s*\w/.test(read)) return { kind: changes ? 'edit' : 'look', changes, tellsExit };
  const kind = TEST.test(read) ? 'test' : BUILD.test(read) ? 'build' : changes ? 'edit' : looks ? 'look' : 'other';
  return { kind, changes, tellsExit };
}

const SUBSTITUTION = /s([/|#,])((?:\\.|(?!\1)[^\\\n])*)\1((?:\\.|(?!\1)[^\\\n])*)\1/;
const PATH = /(?:^|[\s"'=>])((?:[~.]?\/|[A-Za-z]:\\)?[\w@.+-]+(?:[/\\][\w@.+-]+)*\.[A-Za-z]\w{0,9})\b/g;

/** What a command of kind `edit` changes, as far as its words say. */
export function shellEdit(command: string): Edit {
  const read = tidy(command);
  const substitution = SUBSTITUTION.exec(read);
  // A file that is written to stands behind `>`; one that is changed in place, behind what changes it.
  const written = />>?\s*["']?([^\s"'<>|;&]+)/.exec(read)?.[1];
  const places = [...read.slice(substitution === null ? 0 : substitution.index + substitution[0].length).matchAll(PATH)];
  const file = substitution === null && written !== undefined ? written : (places[0]?.[1] ?? '');
  return { file, removed: substitution?.[2] ?? '', added: substitution?.[3] ?? '', whole: substitution === null && !read.includes('>>') };
}
