import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fleet } from '../support/fleet.ts';
import type { Member } from '../support/fleet.ts';
import { lastUserText, startScriptedUpstream, text } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { quantile, startAgents } from '../support/tireless-agents.ts';
import type { Asked, TirelessAgents } from '../support/tireless-agents.ts';

const KILLS = 20, CLOSES = 4;
const SESSIONS = ['ada', 'bob', 'cyd', 'dan'];
const USD_PER_DAY = 1_000;
/** What an answer of the scripted model costs by its usage and the built-in prices. */
const USAGE = { promptTokens: 10_000, completionTokens: 1_000 };
/** A request that was sent so long ago has arrived. */
const UNDER_WAY_MS = 10;
/** Longer than the store takes to write what was answered. */
const WRITTEN_MS = 1_000;
/** An agent's SDK gives up much later; a take-over is done long before. */
const BOUND_MS = 10_000;

interface PlanSeen { session: { hit: boolean; pins: { candidateId: string | null } }; budget: { maxUsd: number } }
interface Kill { killedMs: number; gapMs: number; pid: number; kind: Member['kind'] }

describe('owners that go while agents work', function () {
  this.timeout(300_000);
  let model: ScriptedUpstream;
  let fleet: Fleet;
  let agents: TirelessAgents | null = null;

  beforeEach(async () => {
    model = await startScriptedUpstream({ script: ({ conversation }) => text(`done: ${lastUserText(conversation)}`, { usage: USAGE, firstByteDelayMs: 15, chunkDelayMs: 5 }) });
    fleet = await Fleet.create({ upstream: { baseURL: model.baseURL }, budget: { maxUsdPerDay: USD_PER_DAY }, trace: { maxTraces: 50_000 } });
  });
  afterEach(async () => {
    agents?.end();
    await fleet.end();
    await model.close();
  });

  const planFor = async (session: string): Promise<PlanSeen> => {
    const body = JSON.stringify({ model: 'openfusion/auto', messages: [{ role: 'user', content: 'Rename the variable x to count.' }] });
    return (await fetch(`${fleet.origin}/debug/route`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-session-id': session }, body })).json() as Promise<PlanSeen>;
  };
  const traceIds = async (): Promise<Set<string>> => {
    const owner = await fleet.owner();
    const answer = await fetch(`${fleet.origin}/traces?limit=50000`, { headers: { authorization: `Bearer ${owner?.viewToken ?? ''}` } });
    return new Set(((await answer.json()) as { traces: { id: string }[] }).traces.map(({ id }) => id));
  };
  const answered = (asked: readonly Asked[]): Asked[] => asked.filter(({ text: said }) => said !== '');
  const endOf = ({ attempts }: Asked): number => attempts.at(-1)?.endedMs ?? Infinity;

  it(`killed ${KILLS} times: a successor answers within moments, nothing is answered twice or by halves, and pins, spending and traces go on`, async () => {
    const first = fleet.start('window');
    await first.until('owner');
    const second = fleet.start('serve');
    await second.until('attached');
    const running = agents = startAgents(fleet.origin, SESSIONS);
    await running.untilAnswered(({ id }) => id === 'ada-20');
    const pins = new Map(await Promise.all(SESSIONS.map(async (session) => [session, (await planFor(session)).session.pins.candidateId] as const)));
    const usdEach = (USD_PER_DAY - (await planFor('ada')).budget.maxUsd) / answered(running.asked).length;
    const kills: Kill[] = [];
    const lost = new Set<string>();

    for (let round = 0; round < KILLS; round++) {
      const [owner] = fleet.standing('owner');
      assert.ok(owner);
      fleet.start(round % 2 === 0 ? 'window' : 'serve');
      await untilOneStandsBy();
      // At another moment of the requests each time.
      await sleep(20 + ((round * 37) % 60));
      const killedMs = performance.now();
      owner.kill('SIGKILL');
      const next = await running.untilAnswered((one) => (one.attempts.at(-1)?.startedMs ?? 0) > killedMs);
      await owner.until('ended');
      kills.push({ killedMs, gapMs: endOf(next) - killedMs, pid: owner.pid, kind: owner.kind });
      await untilOwned(owner);

      const [kept, plans] = [await traceIds(), await Promise.all(SESSIONS.map((session) => planFor(session)))];
      assert.deepEqual(plans.map(({ session }) => [session.hit, session.pins.candidateId]), SESSIONS.map((session) => [true, pins.get(session)]), 'every session stays with its candidate');
      const before = answered(running.asked).filter((one) => endOf(one) < killedMs);
      const missing = before.filter(({ trace }) => !kept.has(trace) && !lost.has(trace));
      assert.deepEqual(missing.filter((one) => endOf(one) < killedMs - WRITTEN_MS).map(({ id }) => id), [], 'every trace is there that had a second to be written');
      for (const { trace } of missing) lost.add(trace);
      const spentUsd = USD_PER_DAY - Math.max(...plans.map(({ budget }) => budget.maxUsd));
      const written = before.length - lost.size;
      assert.ok(spentUsd >= written * usdEach - 1e-6 && spentUsd <= model.requests.length * usdEach + 1e-6, `${spentUsd / usdEach} answers are counted of ${written} to ${model.requests.length}`);
    }

    await running.stop();
    report(kills, running.asked, lost.size);
    const owners = new Set<string>();
    let last = '';
    for (const { id, attempts, text: said, trace } of running.asked.toSorted((one, other) => startOf(one) - startOf(other))) {
      assert.ok(said.includes(`done: Rename the variable ${id} to count.`), `${id} got its own whole answer: ${said}`);
      assert.equal(attempts.filter(({ outcome }) => outcome === 'answered').length, 1, id);
      assert.deepEqual(attempts.filter(({ outcome }) => outcome.startsWith('status')), [], `${id} never got an answer that is none`);
      assert.ok(model.requests.filter((request) => lastUserText(request.conversation).includes(` ${id} `)).length <= attempts.length, `${id} reached the model at most once an attempt`);
      // The first 16 digits of a trace are its process's own: no owner answers once another one did.
      const process = trace.slice(0, 16);
      if (process !== last) assert.ok(!owners.has(process), `${id} was answered by an owner that had gone`);
      owners.add(last = process);
    }
    assert.equal(owners.size, KILLS + 1);
    assert.ok(kills.every(({ gapMs }) => gapMs < BOUND_MS));
  });

  it(`closed ${CLOSES} times: what they had begun they bring to its end, and a successor takes what comes`, async () => {
    await fleet.start('serve').until('owner');
    const running = agents = startAgents(fleet.origin, SESSIONS);
    await running.untilAnswered(({ id }) => id === 'ada-5');
    const closes: Kill[] = [];
    for (let round = 0; round < CLOSES; round++) {
      const [owner] = fleet.standing('owner');
      assert.ok(owner);
      fleet.start(round % 2 === 0 ? 'window' : 'serve');
      await untilOneStandsBy();
      const killedMs = performance.now();
      owner.kill('SIGTERM');
      const next = await running.untilAnswered((one) => startOf(one) > killedMs);
      closes.push({ killedMs, gapMs: endOf(next) - killedMs, pid: owner.pid, kind: owner.kind });
      await untilOwned(owner);
      await owner.until('ended');
      const begun = running.asked.flatMap(({ id, attempts }) => attempts.map((attempt) => ({ id, ...attempt }))).filter(({ startedMs, endedMs }) => startedMs < killedMs - UNDER_WAY_MS && endedMs > killedMs);
      assert.deepEqual(begun.filter(({ outcome }) => outcome !== 'answered'), [], 'what was under way was brought to its end');
      const [kept, plans] = [await traceIds(), await Promise.all(SESSIONS.map((session) => planFor(session)))];
      assert.deepEqual(plans.map(({ session }) => session.hit), SESSIONS.map(() => true));
      assert.deepEqual(answered(running.asked).filter((one) => endOf(one) < killedMs && !kept.has(one.trace)).map(({ id }) => id), [], 'nothing is lost');
    }
    await running.stop();
    report(closes, running.asked, 0);
  });

  const startOf = ({ attempts }: Asked): number => attempts.at(-1)?.startedMs ?? 0;
  const untilOneStandsBy = async (): Promise<void> => {
    while (fleet.standing('attached').length === 0) await sleep(10);
  };
  const untilOwned = async (before: Member): Promise<void> => {
    while (fleet.standing('owner').filter((member) => member !== before).length === 0) await sleep(5);
  };
});

function report(kills: readonly Kill[], asked: readonly Asked[], lost: number): void {
  const gaps = kills.map(({ gapMs }) => gapMs);
  const attempts = asked.flatMap((one) => one.attempts);
  const count = (outcome: string): number => attempts.filter((attempt) => attempt.outcome === outcome).length;
  const atOnce = asked.filter((one) => one.attempts.length === 1).length;
  console.log(`      ${kills.length} take-overs: first answer after p50 ${quantile(gaps, 0.5).toFixed(0)} ms, p95 ${quantile(gaps, 0.95).toFixed(0)} ms, at most ${Math.max(...gaps).toFixed(0)} ms`);
  console.log(`      ${asked.length} requests: ${atOnce} answered at once, ${asked.length - atOnce} when asked again, 0 never; attempts: ${count('cut')} cut, ${count('refused')} refused; ${lost} traces lost that were just being written`);
}
