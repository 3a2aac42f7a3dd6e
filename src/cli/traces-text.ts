/** Traces for people, on a terminal. */
import type { Phase, TraceRecord, TraceSummary } from '../trace/types.ts';
import { columns, forTerminal, oneLine, usd } from './output.ts';
import { routeText } from './route-text.ts';
import { differenceText } from './traces-summary.ts';

export function listText(traces: readonly TraceSummary[]): string {
  if (traces.length === 0) return 'No traces yet.\n';
  return `${columns([['time', 'id', 'status', 'client', 'turn', 'strategy', 'model', 'ms', 'cost', 'task'], ...traces.map(cells)])}\n`;
}

/** One line, as `--follow` prints it. */
export const followLine = (summary: TraceSummary): string => `${cells(summary).join('  ')}\n`;

function cells({ id, startedAtMs, status, client, turn, strategy, servedModel, requestedModel, durationMs, costUsd, excerpt, fallback, dryRun }: TraceSummary): string[] {
  const model = `${servedModel ?? requestedModel}${fallback === null ? '' : ` (${fallback})`}${dryRun ? ' [dry-run]' : ''}`;
  return [
    new Date(startedAtMs).toISOString().slice(11, 19), oneLine(id), status, oneLine(client, 16) || '-', turn ?? '-', strategy ?? '-', oneLine(model, 60),
    durationMs === null ? '-' : String(Math.round(durationMs)), usd(costUsd), oneLine(excerpt, 60),
  ];
}

/** Everything about one request: the plan, the calls, the answer as far as it was kept. */
export function traceText(trace: TraceRecord): string {
  const { id, startedAtMs, status, httpStatus, client, requestedModel, served, durationMs, firstContentMs, usage, costUsd, error, dryRun, answer, toolCalls } = trace;
  const sections = [
    `Trace ${oneLine(id)}${dryRun ? ' (dry-run: no model was called)' : ''}`,
    `${new Date(startedAtMs).toISOString()}  ${status}${httpStatus === null ? '' : ` ${String(httpStatus)}`}  ${oneLine(client)} asked for ${oneLine(requestedModel)}`,
    served === null ? 'No model answered' : `Answered by ${oneLine(served.model)} (${oneLine(served.strategy)}${served.fallback === null ? '' : `, fallback: ${oneLine(served.fallback)}`})`,
    `First content ${ms(firstContentMs)}, whole ${ms(durationMs)}; ${usage === null ? 'no usage' : `${String(usage.inputTokens)} tokens in (${String(usage.cachedInputTokens)} cached), ${String(usage.outputTokens)} out${usage.estimated ? ', estimated' : ''}`}; ${usd(costUsd)}`,
    ...savingsLines(trace),
    ...(error === null ? [] : [`Error ${String(error.status)}: ${oneLine(error.message)}`]),
    ...(trace.plan === null ? [] : ['', routeText(trace.plan).trimEnd()]),
    ...(trace.phases.length === 0 ? [] : ['', 'Model calls', columns(trace.phases.flatMap(phaseRows))]),
    ...(answer === '' ? [] : ['', 'Answer', forTerminal(answer)]),
    ...toolCalls.map(({ name, arguments: args }) => `Tool call ${oneLine(name)} ${oneLine(args, 200)}`),
  ];
  return `${sections.join('\n')}\n`;
}

/** What the answer would have cost as one call of others. */
function savingsLines({ savings, costUsd }: TraceRecord): string[] {
  if (savings === null || savings === undefined) return [];
  const { tokens: { input, cached, output }, strongest, cheapest, unpriced } = savings;
  const left = unpriced === 0 ? '' : `; ${String(unpriced)} without a known price left out`;
  if (strongest === null || cheapest === null) return [`Not compared with others: no price is known${left}`];
  const other = (what: string, { model, costUsd: its }: typeof strongest): string => `${what} ${oneLine(model)} alone ${usd(its)} (this ${differenceText(costUsd, its)})`;
  return [`By these tokens (${String(input)} in, ${String(cached)} of them from a warm cache, ${String(output)} out): ${other('strongest', strongest)}, ${other('cheapest', cheapest)}${left}`];
}

function phaseRows({ phase, role, model, status, startedMs, endedMs, costUsd, verdict, attempts }: Phase): string[][] {
  const failures = attempts.filter((attempt) => attempt.status !== 'success');
  return [
    [`  ${phase}`, oneLine(role), oneLine(model), status, `${ms(startedMs)} – ${ms(endedMs)}`, usd(costUsd), oneLine(verdict ?? '', 60)],
    ...failures.map(({ model: tried, reason, httpStatus, message }) => ['', '', oneLine(tried), oneLine(reason ?? 'error'), httpStatus === undefined ? '' : String(httpStatus), '', oneLine(message ?? '', 80)]),
  ];
}

const ms = (value: number | null): string => (value === null ? '-' : `${String(Math.round(value))} ms`);
