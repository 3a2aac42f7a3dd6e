/** From a file's text to the text that connects or disconnects it. Pure: no disk, no clock. */
import { createHash } from 'node:crypto';
import { linesIn, withBlock, withoutBlock } from '../edit/block.ts';
import type { Json, Path } from '../edit/data.ts';
import { isEmpty, leafChanges, pathName, sameData, valueAt, withValue } from '../edit/data.ts';
import type { TextFormat } from '../edit/format.ts';
import { jsonFormat } from '../edit/json.ts';
import { printJson } from '../edit/json-print.ts';
import { BrokenText } from '../edit/text.ts';
import { tomlFormat } from '../edit/toml.ts';
import { yamlFormat } from '../edit/yaml.ts';
import type { Setting } from './setting.ts';
import { isOursIn } from './setting.ts';

/** What OpenFusion wants of a file. */
export type FileContent =
  /** Keys of ours among others. `skeleton` is the file to start from where there is none. */
  | { kind: 'settings'; format: 'json' | 'toml' | 'yaml'; skeleton: string; settings: readonly Setting[] }
  /** Lines between markers in a script. */
  | { kind: 'block'; lines: readonly string[] }
  /** A file that is ours altogether. */
  | { kind: 'whole'; text: string };

/** What must be known to take a change back. */
export interface FileMemory {
  /** Was there such a file before? */
  existed: boolean;
  /** Digest of the text as it was written; null once somebody else had changed the file before it was written again. */
  written: string | null;
  /** The user's own values that were replaced, in their own words, by the name of their path; no keys among them. */
  previous: Record<string, string>;
  /** Containers that came into being for our keys. */
  created: string[];
}

const FORMATS: Readonly<Record<'json' | 'toml' | 'yaml', TextFormat>> = { json: jsonFormat, toml: tomlFormat, yaml: yamlFormat };
const MARK = '\ufeff';

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * @param text null where there is no file
 * @param memory of a connect before, when this file is still connected by it
 * @throws BrokenText what is not well in the file, or stands where our keys belong
 */
export function planConnect(text: string | null, content: FileContent, memory: FileMemory | null): { text: string; memory: FileMemory } {
  const kept: FileMemory = memory === null
    ? { existed: text !== null, written: null, previous: {}, created: [] }
    : { ...memory, previous: { ...memory.previous }, created: [...memory.created] };
  const next = connected(text, content, kept);
  const untouched = memory === null || (text !== null && digestOf(text) === memory.written);
  return { text: next, memory: { ...kept, written: untouched ? digestOf(next) : null } };
}

function connected(text: string | null, content: FileContent, memory: FileMemory): string {
  switch (content.kind) {
    case 'whole': return content.text;
    case 'block': return withBlock(text ?? '', content.lines);
    case 'settings': return onBody(text, (body) => (body.trim() === '' ? newBody(content, memory) : withSettings(body, content, memory)));
  }
}

/** A byte order mark stays where it was. */
function onBody(text: string | null, change: (body: string) => string): string {
  return text?.startsWith(MARK) === true ? MARK + change(text.slice(MARK.length)) : change(text ?? '');
}

type SettingsContent = Extract<FileContent, { kind: 'settings' }>;

/** A file that nobody has written yet may be printed as a whole, in the order that reads best. */
function newBody(content: SettingsContent, memory: FileMemory): string {
  const body = withSettings(content.skeleton, content, memory);
  if (content.format !== 'json') return body;
  const root = content.settings.reduce<unknown>((data, { path, value, onlyIntoExisting }) => (value === undefined || onlyIntoExisting ? data : withValue(data, path, value)), jsonFormat.parse(content.skeleton));
  return `${printJson(root as Json)}\n`;
}

function withSettings(body: string, { format: name, settings }: SettingsContent, memory: FileMemory): string {
  const format = FORMATS[name];
  // New keys of JSON go to the front: the last one first, so that they stand in order.
  const ordered = name === 'json' ? settings.toReversed() : settings;
  // What is whose is judged by the file as it was found: our own keys would make all look like ours.
  const start = format.parse(body);
  return ordered.reduce((text, setting) => {
    const root = format.parse(text);
    const found = valueAt(start, setting.path);
    const ours = isOursIn(setting, start);
    if (setting.value === undefined) return ours ? takenOut(text, format, setting, memory, null) : text;
    if (setting.onlyIntoExisting && (found !== undefined || valueAt(root, setting.path.slice(0, -1)) === undefined)) return text;
    if (found !== undefined && !ours && !setting.secret) memory.previous[pathName(setting.path)] = format.raw(text, setting.path) ?? '';
    if (found === undefined) memory.created.push(...createdBy(root, setting).filter((one) => !memory.created.includes(one)));
    const changes = setting.owner === 'us' ? leafChanges(valueAt(root, setting.path), setting.value, setting.path) : sameData(found, setting.value) ? [] : [{ path: setting.path, value: setting.value }];
    return changes.reduce((changed, { path, value }) => {
      const result = format.set(changed, path, value);
      if (sameData(format.parse(result), withValue(format.parse(changed), path, value))) return result;
      throw new BrokenText(`\`${pathName(path)}\` cannot be set without touching what is beside it`, { line: 1, column: 1 });
    }, text);
  }, body);
}

