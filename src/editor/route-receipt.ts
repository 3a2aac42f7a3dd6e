/** The Markdown receipt of a plan: what was decided for a prompt, and why. Text of others stands as text in it. */
import { asArray, asNumber, asObject, asString, asStrings, type JsonObject } from '../receipts/guards.ts';
import { code, plain, table } from '../receipts/render/markdown.ts';

/**
 * @param answer what `POST /debug/route` answered
 * @throws when it holds no plan
 */
export function routeReceipt(prompt: string, answer: unknown): string {
  const body = asObject(answer);
  const plan = asObject(body.plan ?? body);
  if (asString(plan.strategy) === null) throw new Error('The gateway answered without a plan.');
  const sections = [
    '# Route receipt', fenced(prompt),
    '## Decision', decision(plan),
    '## Why', list(asStrings(plan.explanation)) || text(asObject(plan.route).rationale),
    '## What the task was taken for', task(asObject(plan.task)),
    '## Candidates', candidates(asArray(plan.candidates).map(asObject)),
    '## Rejected', rejected(asArray(plan.rejected).map(asObject)),
    '## Session and budget', sessionAndBudget(asObject(plan.session), asObject(plan.budget)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function decision(plan: JsonObject): string {
  const calls = (value: unknown): string => asArray(value).map(call).join(', ') || 'none';
  const one = (value: unknown): string => (value === null || value === undefined ? 'none' : call(value));
  const strategy = asString(plan.strategy) ?? '';
  const fusion = strategy === 'fusion-panel';
  return list([
    `Strategy: ${code(strategy)} (reason: ${code(asString(plan.reason) ?? 'not given')})`,
    ...(fusion ? [`Panel: ${calls(plan.panel)}`, `Judge: ${one(plan.judge)}`, `Synthesizer: ${one(plan.synthesizer)}`] : [`Model: ${one(plan.primary)}`]),
    ...(strategy === 'single-verify' ? [`Verifier: ${one(plan.verifier)}`] : []),
    `Fallbacks: ${calls(plan.fallbacks)}`,
  ], (item) => item);
}

function task(profile: JsonObject): string {
  const facts = [
    `Turn: ${code(asString(profile.turn) ?? '?')}, domain: ${code(asString(profile.domain) ?? '?')}`,
    `Complexity ${number(profile.complexity)}, risk ${number(profile.risk)}, difficulty ${number(profile.difficulty)} (chance that the cheapest capable candidate gets it wrong)`,
    `Context: about ${number(profile.contextTokens, 0)} tokens, answer: about ${number(profile.expectedOutputTokens, 0)} tokens`,
  ];
  const signals = asArray(profile.signals).map(asObject).map((signal) => [text(signal.kind), number(signal.score), text(signal.evidence), text(signal.reason)]);
  return [list(facts, (item) => item), rowsOr('No signals were found.', ['Signal', 'Score', 'Evidence', 'Reason'], signals)].join('\n\n');
}

function candidates(found: JsonObject[]): string {
  const parts = [...new Set(found.flatMap(({ parts: of }) => Object.keys(asObject(of))))];
  const rows = found.map((candidate) => [
    code(asString(candidate.id) ?? '?'), code(asString(candidate.model) ?? '?'), number(candidate.score, 3), number(candidate.quality), usd(candidate.costUsd),
    ...parts.map((part) => number(asObject(candidate.parts)[part])), number(candidate.stickyBonus), penalties(candidate.penalties),
  ]);
  return rowsOr('No candidate was left.', ['Candidate', 'Model', 'Score', 'Quality', 'Cost', ...parts.map(text), 'Sticky', 'Penalties'], rows);
}

function penalties(value: unknown): string {
  return asArray(value).map(asObject).map(({ reason, amount }) => `${text(reason)} −${number(amount)}`).join('; ');
}

function rejected(found: JsonObject[]): string {
  const rows = found.map(({ id, model, reason, detail }) => [code(asString(id) ?? '?'), code(asString(model) ?? '?'), code(asString(reason) ?? '?'), text(detail)]);
  return rowsOr('None.', ['Candidate', 'Model', 'Reason', 'Detail'], rows);
}

function sessionAndBudget(session: JsonObject, budget: JsonObject): string {
  const pinned = session.hit === true ? 'found a pin' : 'no pin yet';
  return list([
    `Session: ${text(session.source)} (from ${code(asString(session.from) ?? '?')}), ${pinned}`,
    `Calls: ${number(budget.plannedCalls, 0)} of at most ${number(budget.maxCalls, 0)}`,
    `Estimated cost: ${usd(budget.estimatedUsd)}${asNumber(budget.maxUsd) === null ? '' : ` of at most ${usd(budget.maxUsd)}`}`,
  ], (item) => item);
}

function call(value: unknown): string {
  const { role, model, upstreamName } = asObject(value);
  return `${code(`${asString(role) ?? '?'}: ${asString(model) ?? '?'}`)} at ${code(asString(upstreamName) ?? '?')}`;
}

const number = (value: unknown, digits = 2): string => asNumber(value)?.toFixed(digits) ?? '–';
const usd = (value: unknown): string => (asNumber(value) === null ? 'unknown' : `$${number(value, 5)}`);
const list = (items: string[], shown: (item: string) => string = text): string => items.map((item) => `- ${shown(item)}`).join('\n');

const text = (value: unknown): string => plain(asString(value) ?? '');

/** The prompt as it is, in a fence that it cannot end. */
function fenced(prompt: string): string {
  const longest = Math.max(2, ...(prompt.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${prompt}\n${fence}`;
}

function rowsOr(whenEmpty: string, head: string[], rows: string[][]): string {
  return rows.length === 0 ? whenEmpty : table(head, rows);
}
