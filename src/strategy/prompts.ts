import type { ChatRequest, Completion, ToolCall } from '../protocol/types.ts';
import type { OurTurn } from '../protocol/wire.ts';

const LABELS = 'ABCDEFGH';
export const labelOf = (index: number): string => LABELS[index] ?? String(index);

const NO_CHANGE = 'NO_CHANGE';

/** Asks for a check of a draft: either the one word, or the better answer itself. */
export function verifyTurn(request: ChatRequest, draft: Completion): OurTurn {
  return turn('review', [
    'Before your next reply goes to the user, check this draft of it, written by another model.',
    '', '<draft>', proposalText(draft), '</draft>', '',
    `If the draft is right and complete, reply with exactly ${NO_CHANGE} and nothing else. Prefer that: change only what is wrong, unsafe or missing.`,
    needsWholeProposal(request, draft)
      ? 'If its next step is wrong, reply with one sentence that says what is wrong with it, and nothing else.'
      : 'Otherwise reply with the full corrected reply to the user and nothing else: no preface, no mention of the draft.',
  ]);
}

/** Tool calls, and answers by a schema, cannot be patched by words: another whole proposal takes the draft's place. */
export const needsWholeProposal = (request: ChatRequest, draft: Completion): boolean => draft.toolCalls.length > 0 || request.responseFormat !== 'text';

/** True when a verifier's reply says that the draft stands. */
export const saysNoChange = (reply: string): boolean => /^[\s"'`*_.[(]*no[ _-]?changes?\b/i.test(reply);
/** Could the start of a reply still become "no change"? Decides how long a verifier's stream is held. */
export const mayBecomeNoChange = (start: string): boolean => start.trim().length < NO_CHANGE.length + 4 && /^[\s"'`*_.[(]*(n(o([ _-]?(c(h(a(n(g(es?)?)?)?)?)?)?)?)?)?[\s"'`*_.\])]*$/i.test(start);

export function judgeTurn(answers: readonly Completion[]): OurTurn {
  return turn('review', [
    'Several models answered the conversation above independently. Compare their answers; do not merge them.',
    '', ...answers.flatMap((answer, index) => [`### Answer ${labelOf(index)}`, proposalText(answer), '']),
    'Reply with one JSON object and nothing else:',
    '{"best": "<letter of the answer to build on>", "consensus": ["…"], "contradictions": ["…"], "unique_insights": ["…"], "blind_spots": ["…"]}',
    'Judge by correctness first, then safety, then completeness. Length and style count for nothing.',
  ]);
}

export function synthesisTurn(answers: readonly Completion[], notes: string): OurTurn {
  return turn('final', [
    'Several models answered the conversation above independently. Write the one final reply to the user, in the language of the user.',
    'Keep what is right, settle contradictions, drop what is wrong. Do not mention the other answers, the panel or the judge.',
    '', ...answers.flatMap((answer, index) => [`### Answer ${labelOf(index)}`, proposalText(answer), '']),
    ...(notes === '' ? [] : ["### Judge's notes", notes]),
  ]);
}

const turn = (kind: OurTurn['kind'], lines: readonly string[]): OurTurn => ({ kind, text: lines.join('\n') });

const proposalText = ({ text, toolCalls }: Completion): string =>
  [text, ...toolCalls.map(callText)].filter((part) => part !== '').join('\n');

const callText = ({ name, arguments: args }: ToolCall): string => `[calls the tool ${name} with ${args}]`;
