/** Takes the words out of a trace and leaves numbers and names: for `keepPrompts: "none"`, for disks, for those who did not ask. */
import type { Plan } from '../routing/types.ts';
import type { Phase, TraceRecord } from '../trace/types.ts';

/** A verdict's name, like `no change`; what may follow it after a colon is a model's own words. */
const VERDICT_NAME = /^([a-z][a-z _-]{0,31})(?::|$)/;

/** A copy without what the models said: texts, tool arguments, verdicts in sentences. Tool names stay. */
export function withoutAnswers(record: TraceRecord): TraceRecord {
  return { ...record, answer: '', toolCalls: record.toolCalls.map(nameOnly), phases: record.phases.map(phaseWithoutText) };
}

/** A copy without any words of the user or of a model. */
export function withoutText(record: TraceRecord): TraceRecord {
  return { ...withoutAnswers(record), plan: record.plan === null ? null : planWithoutText(record.plan) };
}

/** A copy of a plan without the user's words: the excerpt and the matched words, wherever the plan quotes them. */
export function planWithoutText(plan: Plan): Plan {
  const words = plan.task.signals.map(({ evidence }) => evidence).concat(plan.task.excerpt).filter((text) => text.length > 0);
  const unquoted = (sentence: string) => words.reduce((text, word) => text.replaceAll(word, '…'), sentence);
  return {
    ...plan,
    task: { ...plan.task, excerpt: '', signals: plan.task.signals.map((signal) => ({ ...signal, evidence: '' })) },
    explanation: plan.explanation.map(unquoted),
    route: { ...plan.route, rationale: unquoted(plan.route.rationale) },
  };
}

/** How many characters of text a record holds, for memory limits. */
export function textChars(record: TraceRecord): number {
  let chars = record.answer.length + argumentChars(record.toolCalls);
  for (const { text, toolCalls } of record.phases) chars += text.length + argumentChars(toolCalls);
  return chars;
}

function argumentChars(calls: TraceRecord['toolCalls']): number {
  let chars = 0;
  for (const call of calls) chars += call.arguments.length;
  return chars;
}

/** A verdict as far as it may be shown without text: its name stays, sentences go. */
export function verdictName(verdict: string | undefined): string | undefined {
  return verdict === undefined ? undefined : VERDICT_NAME.exec(verdict)?.[1];
}

function phaseWithoutText(phase: Phase): Phase {
  return { ...phase, text: '', toolCalls: phase.toolCalls.map(nameOnly), verdict: verdictName(phase.verdict) };
}

const nameOnly = ({ name }: { name: string }) => ({ name, arguments: '' });
