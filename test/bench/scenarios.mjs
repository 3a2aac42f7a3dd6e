// What is measured. Every scenario takes a target and the round's number and returns one row of plain numbers (µs unless named).
import { Client, Pool } from 'undici';
import { quantile } from './numbers.mjs';
import { cpuMicros, sleep } from './processes.mjs';
import { control, micros, mockStats, once, streamed } from './requests.mjs';

const LONG_STREAMS = { headersTimeout: 60_000, bodyTimeout: 60_000 };
const SHORT_ANSWER = { chunks: 3, intervalMs: 0, bodyDelayMs: 0 };
/** How long an upstream stream may go on after its client has left. */
const ABORT_GRACE_MS = 400;
const ABORTED_STREAMS = 20;

/** CPU of the target's process tree since `before`, per piece of work; NaN for the upstream itself. */
const cpuSince = (target, before, count) => (target.pid ? (cpuMicros(target.pid) - before) / Math.max(1, count) : NaN);
const cpuNow = (target) => (target.pid ? cpuMicros(target.pid) : NaN);

/** Non-streaming, one at a time. */
async function latency(target, round, { latencyRequests }) {
  const client = new Client(target.base, { pipelining: 1 });
  const measure = async (payload, count) => {
    for (let at = 0; at < (round === 0 ? count : 10); at++) await once(client, target, payload);
    const times = [];
    const before = cpuNow(target);
    for (let at = 0; at < count; at++) {
      const begun = micros();
      const { status } = await once(client, target, payload);
      times.push(micros() - begun);
      if (status !== 200) throw new Error(`status ${status}`);
    }
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpu: cpuSince(target, before, count) };
  };
  try {
    return { small: await measure(target.small, latencyRequests), large: await measure(target.large, Math.ceil(latencyRequests / 2)) };
  } finally {
    await client.destroy();
  }
}

/** Streaming, one at a time: until the first content chunk. */
async function firstToken(target, round, { latencyRequests }) {
  const client = new Client(target.base, { pipelining: 1 });
  const measure = async (payload, count) => {
    for (let at = 0; at < (round === 0 ? count / 2 : 5); at++) await streamed(client, target, payload);
    const times = [];
    for (let at = 0; at < count; at++) times.push((await streamed(client, target, payload)).ttft);
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  };
  try {
    return { small: await measure(target.smallStream, latencyRequests), large: await measure(target.largeStream, Math.ceil(latencyRequests / 2)) };
  } finally {
    await client.destroy();
  }
}

/** Closed loop over many connections: requests a second and the target's CPU for each. */
async function load(target, round, { loadSeconds, connections, mockPort }) {
  const measure = async (payload, seconds) => {
    await control(mockPort, {});
    const pool = new Pool(target.base, { connections, pipelining: 1 });
    const before = cpuNow(target);
    const begun = performance.now();
    let failed = 0;
    await Promise.all(Array.from({ length: connections }, async () => {
      while (performance.now() - begun < seconds * 1000) {
        try {
          const { statusCode, body } = await pool.request({ method: 'POST', path: target.path, headers: target.headers, body: payload });
          await body.dump();
          if (statusCode !== 200) failed++;
        } catch {
          failed++;
        }
      }
    }));
    const elapsedS = (performance.now() - begun) / 1000;
    const { requests } = await mockStats(mockPort);
    const row = { perSecond: requests / elapsedS, cpu: cpuSince(target, before, requests), failed };
    await pool.destroy();
    return row;
  };
  if (round === 0) await measure(target.small, 1);
  return { small: await measure(target.small, loadSeconds), large: await measure(target.large, loadSeconds) };
}

/** Many streams at a model's pace: the delay of each chunk from the mock's write to the client's read. */
async function paced(target, _round, { streams, chunks, intervalMs, mockPort }) {
  // The plain answer takes as long as the stream, as a real model's would: a gateway that waits for it is caught.
  await control(mockPort, { chunks, intervalMs, bodyDelayMs: chunks * intervalMs });
  const pool = new Pool(target.base, { connections: streams, pipelining: 1, ...LONG_STREAMS });
  const [delays, firsts] = [[], []];
  const before = cpuNow(target);
  let [got, incomplete] = [0, 0];
  await Promise.all(Array.from({ length: streams }, async (_, at) => {
    await sleep(at * 2);
    try {
      const result = await streamed(pool, target, target.smallStream, { onChunk: (delay) => delays.push(delay) });
      firsts.push(result.ttft);
      got += result.chunks;
      if (!result.done || result.chunks !== chunks) incomplete++;
    } catch {
      incomplete++;
    }
  }));
  const cpu = cpuSince(target, before, got);
  await pool.destroy();
  await control(mockPort, SHORT_ANSWER);
  return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), ttft: quantile(firsts, 0.5), cpu, incomplete };
}

/** Chunks as fast as they come. */
async function burst(target, _round, { burstStreams, burstChunks, mockPort }) {
  await control(mockPort, { chunks: burstChunks, intervalMs: 0 });
  const pool = new Pool(target.base, { connections: burstStreams, pipelining: 1, ...LONG_STREAMS });
  const before = cpuNow(target);
  const begun = performance.now();
  let [got, incomplete] = [0, 0];
  await Promise.all(Array.from({ length: burstStreams }, async () => {
    try {
      const result = await streamed(pool, target, target.smallStream);
      got += result.chunks;
      if (!result.done || result.chunks !== burstChunks) incomplete++;
    } catch {
      incomplete++;
    }
  }));
  const elapsedS = (performance.now() - begun) / 1000;
  const cpu = cpuSince(target, before, got);
  await pool.destroy();
  await control(mockPort, SHORT_ANSWER);
  return { perSecond: got / elapsedS, cpu, incomplete };
}

/** Clients leave in the middle of their streams: how many upstream streams end. */
async function cancel(target, _round, { mockPort }) {
  await control(mockPort, { chunks: 200, intervalMs: 20 });
  const pool = new Pool(target.base, { connections: ABORTED_STREAMS, pipelining: 1 });
  await Promise.all(Array.from({ length: ABORTED_STREAMS }, () => streamed(pool, target, target.smallStream, { abortAfter: 3 }).catch(() => undefined)));
  await sleep(ABORT_GRACE_MS);
  const { streams, aborted } = await mockStats(mockPort);
  await pool.destroy();
  await control(mockPort, SHORT_ANSWER);
  return { streams, aborted };
}

/** By name, in the order of a run; `rounds` picks how often from the options. */
export const scenarios = {
  latency: { run: latency, rounds: ({ rounds }) => rounds },
  firstToken: { run: firstToken, rounds: ({ rounds }) => rounds },
  load: { run: load, rounds: ({ rounds }) => rounds },
  paced: { run: paced, rounds: ({ rounds }) => Math.min(rounds, 3) },
  burst: { run: burst, rounds: ({ rounds }) => rounds },
  cancel: { run: cancel, rounds: () => 1 },
};
