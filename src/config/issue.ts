/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** File (or other origin) that holds it. */
  source: string;
  /** Where in it, e.g. `auto.candidates[0].model`; empty for the whole file. */
  path: string;
  /** What is wrong; never repeats a value, which may be a secret. */
  message: string;
  /** What would be right. */
  expected: string;
  /** Place in the file, from 1, where it is known. */
  line?: number | undefined;
  column?: number | undefined;
}

export type IssuePath = readonly (string | number)[];

/** `['auto', 'candidates', 0, 'model']` → `auto.candidates[0].model`; unusual names are quoted. */
export function pathText(path: IssuePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** One line for people: file, place, key, what is wrong and what was expected. */
export function issueText({ source, path, message, expected, line, column }: ConfigIssue): string {
  const place = line === undefined ? source : `${source}:${String(line)}:${String(column ?? 1)}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}${expected === '' ? '' : ` (expected ${expected})`}`;
}

/** Takes one issue down. */
export type Report = (path: IssuePath, message: string, expected: string) => void;
