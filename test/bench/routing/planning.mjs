// npm run bench:planning [--docs]: µs of a plan, by the size of the pool and of the request. Reading the body is told apart from planning.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseConfig } from '../../../src/config/load.ts';
import { DEFAULT_CANDIDATES } from '../../../src/config/defaults.ts';
import { readAnyRequest } from '../../../src/protocol/wires.ts';
import { planRequest } from '../../../src/routing/plan.ts';
import { quantile } from '../numbers.mjs';

const POOLS = [5, 50, 500], BODIES_KB = [1, 50, 200, 1000];
const TURNS = ['a new ask', 'a step of a tool loop'];
/** So long for each cell, and so many at least. */
const CELL_MS = 1_000, LEAST = 100, WARM_UP = 40, MOST = 2_000;

/** A pool of many models: the default ones again and again, none of them like another. */
function configOf(count) {
  const candidates = Array.from({ length: count }, (_, at) => {
    const base = DEFAULT_CANDIDATES[at % DEFAULT_CANDIDATES.length], turn = Math.floor(at / DEFAULT_CANDIDATES.length);
    if (turn === 0) return base;
    const skills = Object.fromEntries(Object.entries(base.skills).map(([skill, value], part) => [skill, Math.max(0, Math.min(1, value - ((turn * 7 + part * 3) % 40) / 100))]));
    return { ...base, id: `${base.id}-${String(turn)}`, model: `maker/model-${String(at)}`, skills, benchmarks: { coding: 30 + ((at * 13) % 60) }, contextTokens: 1_000_000, pricing: { inputUsdPer1M: 0.1 + ((at * 17) % 90) / 10, outputUsdPer1M: 0.5 + ((at * 29) % 200) / 10, cachedInputUsdPer1M: 0.05 } };
  });
  const parsed = parseConfig({ auto: { candidates } }, 'bench');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
}

/** An agent's request of about so many kilobytes: a tool loop, with a new ask or a tool's result at the end. */
function bodyOf(kilobytes, turn) {
  const tools = ['read', 'edit', 'bash', 'grep'].map((name) => ({ type: 'function', function: { name, description: `The tool ${name}`, parameters: { type: 'object', properties: { path: { type: 'string' } } } } }));
  const ask = 'The retry test fails one time in ten on CI: find out why, and fix it without a longer timeout.';
  const messages = [{ role: 'system', content: 'You are a coding agent.' }, { role: 'user', content: ask }];
  const step = (at) => [
    { role: 'assistant', content: null, tool_calls: [{ id: `call_${String(at)}`, type: 'function', function: { name: at % 3 === 2 ? 'edit' : 'read', arguments: JSON.stringify({ filePath: `src/part_${String(at % 20)}.ts`, oldString: `value ${String(at)}`, newString: `value ${String(at + 1)}` }) } }] },
    { role: 'tool', tool_call_id: `call_${String(at)}`, content: `line of code number ${String(at)};\n`.repeat(60) },
  ];
  if (turn === TURNS[1]) messages.push(...step(0));
  let bytes = JSON.stringify({ messages, tools }).length;
  for (let at = 1; bytes < kilobytes * 1000 - 1_000; at++) {
    const more = step(at);
    messages.push(...more);
    bytes += JSON.stringify(more).length;
  }
  if (turn === TURNS[0] && messages.length > 2) messages.push({ role: 'user', content: 'Now do the same for the upload test, it hangs when the server closes early.' });
  return Buffer.from(JSON.stringify({ model: 'openfusion/auto', session_id: 's', stream: true, messages, tools }));
}

/** How often the system has given the processor to others: such a sample tells of them, not of us. */
const interruptions = () => process.resourceUsage().involuntaryContextSwitches;

function measure(config, body, pinned) {
  const reads = [], plans = [];
  const endMs = performance.now() + CELL_MS;
  for (let at = 0; (reads.length < LEAST && at < MOST) || performance.now() < endMs; at++) {
    const before = interruptions(), begun = performance.now();
    const request = readAnyRequest(body);
    const read = performance.now();
    const made = planRequest({ request: request.value, headers: {}, config, mode: { kind: 'auto' }, pinOf: () => pinned, coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs: 1_000 });
    const planned = performance.now();
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    if (at < WARM_UP || interruptions() !== before) continue;
    reads.push((read - begun) * 1000);
    plans.push((planned - read) * 1000);
  }
  return { read: [quantile(reads, 0.5), quantile(reads, 0.99)], plan: [quantile(plans, 0.5), quantile(plans, 0.99)] };
}

const both = ([p50, p99]) => `${p50.toFixed(0)} / ${p99.toFixed(0)}`;
const pinned = { candidateId: 'coder', roles: {}, updatedAtMs: 0 };
const configs = POOLS.map(configOf);
let text = `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}; µs, p50 / p99. Samples in which the system ran somebody else are left out, garbage collection is not.\n`;
for (const turn of TURNS) {
  text += `\n**${turn[0].toUpperCase()}${turn.slice(1)}**\n\n| body | reading it | ${POOLS.map((count) => `plan, ${String(count)} candidates`).join(' | ')} |\n|---:|---:|${POOLS.map(() => '---:|').join('')}\n`;
  for (const kilobytes of BODIES_KB) {
    const body = bodyOf(kilobytes, turn);
    const cells = configs.map((config) => measure(config, body, pinned));
    text += `| ${String(Math.round(body.length / 1000))} KB | ${both(cells[0].read)} | ${cells.map(({ plan }) => both(plan)).join(' | ')} |\n`;
  }
}
console.log(text);

if (process.argv.includes('--docs')) {
  const file = new URL('../../../docs/benchmarks.md', import.meta.url);
  const known = readFileSync(file, 'utf8');
  const changed = known.replace(/(<!-- planning -->\n)[\s\S]*?(<!-- end -->)/, (_all, begin, end) => `${begin}Measured ${new Date().toISOString().slice(0, 10)}. ${text}${end}`);
  if (changed === known) throw new Error('docs/benchmarks.md has no place for the table');
  writeFileSync(file, changed);
}
