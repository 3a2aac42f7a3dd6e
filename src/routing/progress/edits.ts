/** One change of one place in a file. */
export interface Edit {
  /** As the call names it; empty when it does not say. */
  file: string;
  removed: string;
  added: string;
  /** The file is written anew. */
  whole: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const FILE_KEYS = ['file_path', 'filePath', 'path', 'filepath', 'target_file', 'targetFile', 'file', 'fileName', 'filename', 'notebook_path', 'uri'] as const;
const REMOVED_KEYS = ['old_string', 'oldString', 'old_text', 'oldText', 'old_str', 'oldStr', 'search', 'old', 'original', 'find'] as const;
const ADDED_KEYS = ['new_string', 'newString', 'new_text', 'newText', 'new_str', 'newStr', 'replacement', 'new', 'content', 'contents', 'file_text', 'text', 'code', 'code_edit', 'codeEdit', 'new_source', 'replace'] as const;
const PATCH_KEYS = ['input', 'patch', 'patchText', 'diff', 'patch_text'] as const;
const LIST_KEYS = ['edits', 'replacements', 'changes', 'operations'] as const;

/** Longer arguments are not parsed: that they write a whole file is nearly certain. */
const LONGEST_PARSED = 12_000;
const MAX_PARTS = 16;

/** The changes that a call makes, by the shape of its arguments; none for a call that only looks (`command: "view"`). */
export function readEdits(args: string, { custom, write }: { custom: boolean; write: boolean }): Edit[] {
  if (custom || args.startsWith('*** Begin Patch')) return patchEdits(args.slice(0, LONGEST_PARSED));
  if (args.length > LONGEST_PARSED) return [{ file: /"(?:file_?[pP]ath|path|target_file)"\s*:\s*"([^"\\]{1,400})"/.exec(args.slice(0, 2_000))?.[1] ?? '', removed: '', added: '', whole: true }];
  const parsed = parseObject(args);
  if (parsed === null) return [];
  if (parsed['command'] === 'view') return [];
  const patch = firstText(parsed, PATCH_KEYS);
  const file = firstText(parsed, FILE_KEYS) ?? '';
  if (patch !== undefined && /^(?:\*\*\* |---|diff |@@|<<<<<<<|-{5,} ?SEARCH)/m.test(patch)) return patchEdits(patch, file);
  const lists = LIST_KEYS.flatMap((key) => (Array.isArray(parsed[key]) ? (parsed[key] as unknown[]) : [])).filter(isObject);
  if (lists.length > 0) return lists.slice(0, MAX_PARTS).map((one) => editOf(one, firstText(one, FILE_KEYS) ?? file, write));
  return [editOf(parsed, file, write)];
}

function editOf(from: Json, file: string, write: boolean): Edit {
  const removed = firstText(from, REMOVED_KEYS) ?? '';
  const whole = write || (removed === '' && firstText(from, ['content', 'contents', 'file_text']) !== undefined && from['command'] !== 'insert');
  return { file, removed, added: firstText(from, ADDED_KEYS) ?? '', whole };
}

/** Codex' patches, unified diffs, and blocks of SEARCH and REPLACE. */
function patchEdits(patch: string, file = ''): Edit[] {
  const edits: Edit[] = [];
  let current: Edit = { file, removed: '', added: '', whole: false }, block: 'search' | 'replace' | null = null;
  const open = (next: string, whole: boolean): void => {
    if (current.removed !== '' || current.added !== '') edits.push(current);
    current = { file: next, removed: '', added: '', whole };
  };
  for (const line of patch.split('\n')) {
    const header = /^(?:\*\*\* (Update|Add|Delete) File: |\+\+\+ (?:b\/)?)(.+)$/.exec(line);
    if (header !== null) open((header[2] ?? '').trim(), header[1] === 'Add');
    else if (/^(?:<{5,}|-{5,}) ?SEARCH/.test(line)) { open(current.file, false); block = 'search'; }
    else if (block === 'search' && /^={5,}\s*$/.test(line)) block = 'replace';
    else if (block === 'replace' && /^(?:>{5,}|\+{5,}) ?REPLACE/.test(line)) block = null;
    else if (block === 'search') current.removed += `${line}\n`;
    else if (block === 'replace') current.added += `${line}\n`;
    else if (line.startsWith('-') && !line.startsWith('---')) current.removed += `${line.slice(1)}\n`;
    else if (line.startsWith('+')) current.added += `${line.slice(1)}\n`;
  }
  open('', false);
  return edits.slice(0, MAX_PARTS);
}

/** Words that are too short or too common to name a place. */
const SHORTEST_LINE = 5;

/** Lines by which a place is known again. */
export function linesOf(text: string): string[] {
  return text.slice(0, LONGEST_PARSED).split('\n').map((line) => line.trim()).filter((line) => line.length >= SHORTEST_LINE);
}

/** The arguments of a call as an object; null when they are none, or too long to be worth it. */
export function parseObject(args: string): Json | null {
  if (args.length > LONGEST_PARSED) return null;
  try {
    const parsed: unknown = JSON.parse(args);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function firstText(from: Json, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = from[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
