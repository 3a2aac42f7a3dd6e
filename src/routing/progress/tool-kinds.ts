/** What a call of a tool does, as far as progress is concerned. `write`: replaces a whole file. */
export type ToolKind = 'edit' | 'write' | 'run' | 'look' | 'other';

/**
 * By name, lower case without what is no letter. Read off recorded requests of Claude Code, Cline, Codex, Continue, Kilo, OpenCode, Qwen Code
 * and pi, and off the tools of Copilot Chat, Cursor, Roo, Gemini CLI and Anthropic's own editor.
 */
const KINDS: Readonly<Record<Exclude<ToolKind, 'other'>, string>> = {
  edit: 'applypatch edit editfile editor editnotebook editnotebookfile editexistingfile multiedit multieditfile strreplace strreplaceeditor strreplacebasededittool replace replaceinfile '
    + 'searchreplace searchandreplace singlefindandreplace applydiff insertcontent insertedit inserteditintofile replacestringinfile multireplacestringinfile notebookedit patch updatefile modifyfile',
  write: 'write writefile writetofile createfile createnewfile create newfile savefile',
  run: 'bash shell sh terminal exec execcommand execbash execute executebash executecommand runcommand runcommands runshellcommand runterminalcmd runterminalcommand runinterminal localshell localshellcall '
    + 'containerexec powershell pwsh writestdin runtest runtests bashoutput getterminaloutput',
  look: 'read readfile readfiles readmanyfiles view viewfile viewimage cat open openfile list ls listdir listdirectory listfiles glob globfiles grep grepsearch search searchcode searchcodebase codebasesearch '
    + 'searchfiles filesearch findfiles semanticsearch webfetch fetch websearch fetchwebcontent lsp todowrite todoread checklist updateplan getgoal listcodedefinitionnames',
};

const KIND_OF: ReadonlyMap<string, ToolKind> = new Map(Object.entries(KINDS).flatMap(([kind, names]) => names.split(' ').map((name): [string, ToolKind] => [name, kind as ToolKind])));

/** Tools of servers that nobody foresaw, by a word of their name. */
const BY_WORD: readonly (readonly [RegExp, ToolKind])[] = [
  [/(?:^|_)(?:read|view|list|get|search|find|grep|glob|fetch)(?:_|$)/, 'look'],
  [/(?:^|_)(?:edit|patch|replace|insert)(?:_|$)/, 'edit'],
  [/(?:^|_)(?:write|create|overwrite)_(?:\w+_)?file/, 'write'],
  [/(?:^|_)(?:bash|shell|terminal|exec|execute|command|run)(?:_|$)/, 'run'],
];

const MAX_KNOWN = 500;
const known = new Map<string, ToolKind>();

/** What a tool does, by its name; what stands before the last `__` names the server or namespace that it is of. */
export function toolKind(name: string): ToolKind {
  const found = known.get(name);
  if (found !== undefined) return found;
  const kind = kindOf(name.slice(0, 128));
  if (known.size < MAX_KNOWN) known.set(name, kind);
  return kind;
}

function kindOf(name: string): ToolKind {
  const server = name.lastIndexOf('__');
  const own = server < 0 ? name : name.slice(server + 2);
  const exact = KIND_OF.get(own.toLowerCase().replace(/[^a-z]/g, ''));
  if (exact !== undefined) return exact;
  const words = own.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().replace(/[^a-z]+/g, '_');
  return BY_WORD.find(([word]) => word.test(words))?.[1] ?? 'other';
}