/** The containers that come into being with this setting; and the setting itself, where somebody else may have the same. */
function createdBy(root: unknown, { path, onlyIntoExisting }: Setting): string[] {
  return onlyIntoExisting ? [pathName(path)] : containersOf(path).filter((one) => valueAt(root, one) === undefined).map(pathName);
}

/** Deepest first. */
const containersOf = (path: Path): Path[] => path.slice(1).map((_, depth) => path.slice(0, depth + 1)).toReversed();

export interface Past {
  memory: FileMemory | null;
  /** The file as it was before the first connect, when its backup is there. */
  original: string | null;
  /** Back to the original even where that was connected too, by hand. */
  undo?: boolean;
}

/**
 * @returns the text without our keys, the user's own back in their places; null: the file goes
 * @throws BrokenText as {@link planConnect}
 */
export function planDisconnect(text: string, content: FileContent, { memory, original, undo = false }: Past): string | null {
  if (memory !== null && digestOf(text) === memory.written) {
    if (!memory.existed) return null;
    if (original !== null && (undo || content.kind === 'whole' || !hasOurs(original, content))) return original;
  }
  switch (content.kind) {
    // Not as we wrote it: somebody made it theirs.
    case 'whole': return memory === null && text === content.text ? null : text;
    case 'block': return goneWhenEmpty(withoutBlock(text), memory, (rest) => rest.trim() === '');
    case 'settings': {
      const rest = onBody(text, (body) => (body.trim() === '' ? body : withoutSettings(body, content, memory, original)));
      const format = FORMATS[content.format];
      return goneWhenEmpty(rest, memory, () => sameData(dataOf(format, rest), dataOf(format, content.skeleton)));
    }
  }
}

const goneWhenEmpty = (rest: string, memory: FileMemory | null, isNothing: (rest: string) => boolean): string | null => (memory?.existed === false && isNothing(rest) ? null : rest);

function dataOf(format: TextFormat, text: string): unknown {
  const body = text.startsWith(MARK) ? text.slice(MARK.length) : text;
  return body.trim() === '' ? null : format.parse(body);
}

/** Is anything of ours in the file? */
export function hasOurs(text: string | null, content: FileContent): boolean {
  const data = readContent(text, content);
  return content.kind === 'settings' ? content.settings.some((setting) => isOursIn(setting, data)) : data !== null;
}

function withoutSettings(body: string, { format: name, settings }: SettingsContent, memory: FileMemory | null, original: string | null): string {
  const format = FORMATS[name];
  const before = format.parse(body);
  const ours = settings.filter((setting) => isOursIn(setting, before) && (!setting.onlyIntoExisting || memory?.created.includes(pathName(setting.path)) === true));
  return ours.toReversed().reduce((text, setting) => takenOut(text, format, setting, memory, original), body);
}

function takenOut(text: string, format: TextFormat, { path, owner, isOurs }: Setting, memory: FileMemory | null, original: string | null): string {
  const previous = owner === 'us' ? undefined : memory?.previous[pathName(path)] ?? rawIn(original, format, path, isOurs);
  if (previous !== undefined) return format.restore(text, path, previous);
  return containersOf(path).reduce((rest, container) => {
    const left = valueAt(format.parse(rest), container);
    const mayGo = memory === null || memory.created.includes(pathName(container));
    return left !== undefined && isEmpty(left) && mayGo ? format.remove(rest, container) : rest;
  }, withoutAll(text, format, path));
}

/** An entry of ours may stand in a list more than once. */
function withoutAll(text: string, format: TextFormat, path: Path): string {
  let rest = text;
  while (valueAt(format.parse(rest), path) !== undefined) rest = format.remove(rest, path);
  return rest;
}

/** The user's value in the backup's words; a backup that cannot be read has none. */
function rawIn(original: string | null, format: TextFormat, path: Path, isOurs: Setting['isOurs']): string | undefined {
  if (original === null) return undefined;
  const body = original.startsWith(MARK) ? original.slice(MARK.length) : original;
  try {
    const root = format.parse(body);
    const value = valueAt(root, path);
    return value === undefined || isOurs(value, root) ? undefined : format.raw(body, path);
  } catch {
    return undefined;
  }
}

/** What the file says, as data; null where there is no file or nothing in it. */
export function readContent(text: string | null, content: FileContent): unknown {
  if (text === null) return null;
  if (content.kind === 'settings') return dataOf(FORMATS[content.format], text);
  return content.kind === 'block' ? linesIn(text) : text;
}
