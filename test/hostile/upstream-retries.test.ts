import assert from 'node:assert/strict';
import type { WireFormat } from '../../src/protocol/types.ts';
import { text } from '../support/scripted-upstream/reply.ts';
import { FORMATS } from '../support/wire-client.ts';
import { chunk, errorOf, eventsOf, httpWhole, SSE_HEAD } from './support/answers.ts';
import { useBench } from './support/bench.ts';
import { LOUD } from './support/faults.ts';
import { wellAnswered, type Play } from './support/rogue.ts';
import { itInFull } from './support/scope.ts';
import { verdictOf } from './support/verdict.ts';

const failing = (status: number, ...headers: string[]): Play => async (call, _asked) => { await call.write(httpWhole(status, errorOf(call.wire, status, { message: `scripted ${status}` }), ...headers)); };
const loud = (wire: WireFormat): string => (typeof LOUD === 'string' ? LOUD : LOUD[wire]);
const skills = { coding: 1, reasoning: 1, writing: 1, verification: 1 };
const pool = Array.from({ length: 10 }, (_, at) => ({ id: `c${at}`, role: `r${at}`, model: `m/c${at}`, pricing: { inputUsdPer1M: 1 + at, outputUsdPer1M: 1 + at }, skills }));
const direct = { verifyRisk: 1, verifyComplexity: 1, fusionRisk: 1, fusionComplexity: 1 };
const config = {
  server: { holdHeadersMs: 30_000 }, upstream: { timeouts: { connectMs: 1_000, firstByteMs: 1_500, idleMs: 1_500, totalMs: 5_000 } },
  roles: Object.fromEntries(pool.map(({ role, model }) => [role, { model }])), auto: { candidates: pool, thresholds: direct, fallbackRoles: pool.map(({ role }) => role).slice(1) }, fusion: { judgeRole: 'r0', synthesizerRole: 'r0', toolRole: 'r0' },
};

describe('trying again (U5)', function () {
  this.timeout(60_000);
  const bench = useBench({ config });
  const made = (title: string): number => bench.rogue.callsOf(title).length;

  for (const [status, most] of [[500, 3], [502, 3], [503, 3], [529, 3], [429, 1], [401, 1], [403, 1], [402, 1], [404, 1], [400, 1], [413, 1], [418, 1]] as const) {
    (status === 500 || status === 401 || status === 429 ? it : itInFull)(`asks a model that nobody can stand in for at most ${most} time${most > 1 ? 's' : ''} when it says ${status}`, async () => {
      for (const wire of FORMATS) {
        const title = `one-${status}-${wire}`;
        bench.rogue.play(title, failing(status));
        assert.match(await bench.see(wire, { title, stream: true }), /^(4|5)\d\d/);
        // The budget of retries is one for the upstream: those asked first may have used it up.
        assert.ok(status === 500 ? made(title) === most : made(title) <= most, `${made(title)}`);
      }
    });
  }

  it('asks at most six of a pool in one request, however many there are', async () => {
    bench.rogue.play('all', failing(400));
    bench.rogue.play('all-500', failing(500));
    for (const title of ['all', 'all-500']) {
      await bench.ask('chat', { title, model: 'openfusion/auto' });
      assert.ok(made(title) <= 6, `${made(title)} calls`);
    }
    assert.ok(made('all-500') > 1);
  });

  it('asks one model at a time, however long it takes: no second one is asked to be quicker', async () => {
    bench.rogue.play('late-begin', async (call, asked) => { await new Promise((resolve) => { setTimeout(resolve, 1_000); }); await wellAnswered(call, asked); });
    for (const model of ['openfusion/auto', 'openfusion/c3', 'rogue/late-begin']) {
      const before = made('late-begin');
      assert.deepEqual(await Promise.all(FORMATS.map((wire) => bench.see(wire, { title: 'late-begin', model, stream: true }))), FORMATS.map(() => 'whole'));
      assert.equal(made('late-begin') - before, FORMATS.length, model);
    }
  });

  it('asks nobody again once content has gone out', async () => {
    bench.rogue.play('late', async (call, _asked) => { await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, text(['well'], { ending: 'no-finish' })).map(chunk)])); await new Promise((resolve) => { setTimeout(resolve, 50); }); call.socket.destroy(); });
    for (const wire of FORMATS) {
      const before = made('late');
      assert.equal(await bench.see(wire, { title: 'late', model: 'openfusion/c9', stream: true }), loud(wire));
      assert.equal(made('late') - before, 1);
    }
  });

  it('asks nobody again when the client has left', async () => {
    bench.rogue.play('left', async (call, _asked) => { await new Promise((resolve) => { setTimeout(resolve, 150); }); await call.write(httpWhole(500, '{}')); });
    for (const wire of FORMATS) {
      const before = made('left');
      const leaving = new AbortController();
      const asked = bench.ask(wire, { title: 'left', signal: leaving.signal, stream: true }).catch(() => null);
      await bench.rogue.waitFor('left', before + 1);
      leaving.abort();
      await asked;
      await new Promise((resolve) => { setTimeout(resolve, 1_000); });
      assert.equal(made('left') - before, 1);
    }
  });

  it('lets a sick model rest after some failures, for all who ask, and tells how long', async () => {
    bench.rogue.play('sick', failing(500));
    await Promise.all(Array.from({ length: 20 }, () => bench.ask('chat', { title: 'sick' })));
    const tried = made('sick');
    assert.ok(tried <= 25, `${tried} calls for 20 requests`);
    for (const wire of FORMATS) {
      const reply = await bench.ask(wire, { title: 'sick' });
      assert.equal(reply.status, 429);
      assert.match(reply.headers['retry-after'] ?? '', /^([1-9]|1[0-5])$/);
    }
    assert.equal(made('sick'), tried);
  });

  it('lets other models of the same upstream go on meanwhile', async () => {
    assert.equal(await bench.see('chat', { title: 'good' }), 'whole');
  });

  itInFull('begins nothing new when the time of one call is over', async () => {
    const stalled: Play = async (call) => { await call.gone; };
    bench.rogue.play('patience', stalled);
    const startedMs = Date.now();
    const reply = await bench.ask('chat', { title: 'patience', model: 'openfusion/auto' });
    assert.equal(reply.status, 504);
    assert.ok(made('patience') <= 4, `${made('patience')} calls`);
    assert.ok(Date.now() - startedMs < 10_000, `${Date.now() - startedMs} ms`);
  });

  it('does not multiply the requests to an upstream whose every model is sick', async () => {
    const before = bench.rogue.calls.length;
    const titles = Array.from({ length: 120 }, (_, at) => `storm-${at}`);
    for (const title of titles) bench.rogue.play(title, failing(503));
    await Promise.all(titles.map((title) => bench.ask('chat', { title })));
    const calls = bench.rogue.calls.length - before;
    assert.ok(calls >= 120 && calls <= 160, `${calls} calls for 120 requests`);
  });
});

