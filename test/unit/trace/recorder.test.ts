import assert from 'node:assert/strict';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { createRecorder } from '../../../src/trace/recorder.ts';
import type { RecorderConfig } from '../../../src/trace/recorder.ts';
import { createRedactor } from '../../../src/trace/redact.ts';
import type { Redactor } from '../../../src/trace/redact.ts';
import type { FeedMessage } from '../../../src/trace/feed.ts';
import type { TraceRecord } from '../../../src/trace/types.ts';
import { sampleCall, samplePlan, sampleStart } from '../../support/sample-trace.ts';
import { stillClock } from '../../support/still-clock.ts';

const DONE = { status: 'done', httpStatus: 200, usage: null, costUsd: 0.002, error: null } as const;
const SERVED = { model: 'vendor/coder', upstreamName: 'default', strategy: 'fast-single', fallback: null };

function setUp({ keepPrompts = 'memory', secrets = [] }: Partial<RecorderConfig> & { secrets?: string[] } = {}) {
  const clock = stillClock();
  const real = createRedactor(secrets);
  const looked: unknown[] = [];
  const redactor: Redactor = {
    ...real,
    redactDeep(data) {
      looked.push(data);
      return real.redactDeep(data);
    },
  };
  const store = createMemoryStore({ nowMs: clock.nowMs });
  const recorder = createRecorder({ store, config: { keepPrompts }, redactor, nowMs: clock.nowMs, scheduler: clock.scheduler });
  const heard: FeedMessage[] = [];
  const traces = () => heard.flatMap((message) => (message.type === 'trace' ? [message.trace] : []));
  return { clock, store, recorder, looked, heard, traces, listen: () => recorder.feed.subscribe((message) => heard.push(message)) };
}

async function kept(recorder: { get(id: string): Promise<TraceRecord | undefined> }, id = 'trace-1'): Promise<TraceRecord> {
  const record = await recorder.get(id);
  assert.ok(record, `no trace ${id}`);
  return record;
}

