/**
 * Writes traces as fast as it can until it is killed: `STATE_DIR ROUND`. After each piece that is written it prints, a line each,
 * the ids of the traces in it. Each trace costs 1/1024 USD on one day, and pins the session of its round.
 */
import { writeSync } from 'node:fs';
import { openStore } from './store.ts';

const [stateDir = '', round = ''] = process.argv.slice(2);
const store = openStore(stateDir, { keepPrompts: 'full', maxTraces: 100_000 });
if (store.status.kind !== 'sqlite' || store.status.note !== null) throw new Error(`not open: ${JSON.stringify(store.status)}`);

for (let n = 0; ; n++) {
  const ids = Array.from({ length: 1 + (n % 20) }, (_, at) => `r${round}-${n}-${at}`);
  for (const id of ids) {
    store.add({ id, startedAtMs: Date.now(), answer: id.repeat(1 + (n % 300)) });
    store.spend.addUsd('2026-01-01', 1 / 1024);
  }
  store.sessions.set(`s${round}`, { candidateId: ids.at(-1) ?? '', roles: {}, updatedAtMs: Date.now() });
  await store.flush();
  writeSync(1, `${ids.join('\n')}\n`);
  // Some of them are left to the store's own pace, which the kill finds at work.
  store.add({ id: `unsure-${round}-${n}`, startedAtMs: Date.now() });
  if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
}
