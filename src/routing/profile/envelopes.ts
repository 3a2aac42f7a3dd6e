/**
 * What agents put around the words of their user. The tag names were read off recorded requests of Claude Code, Cline, Codex,
 * Continue, Kilo, OpenCode, Qwen Code and pi, and off the prompts of Cursor and Copilot Chat.
 */

/** Told by the harness, not by the user: left out with all that is inside. */
const DROPPED = new Set([
  'system-reminder', 'system_reminder', 'environment_details', 'environment_context', 'environment_info', 'user_instructions', 'instructions',
  'skills_instructions', 'available_skills', 'context', 'additional_context', 'additional_data', 'attached_files', 'attachments', 'attachment',
  'file_content', 'folder_content', 'workspace_info', 'workspaceinfo', 'editorcontext', 'repocontext', 'reminderinstructions', 'reminder', 'mode_notice',
  'project_layout', 'git_status', 'cursor_rules', 'user_info', 'open_and_recently_viewed_files', 'manually_added_selection', 'current_file',
  'ide_opened_file', 'ide_selection', 'ide_diagnostics', 'local-command-stdout', 'local-command-stderr', 'local-command-caveat', 'command-name',
  'command-message', 'bash-stdout', 'bash-stderr', 'collaboration_mode', 'turn_aborted', 'subagent_notification', 'task-notification',
]);

/** The user's own words in a wrapper: only the tags go. */
const UNWRAPPED = new Set(['task', 'user_message', 'user_query', 'userrequest', 'user-request', 'user_request', 'feedback', 'answer', 'command-args', 'user_input']);

/**
 * Whole texts that a harness writes in the user's name: Codex, Claude Code; Aider's files and maps; OpenCode's and Claude Code's own
 * reading of a file that the user named.
 */
const HARNESS_TEXT = /^\s*(?:# AGENTS\.md instructions\b|\[Request interrupted by user|Caveat: The messages below were generated|I have \*added these files to the chat\*|Here are summaries of some files present in my git repo|Here are some READ ONLY files|I am not sharing (?:any|the full contents of any) files|I switched to a new code base\.|Called the Read tool with the following input|Result of calling the Read tool|<path>[^<\n]{1,400}<\/path>\s*<type>)/;
const HARNESS_FIRST = /^[#[CIHR<]/;

/** What stands before the words of the user up to a line, and behind them from one on: Codex in an editor, Qwen Code's and Gemini's files, Aider's rules. */
const BEFORE = ['## My request for Codex:\n'] as const;
const FILES = '--- Content from referenced files ---', FILES_END = '--- End of content ---';
const BEHIND = [FILES, '# *SEARCH/REPLACE block* Rules:', '# File editing rules:'] as const;

/** Results of tools that older Cline and Roo send as user text. */
const TEXTUAL_TOOL_RESULT = /^\[(?:[a-z_]+(?: for [^\]\n]{0,300})?\] Result:|ERROR\] You did not use a tool)/;

/** At most this many tags are looked at in one text, and this much of it: a pasted page of HTML must not cost more than it is worth. */
const MAX_TAGS = 96;
const MAX_UNCLOSED = 4;
const SEARCHED_HEAD = 64_000, SEARCHED_TAIL = 256_000;
const LONGEST_NAME = 40;
/** A frame of plain text is looked for in so much of a text. */
const FRAME_CHARS = 4_000;

export interface Stripped {
  /** What the user wrote, in order; slices of the text that was given. */
  pieces: string[];
  toolResult: boolean;
}