describe('recorder: what it writes down', () => {
  it('tells a whole request, with times since its start', async () => {
    const { clock, recorder } = setUp();
    const request = recorder.begin(sampleStart());
    request.planned(samplePlan());
    clock.pass(5);
    const phase = request.startPhase('primary', sampleCall());
    phase.attempt({ model: 'vendor/coder', upstreamName: 'default', status: 'error', httpStatus: 429, reason: 'rate_limited', startedMs: 5, durationMs: 3 });
    phase.movedTo(sampleCall({ model: 'vendor/other', candidateId: 'other' }));
    clock.pass(10);
    phase.firstContent();
    phase.text('Hel');
    phase.text('lo');
    request.served({ ...SERVED, model: 'vendor/other', fallback: 'rate_limited' });
    clock.pass(10);
    phase.end('done', { usage: null, costUsd: 0.002 });
    request.answer('Hello', [{ name: 'read', arguments: '{}' }]);
    request.finish(DONE);
    clock.runImmediates();

    const record = await kept(recorder);
    assert.deepEqual(
      { status: record.status, durationMs: record.durationMs, firstContentMs: record.firstContentMs, client: record.client, served: record.served?.fallback, answer: record.answer, tools: record.toolCalls },
      { status: 'done', durationMs: 25, firstContentMs: 15, client: 'curl', served: 'rate_limited', answer: 'Hello', tools: [{ name: 'read', arguments: '{}' }] },
    );
    const [first] = record.phases;
    assert.deepEqual(
      { id: first?.id, model: first?.model, startedMs: first?.startedMs, firstContentMs: first?.firstContentMs, endedMs: first?.endedMs, text: first?.text, costUsd: first?.costUsd, attempts: first?.attempts.length },
      { id: 'primary-1', model: 'vendor/other', startedMs: 5, firstContentMs: 15, endedMs: 25, text: 'Hello', costUsd: 0.002, attempts: 1 },
    );
  });

  it('is plain data at rest', async () => {
    const { clock, recorder } = setUp();
    const request = recorder.begin(sampleStart());
    request.startPhase('primary', sampleCall()).text('Hello');
    request.finish(DONE);
    clock.runImmediates();
    const record = await kept(recorder);
    assert.deepEqual(structuredClone(record), JSON.parse(JSON.stringify(record)));
    assert.equal(record.phases[0]?.text, 'Hello');
  });

  it('ends phases that still run as aborted, and ignores what comes after the end', async () => {
    const { clock, recorder } = setUp();
    const request = recorder.begin(sampleStart());
    const phase = request.startPhase('panel', sampleCall());
    request.finish({ ...DONE, status: 'failed' });
    phase.text('too late');
    phase.end('done');
    request.startPhase('judge', sampleCall());
    request.finish(DONE);
    clock.runImmediates();
    const record = await kept(recorder);
    assert.deepEqual([record.status, record.phases.map(({ status, text }) => [status, text])], ['failed', [['aborted', '']]]);
  });

  it('keeps head and tail of very long words, and of long error messages', async () => {
    const { clock, recorder } = setUp();
    const request = recorder.begin(sampleStart());
    const phase = request.startPhase('primary', sampleCall());
    for (let n = 0; n < 300; n++) phase.text('x'.repeat(1_000));
    request.finish({ ...DONE, status: 'failed', error: { status: 502, type: 'server_error', code: null, param: null, message: 'y'.repeat(100_000) } });
    clock.runImmediates();
    const record = await kept(recorder);
    assert.ok((record.phases[0]?.text.length ?? 0) < 70_000 && record.phases[0]?.text.includes('characters left out'));
    assert.ok((record.error?.message.length ?? 0) < 3_000);
  });

  it('lists running and finished requests together, newest first', async () => {
    const { clock, recorder } = setUp();
    recorder.begin(sampleStart({ id: 'old', startedAtMs: 1 })).finish(DONE);
    recorder.begin(sampleStart({ id: 'running', startedAtMs: 2 }));
    recorder.begin(sampleStart({ id: 'new', startedAtMs: 3 })).finish(DONE);
    clock.runImmediates();
    assert.deepEqual((await recorder.list()).map(({ id, status }) => [id, status]), [['new', 'done'], ['running', 'running'], ['old', 'done']]);
    assert.deepEqual((await recorder.list({ limit: 1 })).map(({ id }) => id), ['new']);
    assert.deepEqual((await recorder.list({ beforeMs: 3 })).map(({ id }) => id), ['running', 'old']);
  });
});

describe('recorder: text', () => {
  const WORDS = ['flaky', 'model words', 'tool words', 'judge words'];
  const speak = (recorder: ReturnType<typeof setUp>['recorder']) => {
    const request = recorder.begin(sampleStart());
    request.planned(samplePlan());
    const phase = request.startPhase('primary', sampleCall());
    phase.text('model words');
    phase.toolCalls([{ name: 'write', arguments: 'tool words' }]);
    phase.verdict('changed: judge words');
    request.answer('model words', [{ name: 'write', arguments: 'tool words' }]);
    return request;
  };

  it('is never in the record with keepPrompts none, not even while it runs', async () => {
    const { clock, recorder, listen, traces } = setUp({ keepPrompts: 'none' });
    listen();
    const request = speak(recorder);
    clock.runTimers();
    clock.runImmediates();
    const running = JSON.stringify([request.record, traces()]);
    request.finish(DONE);
    clock.runImmediates();
    const all = running + JSON.stringify([await recorder.get('trace-1'), await recorder.list(), traces()]);
    for (const word of WORDS) assert.ok(!all.includes(word), word);
    assert.ok(all.includes('"write"'));
  });

  it('does not change the plan that it is handed', () => {
    const { recorder } = setUp({ keepPrompts: 'none' });
    const plan = samplePlan();
    recorder.begin(sampleStart()).planned(plan);
    assert.equal(plan.task.excerpt, 'fix the flaky login test');
  });

  for (const keepPrompts of ['memory', 'redacted', 'full'] as const) {
    it(`is in memory with keepPrompts ${keepPrompts}`, async () => {
      const { clock, recorder } = setUp({ keepPrompts });
      speak(recorder).finish(DONE);
      clock.runImmediates();
      const all = JSON.stringify(await recorder.get('trace-1'));
      for (const word of WORDS) assert.ok(all.includes(word), word);
    });
  }

  it('follows a changed setting from the next request on', async () => {
    const { clock, recorder } = setUp();
    recorder.configure({ keepPrompts: 'none' });
    speak(recorder).finish(DONE);
    clock.runImmediates();
    assert.equal((await kept(recorder)).answer, '');
  });
});

