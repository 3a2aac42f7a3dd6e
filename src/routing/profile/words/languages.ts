import type { LanguageEntry } from '../lexicon.ts';

/**
 * Names of programming languages, and of tools that go with one. Names that are common words of some tongue (`go`, `swift`, `c`, `r`)
 * stand only in forms that cannot be taken for these.
 */
export const LANGUAGES: readonly LanguageEntry[] = [
  ['python|python3', 'python', 1.2], ['django|flask|fastapi|pytest|pandas|numpy|pip|pydantic|sqlalchemy|pytorch', 'python', 0.7],
  ['javascript|ecmascript|node.js|nodejs', 'javascript', 1.2], ['react component|react components|react app|vue component|vue app|npm|webpack|jquery', 'javascript', 0.6],
  ['typescript', 'typescript', 1.3], ['angular|vitest|nestjs|zod', 'typescript', 0.6],
  ['java', 'java', 1.2], ['spring boot|junit|maven|hibernate|jvm', 'java', 0.7], ['kotlin', 'kotlin', 1.2], ['jetpack compose', 'kotlin', 0.7],
  ['golang|goroutine|goroutines|in go|go module|go service|go code|go program|go routine', 'go', 1.2], ['rust', 'rust', 1.2], ['cargo.toml|borrow checker|tokio', 'rust', 0.7],
  ['c++|std::vector', 'c++', 1.3], ['cmake', 'c++', 0.5], ['c#|.net core|asp.net|dotnet', 'c#', 1.3], ['ruby', 'ruby', 1.2], ['ruby on rails|rspec', 'ruby', 0.7],
  ['php', 'php', 1.2], ['laravel|symfony|phpunit|wordpress', 'php', 0.7], ['swiftui|swift code|in swift|xcode', 'swift', 1], ['scala', 'scala', 1.2], ['dart', 'dart', 1], ['flutter', 'dart', 0.7],
  ['elixir', 'elixir', 1.2], ['haskell', 'haskell', 1.2], ['perl', 'perl', 1.2], ['lua script|in lua', 'lua', 1.2], ['julia code|in julia', 'julia', 1.2],
  ['bash|shell script|shell scripts|zsh', 'shell', 1.1], ['powershell', 'powershell', 1.2], ['sql|plpgsql', 'sql', 1], ['terraform', 'terraform', 1], ['solidity', 'solidity', 1.2],
  ['html', 'html', 0.4], ['css|tailwind', 'css', 0.4],
];
