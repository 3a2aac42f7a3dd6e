// What the gateway adds on top of its upstream, next to nothing in between, nginx and a bare proxy in Node. All targets run interleaved
// (A B C, then B C A, ...). Prints tables and which of the project's aims are met; exits 1 only when a target fails its self-check.
//
//   npm run bench -- [--rounds 5] [--only gateway,node-http+undici] [--scenarios load,paced] [--out results.json] [--md results.md]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Pool } from 'undici';
import { judge, renderAims } from './aims.mjs';
import { freePort, killAll, launch, rssMb, stop, untilReady } from './processes.mjs';
import { render } from './report.mjs';
import { chatBody, control, micros, mockStats, once, streamed } from './requests.mjs';
import { scenarios } from './scenarios.mjs';
import { targets as definitions } from './targets.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' }, only: { type: 'string' }, scenarios: { type: 'string', default: Object.keys(scenarios).join(',') },
    'latency-requests': { type: 'string', default: '150' }, 'load-seconds': { type: 'string', default: '2' }, connections: { type: 'string', default: '64' },
    streams: { type: 'string', default: '64' }, chunks: { type: 'string', default: '200' }, 'interval-ms': { type: 'string', default: '20' },
    'burst-streams': { type: 'string', default: '16' }, 'burst-chunks': { type: 'string', default: '2000' }, 'large-kb': { type: 'string', default: '200' },
    out: { type: 'string' }, md: { type: 'string' },
  },
});
const options = {
  rounds: Number(flags.rounds), latencyRequests: Number(flags['latency-requests']), loadSeconds: Number(flags['load-seconds']), connections: Number(flags.connections),
  streams: Number(flags.streams), chunks: Number(flags.chunks), intervalMs: Number(flags['interval-ms']),
  burstStreams: Number(flags['burst-streams']), burstChunks: Number(flags['burst-chunks']), largeKb: Number(flags['large-kb']),
};
const wanted = flags.scenarios.split(',');
const only = flags.only && new Set(['direct', ...flags.only.split(',')]);
const SMALL_BYTES = 512;
const START_LIMIT_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'openfusion-bench-'));
const say = (...words) => console.error(...words);
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const mock = await startMock();
options.mockPort = mock.port;
say(`node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(2)}`);
const { targets, failures } = await startAll();
const loads = await runAll(targets);
for (const target of targets) if (target.child) target.rss.end = rssMb(target.child.pid);
for (const target of targets) if (target.child) await stop(target.child);
await stop(mock.child);
report();
rmSync(folder, { recursive: true, force: true });
process.exit(failures.length > 0 ? 1 : 0);

async function startMock() {
  const port = await freePort();
  const child = launch('mock', { cmd: process.execPath, args: [join(import.meta.dirname, 'mock-upstream.mjs')], env: { PORT: String(port) } }, folder);
  await untilReady(child, port, '/health', START_LIMIT_MS);
  return { port, child };
}

async function startAll() {
  const started = [];
  const broken = [];
  for (const definition of definitions) {
    if (only && !only.has(definition.name)) continue;
    try {
      const target = await startTarget(definition);
      if (!target) { say(`- ${definition.name}: not installed here, left out`); continue; }
      started.push(target);
      await selfCheck(target, definition);
      await warmUp(target);
      say(`+ ${target.name}: ${target.notes.join('; ')}`);
    } catch (error) {
      broken.push(`${definition.name}: ${error.message}`);
      say(`- ${definition.name}: FAILED its self-check: ${error.message}`);
      const at = started.findIndex(({ name }) => name === definition.name);
      if (at >= 0) await stop(started.splice(at, 1)[0].child);
    }
  }
  return { targets: started, failures: broken };
}