describe('recorder: keys', () => {
  const KEY = 'sk-test-0123456789';

  it('are in no trace, message or line of the list, wherever they were said', async () => {
    const { clock, recorder, store, listen, heard } = setUp({ secrets: [KEY] });
    listen();
    const plan = samplePlan();
    const request = recorder.begin(sampleStart({ requestedModel: `openfusion/${KEY}` }));
    request.planned({ ...plan, task: { ...plan.task, excerpt: `use ${KEY}` }, primary: sampleCall({ extraBody: { key: KEY } }) });
    const phase = request.startPhase('primary', sampleCall());
    phase.text(KEY.slice(0, 9));
    phase.text(KEY.slice(9));
    phase.attempt({ model: 'm', upstreamName: 'u', status: 'error', message: `401 for ${KEY}`, startedMs: 0, durationMs: 1 });
    clock.runImmediates();
    clock.runTimers();
    const whileRunning = JSON.stringify([await recorder.get('trace-1'), await recorder.list()]);
    request.answer(`it is ${Buffer.from(KEY).toString('base64')}`, [{ name: 'run', arguments: `curl -H ${KEY}` }]);
    request.finish({ ...DONE, status: 'failed', error: { status: 401, type: 'authentication_error', code: null, param: null, message: `bad key ${KEY}` } });
    clock.runImmediates();
    const all = whileRunning + JSON.stringify([heard, await store.traces.get('trace-1'), await store.traces.list()]);
    assert.ok(all.includes('[redacted]'));
    for (const form of [KEY, Buffer.from(KEY).toString('base64')]) assert.ok(!all.includes(form), form);
  });

  it('that were set after a trace was kept do not come out of it', async () => {
    const clock = stillClock();
    const redactor = createRedactor([]);
    const recorder = createRecorder({ store: createMemoryStore({ nowMs: clock.nowMs }), config: { keepPrompts: 'memory' }, redactor, nowMs: clock.nowMs, scheduler: clock.scheduler });
    const request = recorder.begin(sampleStart());
    request.answer(`remember ${KEY}`, []);
    request.finish(DONE);
    clock.runImmediates();
    redactor.replaceSecrets([KEY]);
    assert.equal((await kept(recorder)).answer, 'remember [redacted]');
  });
});

