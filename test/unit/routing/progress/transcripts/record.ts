// `node test/unit/routing/progress/transcripts/record.ts [agent …]` (after `npm run build`): lets real agents work on the failing test of the sandbox with a
// scripted model that twice makes it no better and then mends it, and keeps what they sent as small fixtures beside this file.
// Of a request stay roles, names, arguments and results of tools; prompts of agents, their reminders and their tools' descriptions go.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUG, FIX, PROMPT, SOURCE } from '../../../../clients/sandbox.ts';
import { AGENTS, runAgent, type AgentName } from '../../../../clients/run-agent.ts';
import { dialectOf, REPORT, type Dialect } from '../../../../clients/scripted-coder.ts';
import { startScriptedUpstream, text, toolCalls, type ScriptedToolCall, type ScriptFunction, type UpstreamRequest } from '../../../../support/scripted-upstream.ts';
import type { Transcript } from './transcript.ts';

/** Two changes after which the same assertion fails. */
const FIRST_TRY = 'return b - a;', SECOND_TRY = 'return 0 + b - a;';

type Step = (dialect: Dialect, path: string) => ScriptedToolCall;

const STEPS: readonly Step[] = [
  ({ run }) => run('node --test'),
  ({ read }, path) => read(path),
  ({ edit }, path) => edit(path, BUG, FIRST_TRY),
  ({ run }) => run('node --test'),
  ({ edit }, path) => edit(path, FIRST_TRY, SECOND_TRY),
  ({ run }) => run('node --test 2>&1 | tail -n 40'),
  ({ edit }, path) => edit(path, SECOND_TRY, FIX),
  ({ run }) => run('node --test 2>&1 | tail -n 20'),
];

/** Goes by the number of calls that were made, so that a repeated request gets the same answer. */
const stumblingCoder: ScriptFunction = ({ conversation }) => {
  const dialect = dialectOf(conversation);
  if (dialect === undefined) return text('Fix the failing test of add()');
  const results = conversation.turns.filter(({ role }) => role === 'tool');
  if (results.length === 0) return toolCalls([dialect.run('pwd')], { say: 'I will look around first.' });
  const folder = results.map((turn) => /(\/[^\s"\\]+\/repo)\b/.exec(turn.text)?.[1]).find((found) => found !== undefined) ?? '';
  const step = STEPS[results.length - 1];
  return step === undefined ? text(REPORT) : toolCalls([step(dialect, `${folder}/${SOURCE}`)]);
};

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

async function record(agent: AgentName): Promise<void> {
  const upstream = await startScriptedUpstream({ script: stumblingCoder });
  try {
    const run = await runAgent({ agent, baseURL: upstream.baseURL });
    if (run.exitCode !== 0 || !run.testGreen) throw new Error(`${agent} did not finish: ${run.stdout}\n${run.stderr}`);
    const transcript = transcriptOf(agent, upstream.requests.filter(({ conversation }) => dialectOf(conversation) !== undefined));
    await writeFile(join(import.meta.dirname, `${agent}.json`), `${JSON.stringify(transcript, null, 1)}\n`);
    console.log(`${agent}: ${String(transcript.requests.length)} requests, ${String(JSON.stringify(transcript).length)} characters`);
  } finally {
    await upstream.close();
  }
}

/** The last request says all that the ones before it did; of these only how far they went is kept. */
function transcriptOf(agent: AgentName, requests: readonly UpstreamRequest[]): Transcript {
  const { package: name, version, wire } = AGENTS[agent];
  const lists = requests.map(({ body }) => entriesOf(body));
  const entries = lists.at(-1) ?? [];
  for (const list of lists) {
    const from = JSON.stringify(entries.slice(0, list.length));
    if (JSON.stringify(list) !== from) throw new Error(`${agent}: a request is no continuation of the one before:\n${JSON.stringify(list)}\n${from}`);
  }
  const tools = [...new Set(requests.flatMap(({ conversation }) => conversation.tools.map((tool) => tool.name)))];
  return { agent, package: `${name}@${version}`, wire, tools, entries, requests: lists.map(({ length }) => length) };
}

/** Messages or items, without what the agent's maker wrote. */
function entriesOf(body: Json): Json[] {
  return listOf(body['messages']).concat(listOf(body['input'])).flatMap((entry) => {
    if (entry['role'] === 'system' || entry['role'] === 'developer' || entry['type'] === 'reasoning') return [];
    const kept = cleaned(entry);
    return isJson(kept) && !(Array.isArray(kept['content']) && kept['content'].length === 0) ? [kept] : [];
  });
}

/** Marks of caches, ids and status that change from request to request, and reasoning, which says nothing here. */
const DROPPED = new Set(['cache_control', 'id', 'status', 'reasoning_content', 'annotations', 'internal_chat_message_metadata_passthrough']);
/** Fields of a call that must stay paired, under the id that stands there. */
const isPart = (value: unknown): boolean => isJson(value) && ['text', 'input_text'].includes(String(value['type']));

function cleaned(value: unknown, ofUser = false): unknown {
  if (typeof value === 'string') return withoutPlaces(value);
  if (Array.isArray(value)) return value.filter((part) => !(ofUser && isPart(part)) || String((part as Json)['text']).includes(PROMPT)).map((part) => cleaned(part, ofUser));
  if (!isJson(value)) return value;
  const user = ofUser || value['role'] === 'user';
  const kept = Object.entries(value).filter(([key]) => !DROPPED.has(key) || (key === 'id' && (value['type'] === 'tool_use' || value['type'] === 'function')));
  return Object.fromEntries(kept.map(([key, inner]) => [key, user && key !== 'output' && typeof inner === 'string' && inner.includes(PROMPT) ? PROMPT : cleaned(inner, user)]));
}

function withoutPlaces(value: string): string {
  return value
    .replace(/<system-reminder>[\s\S]*?<\/system-reminder>\s*/g, '')
    .replace(/\/(?!\/)[^\s"'\\]*?openfusion-[a-z-]+-[A-Za-z0-9]{6}\/repo/g, '/home/dev/repo')
    .replace(/\/(?!\/)[^\s"'\\]*?openfusion-[a-z-]+-[A-Za-z0-9]{6}\/(home|tmp)/g, '/home/dev');
}

const named = process.argv.slice(2) as AgentName[];
const failed: string[] = [];
for (const agent of named.length > 0 ? named : (Object.keys(AGENTS) as AgentName[]).filter((name) => name !== 'codex-websocket')) {
  await record(agent).catch((error: unknown) => {
    failed.push(agent);
    console.error(`${agent}: ${error instanceof Error ? error.message : String(error)}`);
  });
}
process.exitCode = failed.length > 0 ? 1 : 0;
