/** Judges the usage that the plain and the streamed answer reported. Sends nothing. */
import { check, type Check } from '../check.ts';
import type { ProbeUsage } from './format.ts';
import type { FormatRun } from './run.ts';

const HINT = 'Costs are counted from it; without it they are estimates.';

export function probeUsage({ format, facts: { plain, stream, unaskedUsage = false } }: FormatRun): Check {
  const name = format.checks.usage;
  const problems = [
    ...sourceProblems('the plain answer', plain?.usage),
    ...sourceProblems('the stream', stream?.usage),
    ...(format.id === 'chat' && stream !== undefined && stream.usage !== null && !stream.usageAlone ? ['the stream’s usage chunk is not one with an empty list of choices'] : []),
    ...(unaskedUsage ? ['a usage chunk comes in a stream that did not ask for it'] : []),
  ];
  if (problems.length > 0) return check(name, 'warn', problems.join('; '), { hint: HINT });
  const cached = [plain, stream].some((seen) => seen?.usage?.cachedInputTokens !== null && seen?.usage?.cachedInputTokens !== undefined);
  return check(name, 'pass', `plain ${tokensText(plain?.usage)}, stream ${tokensText(stream?.usage)} tokens; cached tokens ${cached ? 'told' : 'not told'}`);
}

function sourceProblems(source: string, usage: ProbeUsage | null | undefined): string[] {
  if (usage === undefined) return [];
  if (usage === null) return [`${source} has no usage`];
  return usage.inputTokens > 0 && usage.outputTokens > 0 ? [] : [`${source} reports ${tokensText(usage)} tokens`];
}

const tokensText = (usage: ProbeUsage | null | undefined): string => (usage == null ? '-' : `${usage.inputTokens} + ${usage.outputTokens}`);
