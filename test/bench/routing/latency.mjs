import { qualityModel } from '../../../src/routing/quality/default-model.ts';

const WORDS = 'the handler of src/gateway/router.ts returns 500 when two requests share a session; fix `retry()` and add tests.\n'.split(' ');

/** The least of this many rounds is reported: on a shared machine a round also holds other processes' time slices. */
const ROUNDS = 5;

/** Reading a prompt and predicting for a pool, in ms: prints and returns p50 and p99 by size of the prompt and of the pool. */
export function measureLatency() {
  const model = qualityModel(), results = [];
  const pool = Array.from({ length: 500 }, (_, i) => ({ name: i % 2 === 0 ? 'openai/gpt-4o-mini' : `unknown-${String(i)}`, prior: 0.3 + (i % 60) / 100 }));
  console.log('\n### Latency on this machine (read once, predict for the pool)\n\n| prompt | candidates | p50 ms | p99 ms |\n|---:|---:|---:|---:|');
  for (const kb of [1, 50, 200, 1000]) {
    for (const candidates of [5, 50, 500]) {
      const asked = pool.slice(0, candidates), rounds = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(measureRound(model, asked, kb));
      const result = { kb, candidates, p50: Math.min(...rounds.map(({ p50 }) => p50)), p99: Math.min(...rounds.map(({ p99 }) => p99)) };
      results.push(result);
      console.log(`| ${String(kb)} KB | ${String(candidates)} | ${result.p50.toFixed(3)} | ${result.p99.toFixed(3)} |`);
    }
  }
  return results;
}

function measureRound(model, asked, kb) {
  const took = [];
  for (let run = 0; run < 400; run++) {
    // Another text each time, as requests are.
    const text = WORDS.map((word, i) => `${word}${String((run * 31 + i) % 97)}`).join(' ').repeat(Math.ceil(kb * 8)).slice(0, kb * 1024);
    text.charCodeAt(0);
    const began = performance.now();
    const reading = model.read(text);
    for (const candidate of asked) model.predict(reading, candidate);
    if (run >= 100) took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return { p50: took[Math.floor(took.length / 2)], p99: took[Math.floor(took.length * 0.99)] };
}
