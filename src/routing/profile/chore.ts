import type { ChatRequest } from '../../protocol/types.ts';
import type { ChoreKind } from '../types.ts';
import { headOf, tailOf, type Ask } from './ask.ts';

interface ChorePattern {
  kind: ChoreKind;
  /** One of these must occur before the expression is tried: plain search is ten times as fast, and one for those of all kinds is the first. */
  needles: readonly string[];
  pattern: RegExp;
}

const TALK = '(?:conversation|chat|thread|session|dialogue|discussion|transcript|message|exchange|prompt)';
const SAY = '(?:generate|generates|create|creates|write|writes|provide|come up with|craft|crafting|suggest|make|extract|reply with|respond with)';

/**
 * How agents and chat clients word their background requests. Seen in recorded requests and published prompts; written as the
 * least that tells them from a person's ask. Texts are lower-cased and at most {@link TEXT_CHARS} characters long.
 */
const PATTERNS: readonly ChorePattern[] = [
  { kind: 'compaction', needles: ['compact', 'condens', 'summary', 'continuing our'], pattern: /context checkpoint compaction|\bcreate a (?:comprehensive |detailed |comprehensive,? detailed )summary of (?:the|this|our) conversation|\b(?:compact|condense|compacting|condensing) (?:the|this|our) (?:conversation|chat history|history)|\bhandoff summary\b|\bprompt for continuing our conversation/ },
  { kind: 'topic', needles: ['topic', 'branch name'], pattern: /\bnew (?:conversation )?topic\b|\b(?:generate|suggest|create) a (?:short |git )*branch name\b/ },
  { kind: 'title', needles: ['title'], pattern: new RegExp(`\\btitle generator\\b|\\bpithy titles?\\b|\\b${SAY}\\b[^.\\n]{0,60}\\btitles?\\b[^.\\n]{0,80}\\b(?:this|the|our|a|following|above|first|coding|user'?s?)(?: \\w+){0,2} ${TALK}s?\\b(?=\\s*(?:[:.,;\\n]|$|in |that |with |based |below|above|is |was |begins|a user|the user|so far))|\\b\\d+ ?(?:-|–|to) ?\\d+[- ]words?(?: \\w+){0,2} title\\b|\\b${TALK} titles?\\b(?=\\s*(?:[:.,;\\n]|$|in |that |with |based |from ))|\\btitle based on (?:the|this) (?:first|user|conversation|message)`) },
  { kind: 'title', needles: ['标题', '標題'], pattern: /(?:对话|會話|会话|聊天|对談|消息)[^。\n]{0,20}(?:标题|標題)|(?:标题|標題)[^。\n]{0,12}(?:对话|会话|聊天)/ },
  { kind: 'summary', needles: ['summar'], pattern: new RegExp(`\\bsummari[sz]e (?:(?:the|this|our|all|above|following|preceding|previous|internal) ){0,3}(?:\\w+ ){0,2}(?:conversation|chat|session|thread|dialogue|discussion|transcript)\\b|\\bsummari[sz]es internal chat history|\\bsummary of (?:the|this|our)(?: \\w+){0,2} (?:conversation|chat|session|thread|dialogue|discussion)\\b`) },
  { kind: 'summary', needles: ['总结', '摘要', '概括', '總結'], pattern: /(?:总结|摘要|概括|總結)[^。\n]{0,12}(?:对话|會話|会话|聊天)|(?:对话|会话|聊天)[^。\n]{0,12}(?:总结|摘要|概括)/ },
  { kind: 'commit_message', needles: ['commit'], pattern: /\b(?:generate|generates|generating|write|writes|create|creates|compose|come up with|craft|suggest|draft)\b[^.\n]{0,80}\bcommit messages?\b/ },
  { kind: 'commit_message', needles: ['提交信息', '提交说明'], pattern: /(?:生成|编写|写|撰写)[^。\n]{0,20}(?:提交信息|提交说明)/ },
  { kind: 'command_check', needles: ['command'], pattern: /\bprocess bash commands that an ai\b|\bextract any file paths that this command\b|\bcommand prefix (?:detection|extraction)\b/ },
  { kind: 'suggestion', needles: ['follow-up', 'follow up', 'tags', 'next_speaker', 'suggestion mode', 'type next', 'say next', 'speak next'], pattern: /\bsuggest (?:\S+ ){0,3}(?:relevant )?follow[- ]up (?:questions|prompts)|\bgenerate (?:\S+ ){0,2}broad tags|\bnext_speaker\b|\bsuggestion mode\b|\bpredict what the user (?:will|would|might) (?:type|say|ask) next|\bwho should speak next\b/ },
];
const COMPACTION = PATTERNS.filter(({ kind }) => kind === 'compaction');

/** Nearly every text holds none of the words. */
const ANY_NEEDLE = new RegExp(PATTERNS.flatMap(({ needles }) => needles).join('|'));

const TEXT_CHARS = 480;
const PROBE_TOKENS = 1;

/**
 * Is this a background request of the harness? Without tools, the words of the system prompt and of the user decide. With tools
 * only a compaction counts, and only when the newest message opens with it: a person with tools who asks for a title has a task.
 * @param first first words of the user, @param newest newest ones; null when the newest message is no ask.
 */
export function choreOf(request: ChatRequest, first: Ask | null, newest: Ask | null): ChoreKind | undefined {
  if (newest === null) return undefined;
  const head = lower(headOf(newest.pieces, TEXT_CHARS));
  if (request.tools.length > 0) return match(head, COMPACTION);
  if (request.maxOutputTokens !== undefined && request.maxOutputTokens <= PROBE_TOKENS) return 'probe';
  const found = match(systemHead(request), PATTERNS) ?? match(head, PATTERNS);
  if (found !== undefined) return found;
  // Some put the instruction behind what it is about, some before it in a message of its own.
  if (newest.chars > TEXT_CHARS) {
    const tail = match(lower(tailOf(newest.pieces, TEXT_CHARS)), PATTERNS);
    if (tail !== undefined) return tail;
  }
  return first === null || first === newest ? undefined : match(lower(headOf(first.pieces, TEXT_CHARS)), PATTERNS);
}

function match(text: string, patterns: readonly ChorePattern[]): ChoreKind | undefined {
  if (!ANY_NEEDLE.test(text)) return undefined;
  for (const { kind, needles, pattern } of patterns) {
    for (const needle of needles) {
      if (!text.includes(needle)) continue;
      if (pattern.test(text)) return kind;
      break;
    }
  }
  return undefined;
}

/** Claude Code sends a line for its accounts first, then one that says who it is, then what is wanted: each in a part of its own. */
function systemHead({ messages }: ChatRequest): string {
  let head = '';
  for (const { role, content } of messages) {
    if (role !== 'system' && role !== 'developer') continue;
    if (typeof content === 'string') head += `${content.slice(0, TEXT_CHARS)}\n`;
    else for (const part of content ?? []) if (part.type === 'text' && !part.text.startsWith('x-anthropic-')) head += `${part.text.slice(0, TEXT_CHARS)}\n`;
    if (head.length >= TEXT_CHARS) break;
  }
  return lower(head);
}

const lower = (text: string): string => text.slice(0, TEXT_CHARS).toLowerCase();
