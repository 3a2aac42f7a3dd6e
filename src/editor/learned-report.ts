/** What was learned, as Markdown, and what of it can be forgotten. Names of others stand as text in it. */
import { asArray, asNumber, asObject, asString, type JsonObject } from '../receipts/guards.ts';
import { code, table } from '../receipts/render/markdown.ts';

const HEAD = ['Kind of task', 'Model', 'Right', 'Wrong', 'Predicted', 'Learned', 'From', 'Since'];

/** @param answer what `GET /learned` answered */
export function learnedReport(answer: unknown): string {
  const { enabled } = asObject(answer);
  const rows = entriesOf(answer).map((entry) => [
    code(asString(entry.kind) ?? '?'), code(asString(entry.model) ?? '?'), number(entry.right), number(entry.wrong), percent(entry.predicted), `${percent(entry.learned)} (${shift(entry)})`,
    sources(entry.by), day(entry.sinceMs),
  ]);
  return `${[
    '# Learned estimates',
    'How often each model was right on each kind of task here, as far as outcomes tell: verifier verdicts, retries, escalations, tests that passed, your thumbs in the trace view. '
    + 'Outcomes are weighted, and fade by half in 30 days. They move what is predicted of a model by at most 15 points, and never leave this machine.',
    ...(enabled === false ? ['**Learning is off** (`openfusion.auto.learning.enabled`): nothing of this is used or added to.'] : []),
    rows.length === 0 ? 'Nothing was learned yet.' : table(HEAD, rows),
    '*OpenFusion: Reset Learned Estimates* forgets all of it, or a model, or a kind of task. A thumb is taken back in the trace view.',
  ].join('\n\n')}\n`;
}

/** The kinds of tasks and the models of which something was learned, each once. */
export function forgettable(answer: unknown): { kinds: string[]; models: string[] } {
  const names = (of: 'kind' | 'model'): string[] => [...new Set(entriesOf(answer).flatMap((entry) => asString(entry[of]) ?? []))].sort();
  return { kinds: names('kind'), models: names('model') };
}

const entriesOf = (answer: unknown): JsonObject[] => asArray(asObject(answer).entries).map(asObject);

const number = (value: unknown): string => asNumber(value)?.toFixed(1) ?? '–';
const percent = (value: unknown): string => (asNumber(value) === null ? '–' : `${((asNumber(value) ?? 0) * 100).toFixed(0)} %`);

function shift({ predicted, learned }: JsonObject): string {
  const points = ((asNumber(learned) ?? 0) - (asNumber(predicted) ?? 0)) * 100;
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
}

function sources(by: unknown): string {
  return Object.entries(asObject(by)).map(([from, counts]) => `${code(from)} ${number(asObject(counts).right)} : ${number(asObject(counts).wrong)}`).join(', ');
}

function day(ms: unknown): string {
  const date = new Date(asNumber(ms) ?? NaN);
  return Number.isNaN(date.getTime()) ? '–' : date.toISOString().slice(0, 10);
}