/** Takes the envelopes off one text. Never copies it: the pieces are slices. */
export function stripEnvelopes(text: string): Stripped {
  let first = 0;
  while (first < text.length && isSpace(text.charCodeAt(first))) first++;
  if (first === text.length) return { pieces: [], toolResult: false };
  if (text.charCodeAt(first) === 0x5b && TEXTUAL_TOOL_RESULT.test(text.slice(first, first + 400))) return { pieces: [], toolResult: true };
  const pieces: string[] = [];
  const searched = text.length > SEARCHED_HEAD ? text.slice(0, SEARCHED_HEAD) : text;
  const last = withoutTrailingEnvelopes(text, first);
  let kept = first;
  let at = searched.indexOf('<', first);
  for (let seen = 0, unclosed = 0; at >= 0 && seen < MAX_TAGS && unclosed < MAX_UNCLOSED; seen++) {
    const tag = tagAt(text, at);
    if (tag !== null && (tag.closing || DROPPED.has(tag.name))) {
      const end = tag.closing ? tag.end : endOf(text, tag.end, tag.rawName);
      if (end >= 0) {
        addPiece(pieces, text, kept, at);
        kept = end;
        at = searched.indexOf('<', end);
        continue;
      }
      unclosed++;
    }
    at = searched.indexOf('<', at + 1);
  }
  // A text without envelopes goes on as it is: a slice of a string is slower to read than the string.
  if (kept === first && last === text.length) pieces.push(text);
  else addPiece(pieces, text, kept, last);
  const head = pieces[0] ?? '';
  if (HARNESS_FIRST.test(head) && HARNESS_TEXT.test(head.slice(0, 500))) return { pieces: [], toolResult: false };
  return { pieces: withoutFrames(pieces), toolResult: false };
}

/** Qwen Code and Gemini put files that the user names into parts of their own, between two that say so. */
export const opensFiles = (text: string): boolean => text.length < FILES.length + 8 && text.includes(FILES);
export const closesFiles = (text: string): boolean => text.length < FILES_END.length + 8 && text.includes(FILES_END);

/** A frame of plain text instead of tags. It is looked for where a harness begins one: at the start of a line. */
function withoutFrames(pieces: string[]): string[] {
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] ?? '';
    if (piece.startsWith('# ') || piece.startsWith('## ')) {
      for (const line of BEFORE) {
        const at = piece.slice(0, FRAME_CHARS).indexOf(line);
        if (at >= 0) pieces[index] = piece.slice(at + line.length).trim();
      }
    }
    for (const line of BEHIND) {
      const kept = pieces[index] ?? '', at = kept.slice(0, FRAME_CHARS).indexOf(line);
      if (at < 0 || (at > 0 && kept.charCodeAt(at - 1) !== 10)) continue;
      pieces[index] = kept.slice(0, at).trim();
      if (at === 0) pieces.length = index;
    }
  }
  return pieces.filter((piece) => piece !== '');
}

/** Where the user's words end: harnesses like to put their part behind them, however long those are. */
function withoutTrailingEnvelopes(text: string, first: number): number {
  let end = text.length;
  for (;;) {
    let close = end;
    while (close > first && isSpace(text.charCodeAt(close - 1))) close--;
    if (text.charCodeAt(close - 1) !== 0x3e) return end;
    const tail = Math.max(first, close - LONGEST_NAME - 3);
    const slash = tail + text.slice(tail, close).lastIndexOf('</');
    const rawName = slash < tail ? '' : text.slice(slash + 2, close - 1);
    if (!DROPPED.has(rawName.toLowerCase())) return end;
    const from = Math.max(first, slash - SEARCHED_TAIL);
    const open = text.slice(from, slash).lastIndexOf(`<${rawName}`);
    if (open < 0) return end;
    end = from + open;
  }
}

interface Tag { name: string; rawName: string; end: number; closing: boolean }

/** A tag that we know; `closing` also for the opening tag of a wrapper, which goes alone. */
function tagAt(text: string, at: number): Tag | null {
  let i = at + 1;
  const closing = text.charCodeAt(i) === 0x2f;
  if (closing) i++;
  const from = i;
  while (i - from <= LONGEST_NAME && isNameChar(text.charCodeAt(i))) i++;
  if (i === from) return null;
  const after = text.charCodeAt(i);
  if (after !== 0x3e && !(after === 32 && !closing)) return null;
  const rawName = text.slice(from, i);
  const name = rawName.toLowerCase();
  const unwrapped = UNWRAPPED.has(name);
  if (!unwrapped && (closing || !DROPPED.has(name))) return null;
  const end = after === 0x3e ? i + 1 : text.indexOf('>', i) + 1;
  return end === 0 ? null : { name, rawName, end, closing: unwrapped };
}

const isNameChar = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 0x2d || code === 0x5f;

function endOf(text: string, from: number, rawName: string): number {
  const closing = `</${rawName}>`;
  const at = text.indexOf(closing, from);
  return at < 0 ? -1 : at + closing.length;
}

function addPiece(pieces: string[], text: string, from: number, to: number): void {
  let start = from, end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  if (end > start) pieces.push(text.slice(start, end));
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