describe('Retry-After (U5)', () => {
  const bench = useBench({ config: { server: { holdHeadersMs: 30_000 } } });
  const inS = (seconds: number) => new Date(Date.now() + seconds * 1_000);
  const FORMS: readonly [name: string, value: () => string | null, relayed: readonly [number, number]][] = [
    ['in seconds', () => '7', [7, 7]], ['with a fraction', () => '1.5', [2, 2]], ['as a date', () => inS(20).toUTCString(), [18, 21]], ['as a date that is past', () => inS(-60).toUTCString(), [1, 1]], ['of zero', () => '0', [1, 1]], ['of a year', () => '31536000', [86_400, 86_400]],
    ['beyond all numbers', () => '9'.repeat(400), [1, 86_400]], ['as a date in the far future', () => 'Fri, 31 Dec 9999 23:59:59 GMT', [86_400, 86_400]], ['below zero', () => '-5', [1, 5]], ['that is no number', () => 'soon', [1, 5]], ['in hex', () => '0x10', [1, 5]], ['that is empty', () => '', [1, 5]], ['that is missing', () => null, [1, 5]], ['twice', () => '3\r\nretry-after: 9', [3, 3]],
  ];
  for (const [name, value, [least, most]] of FORMS) {
    (name === 'in seconds' || name === 'as a date' ? it : itInFull)(`${name} is relayed in seconds, kept to, and never waited for`, async () => {
      for (const wire of FORMATS) {
        const title = `${name.replace(/\W/g, '-')}-${wire}`;
        const given = value();
        bench.rogue.play(title, failing(429, ...(given === null ? [] : [`retry-after: ${given}`])));
        const startedMs = Date.now();
        const reply = await bench.ask(wire, { title, stream: true });
        assert.ok(Date.now() - startedMs < 3_000);
        assert.equal(verdictOf(wire, true, reply), wire === 'messages' ? '429 rate_limit_error' : '429 rate_limit_exceeded');
        const relayed = Number(reply.headers['retry-after']);
        assert.ok(relayed >= least && relayed <= most, `${given} → ${reply.headers['retry-after']}`);
        const calls = bench.rogue.callsOf(title).length;
        if (least > 1) {
          assert.equal((await bench.ask(wire, { title })).status, 429);
          assert.equal(bench.rogue.callsOf(title).length, calls, 'nobody is asked while it rests');
        }
      }
    });
  }

  it('over, the model is asked again', async () => {
    let limited = true;
    bench.rogue.play('back', async (call, asked) => { await (limited ? failing(429, 'retry-after: 1')(call, asked) : wellAnswered(call, asked)); });
    assert.equal((await bench.ask('chat', { title: 'back' })).status, 429);
    limited = false;
    await new Promise((resolve) => { setTimeout(resolve, 1_100); });
    assert.equal(await bench.see('chat', { title: 'back' }), 'whole');
  });
});
