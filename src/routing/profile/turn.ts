import type { ChatMessage, ChatRequest } from '../../protocol/types.ts';
import type { ChoreKind, TurnKind } from '../types.ts';
import { readUserMessage, type Ask } from './ask.ts';
import { choreOf } from './chore.ts';

export interface Turn {
  kind: TurnKind;
  choreKind: ChoreKind | undefined;
  /** The newest thing that the user said; null when nobody did. */
  newest: Ask | null;
  /** The first ask of the request; undefined when it was not read that far. */
  first: Ask | null | undefined;
  /** What the task is read from: the newest ask, or the one before it when the newest only says "go on". */
  task: Ask | null;
  /** Asks before that one, newest first, when it is short enough to refer to them: at most three turns of the user are read. */
  earlier: Ask[];
}

/** How far back a "go on" is followed. */
const MAX_STEPS_BACK = 3;
const LONGEST_GO_ON = 40;
/** An ask of up to this many characters may refer to those before it; so many turns of the user are read in all. */
const LONGEST_REFERRING = 240, MOST_TURNS = 3;
const GO_ON = /^(?:(?:ok|okay|yes|yep|sure|great|perfect|please)[\s,.!]*)*(?:(?:continue|go on|go ahead|proceed|keep going|carry on|next(?: step| one)?|resume|do (?:it|so|that)|sounds good|looks good|lgtm|try again|retry)(?: with [\w ]{1,24}| please| then| now)?)?[\s.!]*$|^(?:请|那就)?(?:继续|繼續|接着做?|下一步|好的?|可以|行|是的?|再试一次|重试)[吧了的。.!！]*$/i;

/** What kind of turn a request is, and which words of the user it is about. Reads from the end, and no further than it must. */
export function readTurn(request: ChatRequest): Turn {
  let turn = turns.get(request);
  if (turn === undefined) turns.set(request, turn = readNew(request));
  return turn;
}

/** Planner and learner both want to know. */
const turns = new WeakMap<ChatRequest, Turn>();

function readNew(request: ChatRequest): Turn {
  const { messages } = request;
  const last = lastSpoken(messages);
  const back = readBack(messages, last);
  const newest = back.asks[0] ?? null;
  const task = back.asks.at(-1) ?? null, { earlier } = back;
  const first = back.toStart ? back.first : undefined;
  if (back.answersTool) return { kind: 'tool_result', choreKind: undefined, newest, first, task, earlier };
  const choreKind = choreOf(request, back.spoken ? null : back.first, back.newestIsLast ? newest : null);
  if (choreKind !== undefined) return { kind: 'chore', choreKind, newest, first, task: newest, earlier: [] };
  // The harness alone speaks, between an answer and the next: the loop goes on.
  if (!back.newestIsLast && back.spoken && messages[last]?.role === 'user') return { kind: 'tool_result', choreKind, newest, first, task, earlier };
  return { kind: back.earlierAsk ? 'followup' : 'task', choreKind, newest, first, task, earlier };
}

/** Some agents put system messages behind the user's. */
function lastSpoken(messages: readonly ChatMessage[]): number {
  let last = messages.length - 1;
  while (last >= 0 && isSystem(messages[last])) last--;
  return last;
}

const isSystem = (message: ChatMessage | undefined): boolean => message?.role === 'system' || message?.role === 'developer';

interface Back {
  /** The newest ask, then the ones before it as far as "go on" leads. */
  asks: Ask[];
  /** The ones before these, as far as they are read. */
  earlier: Ask[];
  /** The newest message holds a tool's result and no words of the user. */
  answersTool: boolean;
  newestIsLast: boolean;
  /** An assistant has spoken already. */
  spoken: boolean;
  /** The user asked something before, and was answered. */
  earlierAsk: boolean;
  /** First ask of the request, as far as it was read. */
  first: Ask | null;
  /** Was it read to its start? */
  toStart: boolean;
}

function readBack(messages: readonly ChatMessage[], last: number): Back {
  const back: Back = { asks: [], earlier: [], answersTool: messages[last]?.role === 'tool', newestIsLast: false, spoken: false, earlierAsk: false, first: null, toStart: false };
  let seeking = true, spokenBefore = false;
  for (let i = last; i >= 0; i--) {
    const message = messages[i];
    if (message?.role === 'assistant') { back.spoken = true; spokenBefore = true; continue; }
    if (message?.role !== 'user') continue;
    const { ask, toolResult } = readUserMessage(message);
    if (i === last && ask === null && toolResult) back.answersTool = true;
    if (ask === null) continue;
    back.first = ask;
    if (back.asks.length === 0) {
      back.newestIsLast = i === last;
      spokenBefore = false;
    } else if (spokenBefore) back.earlierAsk = true;
    if (seeking) {
      back.asks.push(ask);
      seeking = isGoOn(ask) && back.asks.length <= MAX_STEPS_BACK;
    } else if (wantsMore(back)) back.earlier.push(ask);
    if (!seeking && (back.earlierAsk || back.answersTool) && !wantsMore(back)) return back;
  }
  back.toStart = true;
  return back;
}

const wantsMore = ({ asks, earlier }: Back): boolean => (asks.at(-1)?.chars ?? 0) <= LONGEST_REFERRING && asks.length + earlier.length < MOST_TURNS;

/** "Continue", "yes, do it", "继续": says nothing about the task by itself. */
export function isGoOn({ pieces, chars }: Ask): boolean {
  return chars <= LONGEST_GO_ON && pieces.length === 1 && GO_ON.test((pieces[0] ?? '').trim());
}