async function startTarget({ name, model, start }) {
  const port = start ? await freePort() : mock.port;
  const command = start?.({ port, upstream: `http://127.0.0.1:${mock.port}`, folder });
  if (start && !command) return null;
  const target = {
    name, base: `http://127.0.0.1:${port}`, path: '/v1/chat/completions', headers: { 'content-type': 'application/json', authorization: 'Bearer local-key' },
    small: chatBody(model, SMALL_BYTES, false), large: chatBody(model, options.largeKb * 1024, false),
    smallStream: chatBody(model, SMALL_BYTES, true), largeStream: chatBody(model, options.largeKb * 1024, true),
    rows: {}, rss: {}, notes: [],
  };
  if (!command) return target;
  const begun = performance.now();
  target.child = launch(name, command, folder);
  target.pid = target.child.pid;
  try {
    await untilReady(target.child, port, '/v1/models', START_LIMIT_MS);
  } catch (error) {
    await stop(target.child);
    throw error;
  }
  target.readyMs = performance.now() - begun;
  return target;
}

/** The answer is the upstream's, streams pass whole, large bodies are taken, and the definition finds nothing unfair. */
async function selfCheck(target, { check }) {
  await control(mock.port, { chunks: 3, intervalMs: 0, bodyDelayMs: 0 });
  const client = new Client(target.base);
  try {
    const begun = micros();
    const first = await once(client, target, target.small);
    target.firstMs = (micros() - begun) / 1000;
    if (first.status !== 200 || !first.text.includes('Hello from the mock')) throw new Error(`answered ${first.status} ${first.text.slice(0, 200)}`);
    const { model, authorization } = await mockStats(mock.port);
    const large = await once(client, target, target.large);
    if (large.status !== 200) throw new Error(`answered ${large.status} to ${options.largeKb} KB: ${large.text.slice(0, 200)}`);
    for (const [size, payload] of [['small', target.smallStream], ['large', target.largeStream]]) {
      const stream = await streamed(client, target, payload);
      if (stream.chunks !== 3 || !stream.done) throw new Error(`passed ${stream.chunks} of 3 chunks of a stream (${size} body)`);
    }
    for (const { headers } of [first, large]) {
      const unfair = check?.({ headers, upstreamModel: model, upstreamKey: authorization });
      if (unfair) throw new Error(unfair);
    }
    target.notes.push(`upstream saw model ${model}`);
    if (target.pid) target.rss.start = rssMb(target.pid);
  } finally {
    await client.destroy();
  }
}

/** Compiles the hot paths before anything counts. */
async function warmUp(target) {
  const pool = new Pool(target.base, { connections: 8, pipelining: 1 });
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let at = 0; at < 75; at++) await once(pool, target, target.small);
    for (let at = 0; at < 8; at++) await once(pool, target, target.large);
    for (let at = 0; at < 12; at++) await streamed(pool, target, target.smallStream);
  }));
  await pool.destroy();
}

async function runAll(all) {
  const averages = [];
  for (const name of wanted) {
    const { run, rounds } = scenarios[name];
    const count = rounds(options);
    for (const target of all) target.rows[name] = [];
    for (let round = 0; round < count; round++) {
      // Each round starts elsewhere, so that nobody is always after the same neighbour.
      for (let at = 0; at < all.length; at++) {
        const target = all[(at + round) % all.length];
        target.rows[name][round] = await run(target, round, options).catch((error) => {
          target.notes.push(`${name}: ${error.message}`);
          return null;
        });
      }
      averages.push(loadavg()[0]);
      say(`${name} ${round + 1}/${count}, load ${loadavg()[0].toFixed(2)}`);
    }
  }
  return averages;
}

function report() {
  const run = { node: process.version, machine: `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`, loads, options, targets: targets.map(({ name, rows, notes, rss, readyMs, firstMs }) => ({ name, rows, notes, rss, readyMs, firstMs })) };
  const measured = Object.fromEntries(targets.map(({ name, rows }) => [name, Object.fromEntries(Object.entries(rows).map(([scenario, list]) => [scenario, list.filter(Boolean)]))]));
  const broken = failures.map((failure) => `- FAILED its self-check: ${failure}\n`).join('');
  const text = `${render(run)}\n${renderAims(judge(measured, options))}${broken}`;
  process.stdout.write(text);
  if (flags.md) writeFileSync(flags.md, text);
  if (flags.out) writeFileSync(flags.out, JSON.stringify(run, null, 1));
}