describe('recorder: the live feed', () => {
  it('does no work for a request when nobody listens, before somebody looks', async () => {
    const { clock, recorder, looked } = setUp();
    const request = recorder.begin(sampleStart());
    request.planned(samplePlan());
    const phase = request.startPhase('primary', sampleCall());
    for (let n = 0; n < 100; n++) phase.text('word ');
    request.served(SERVED);
    assert.deepEqual([clock.armedTimers, clock.waitingImmediates, looked.length], [0, 0, 0]);
    request.finish(DONE);
    clock.runImmediates();
    assert.equal(looked.length, 0);
    await recorder.get(request.record.id);
    assert.ok(looked.length > 0);
  });

  it('stops its work when the last listener leaves', () => {
    const { clock, recorder, looked, listen, heard } = setUp();
    const leave = listen();
    const request = recorder.begin(sampleStart());
    request.planned(samplePlan());
    leave();
    clock.runImmediates();
    request.served(SERVED);
    assert.deepEqual([clock.armedTimers, clock.waitingImmediates, looked.length, heard.length], [0, 0, 0, 0]);
  });

  it('tells at once of the plan, the first content and the end, but never on the path of the request', () => {
    const { clock, recorder, listen, traces } = setUp();
    listen();
    const request = recorder.begin(sampleStart());
    const steps = [() => { request.planned(samplePlan()); }, () => { request.served(SERVED); }, () => { request.finish(DONE); }];
    steps.forEach((step, index) => {
      step();
      assert.equal(traces().length, index);
      clock.runImmediates();
      assert.equal(traces().length, index + 1);
    });
    assert.deepEqual(traces().map(({ status, plan, served }) => [status, plan !== null, served !== null]), [['running', true, false], ['running', true, true], ['done', true, true]]);
  });

  it('gathers all else that happens within an interval', () => {
    const { clock, recorder, listen, traces } = setUp();
    listen();
    const phase = recorder.begin(sampleStart()).startPhase('primary', sampleCall());
    for (let n = 0; n < 100; n++) phase.text(`${n} `);
    assert.equal(traces().length, 0);
    clock.runTimers();
    assert.equal(traces().length, 1);
    assert.ok(traces()[0]?.phases[0]?.text.endsWith('99 '));
    assert.equal(clock.armedTimers, 0);
  });

  it('hands out records that later changes do not reach', () => {
    const { clock, recorder, listen, traces } = setUp();
    listen();
    const request = recorder.begin(sampleStart());
    const phase = request.startPhase('primary', sampleCall());
    phase.text('first');
    clock.runTimers();
    phase.text(' second');
    phase.attempt({ model: 'm', upstreamName: 'u', status: 'success', startedMs: 0, durationMs: 1 });
    request.startPhase('verify', sampleCall());
    assert.deepEqual(traces()[0]?.phases.map(({ text, attempts }) => [text, attempts.length]), [['first', 0]]);
  });

  it('ends with the finished record, and nothing after it', () => {
    const { clock, recorder, listen, traces } = setUp();
    listen();
    const request = recorder.begin(sampleStart());
    request.startPhase('primary', sampleCall()).text('x');
    request.finish(DONE);
    clock.runImmediates();
    clock.runTimers();
    assert.deepEqual(traces().map(({ status }) => status), ['done']);
  });

  it('harms neither the request nor other listeners when one throws', () => {
    const { clock, recorder, listen, traces } = setUp();
    recorder.feed.subscribe(() => { throw new Error('broken listener'); });
    listen();
    recorder.begin(sampleStart()).planned(samplePlan());
    clock.runImmediates();
    assert.equal(traces().length, 1);
  });

  it('tells of deletions, and a deleted running request leaves no trace', async () => {
    const { clock, recorder, listen, heard } = setUp();
    const request = recorder.begin(sampleStart());
    recorder.begin(sampleStart({ id: 'other' })).finish(DONE);
    clock.runImmediates();
    listen();
    assert.equal(await recorder.delete('trace-1'), true);
    assert.equal(await recorder.delete('no such trace'), false);
    request.finish(DONE);
    clock.runImmediates();
    assert.equal(await recorder.clear(), 1);
    assert.deepEqual(heard, [{ type: 'deleted', id: 'trace-1' }, { type: 'deleted', id: 'other' }]);
    assert.deepEqual(await recorder.list(), []);
  });

  it('stores what is finished at once when flushed', async () => {
    const { recorder, store } = setUp();
    recorder.begin(sampleStart()).finish(DONE);
    recorder.flush();
    assert.equal((await store.traces.get('trace-1'))?.status, 'done');
  });
});
