import assert from 'node:assert/strict';
import type { Finished } from '../../../../src/routing/learning/finished.ts';
import type { LearnedEntry } from '../../../../src/routing/learning/ledger.ts';
import { Learner } from '../../../../src/routing/learning/learner.ts';
import { WEIGHT } from '../../../../src/routing/learning/outcome.ts';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import { ask, call, chat, DEFAULTS, planned, result, TOOLS } from '../support.ts';

const T0 = 1_790_000_000_000;
const TASK = 'Find out why the parser throws a TypeError on an empty file and fix the bug';

describe('Learner', () => {
  const learner = (): Learner => new Learner({ load: () => new Map(), save: () => undefined, clear: () => Promise.resolve() });
  let count = 0;
  /** A request that was answered by its plan's first choice. */
  const finished = (request: ChatRequest, changed: Partial<Finished> = {}, session = 's'): Finished => {
    const plan = planned(request, { headers: { 'x-session-id': session } });
    const { model, upstreamName } = plan.primary;
    count += 1;
    return { id: `t${count}`, startedAtMs: T0 + count * 60_000, durationMs: 1_000, status: 'done', dryRun: false, client: 'cline', toolCount: request.tools.length, plan, served: { model, upstreamName }, phases: [], ...changed };
  };
  const done = (of: Learner, request: ChatRequest, changed: Partial<Finished> = {}, session = 's'): Finished => {
    const one = finished(request, changed, session);
    of.finished(one, request);
    return one;
  };
  /** Source → right and wrong, over all lines. */
  const told = (of: Learner): Record<string, [right: number, wrong: number]> => {
    const sums: Record<string, [number, number]> = {};
    for (const { by } of of.ledger.entries(T0)) for (const [from, { right, wrong }] of Object.entries(by)) sums[from] = [(sums[from]?.[0] ?? 0) + right, (sums[from]?.[1] ?? 0) + wrong];
    return sums;
  };
  const only = (of: Learner): LearnedEntry => {
    const entries = of.ledger.entries(T0);
    assert.equal(entries.length, 1);
    return entries[0] as LearnedEntry;
  };

  describe('by a retry', () => {
    it('holds the same ask again against the model that answered before', () => {
      const of = learner();
      const first = done(of, ask(TASK));
      done(of, ask(TASK));
      const { kind, model, wrong, expected } = only(of);
      const quality = first.plan?.candidates.find(({ id }) => id === first.plan?.primary.candidateId)?.quality ?? NaN;
      assert.deepEqual([kind, model, wrong], [first.plan?.task.domain, `${first.served?.upstreamName}/${first.served?.model}`, WEIGHT.retry]);
      assert.ok(Math.abs(expected - WEIGHT.retry * quality) < 0.001);
    });

    it('knows the same ask when it is said again as a further turn', () => {
      const of = learner();
      done(of, ask(TASK));
      done(of, chat({ messages: [{ role: 'user', content: TASK }, { role: 'assistant', content: 'Done.' }, { role: 'user', content: TASK }] }));
      assert.deepEqual(told(of), { retry: [0, WEIGHT.retry] });
    });

    it('takes a third and all further times for a script', () => {
      const of = learner();
      for (let i = 0; i < 20; i++) done(of, ask(TASK));
      assert.deepEqual(told(of), { retry: [0, 2 * WEIGHT.retry] });
    });

    for (const [what, make] of Object.entries<(of: Learner) => void>({
      'another ask': (of) => { done(of, ask(TASK)); done(of, ask(`${TASK} in the tokenizer`)); },
      'a long ask that differs behind its excerpt': (of) => { const long = `${TASK}. ${'Mind the style guide. '.repeat(200)}`; done(of, ask(`${long} A`)); done(of, ask(`${long} BC`)); },
      'another session': (of) => { done(of, ask(TASK)); done(of, ask(TASK), {}, 'other'); },
      'the same much later': (of) => { done(of, ask(TASK)); done(of, ask(TASK), { startedAtMs: T0 + 86_400_000 }); },
      'the same side by side': (of) => { const first = done(of, ask(TASK), { durationMs: 600_000 }); done(of, ask(TASK), { startedAtMs: first.startedAtMs + 5 }); },
      'the same after an answer that failed': (of) => { done(of, ask(TASK), { status: 'failed', served: null }); done(of, ask(TASK)); },
      'the same after one that was called off': (of) => { done(of, ask(TASK), { status: 'aborted' }); done(of, ask(TASK)); },
      'a "continue" after a "continue"': (of) => { for (let i = 0; i < 2; i++) done(of, chat({ messages: [{ role: 'user', content: TASK }, { role: 'assistant', content: 'Half.' }, { role: 'user', content: 'continue' }] })); },
      'requests of our own programs': (of) => { for (let i = 0; i < 2; i++) done(of, ask(TASK), { client: 'openfusion' }); },
      'a dry run': (of) => { for (let i = 0; i < 2; i++) done(of, ask(TASK), { dryRun: true }); },
    })) {
      it(`learns nothing from ${what}`, () => {
        const of = learner();
        make(of);
        assert.deepEqual(of.ledger.entries(T0), []);
      });
    }
  });

  describe('by tests', () => {
    const edit = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'edit_file', arguments: JSON.stringify({ path: 'a.ts', old_string: 'let a = 1', new_string: 'let a = 2' }) } }] };
    const run = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'run', arguments: '{"command":"npm test"}' } }] };
    const green = 'Tests: 12 passed, 12 total\n# pass 12\n# fail 0', red = 'Tests: 1 failed, 11 passed\n✖ parses an empty file\n# fail 1';
    const user = { role: 'user', content: TASK };
    const through = (...messages: unknown[]): ChatRequest => chat({ tools: TOOLS, messages: [user, ...messages] });

    it('credits the model of the session with tests that pass after an edit, once for each ask', () => {
      const of = learner();
      done(of, through());
      done(of, through(edit, result('ok')));
      assert.deepEqual(told(of), {});
      done(of, through(edit, result('ok'), run, result(green)));
      assert.deepEqual(told(of), { tests: [WEIGHT.tests, 0] });
      done(of, through(edit, result('ok'), run, result(green), edit, result('ok'), run, result(green)));
      assert.deepEqual(told(of), { tests: [WEIGHT.tests, 0] });
    });

    it('learns nothing from tests that fail, or that passed before anything was changed', () => {
      const of = learner();
      done(of, through());
      done(of, through(run, result(green)));
      done(of, through(edit, result('ok'), run, result(red)));
      done(of, through(call(), result(green)));
      assert.deepEqual(told(of), {});
    });
  });

  describe('by an escalation', () => {
    const plan = planned(ask(TASK), { headers: { 'x-session-id': 's' } });
    const [from, to] = plan.candidates;
    const escalated = (level: 'raised' | 'held' | 'released' | 'flagged' | 'noted'): Finished =>
      finished(ask(TASK), { plan: { ...plan, escalation: { level, reasons: [{ name: 'same_error_again', evidence: 'x' }], from: from?.id ?? null, to: to?.id ?? null } } });

    it('holds it against the model that the session left', () => {
      const of = learner();
      of.finished(escalated('raised'), ask(TASK));
      assert.deepEqual([only(of).model, told(of)], [`${from?.upstreamName}/${from?.model}`, { escalation: [0, WEIGHT.escalation] }]);
    });

    it('learns nothing from one whose answer failed or was called off, since it is asked again', () => {
      const of = learner();
      for (const status of ['failed', 'aborted']) of.finished({ ...escalated('raised'), status }, ask(TASK));
      assert.deepEqual(told(of), {});
    });

    it('learns nothing from one that holds, is over, or moved nobody', () => {
      const of = learner();
      for (const level of ['held', 'released', 'flagged', 'noted'] as const) of.finished(escalated(level), ask(`${TASK} ${level}`));
      assert.deepEqual(told(of), {});
    });
  });

  describe('by a verdict', () => {
    const verified = (verdict: string | undefined, status = 'done'): Finished => {
      const one = finished(ask(TASK));
      if (one.plan === null) throw new Error('no plan');
      const [draft, checker] = one.plan.candidates;
      if (draft === undefined || checker === undefined) throw new Error('no candidates');
      const phase = (name: string, { model, upstreamName }: typeof draft) => ({ phase: name, status: 'done', model, upstreamName });
      return { ...one, plan: { ...one.plan, strategy: 'single-verify' }, phases: [{ ...phase('primary', checker), status: 'failed' }, phase('primary', draft), { ...phase('verify', checker), status, verdict }, phase('primary', checker)], served: checker };
    };

    for (const [verdict, expected] of [['no change', [WEIGHT.verifier, 0]], ['changed', [0, WEIGHT.verifier]], ['changed: the path is wrong', [0, WEIGHT.verifier]]] as const) {
      it(`takes "${verdict}" for what it says of the draft's model`, () => {
        const of = learner();
        const one = verified(verdict);
        of.finished(one, ask(TASK));
        assert.deepEqual([only(of).model, told(of)], [`${one.phases[1]?.upstreamName}/${one.phases[1]?.model}`, { verifier: expected }]);
      });
    }

    it('learns nothing where the verifier said nothing', () => {
      const of = learner();
      of.finished(verified(undefined), ask(TASK));
      of.finished(verified('changed', 'failed'), ask(TASK));
      assert.equal(told(of).verifier, undefined);
    });
  });

  it('has no candidates made of a plan that nobody looks at: a trace would keep them, and a pool may have hundreds', () => {
    const of = learner();
    const one = finished(ask(TASK)), { plan } = one;
    if (plan === null) throw new Error('no plan');
    // It refuses to make them, and goes by the same prediction.
    const unseen = new Proxy(plan, { get: (target, name) => { assert.notEqual(name, 'candidates'); const value: unknown = Reflect.get(target, name, target); return typeof value === 'function' ? value.bind(target) : value; } });
    for (let i = 0; i < 2; i++) of.finished({ ...one, startedAtMs: one.startedAtMs + i * 60_000, plan: unseen }, ask(TASK));
    const quality = plan.candidates.find(({ id }) => id === plan.primary.candidateId)?.quality ?? NaN;
    assert.ok(Math.abs(only(of).predicted - quality) < 0.001);
  });

  describe('by a thumb', () => {
    const rate = (of: Learner, one: Finished, thumb: 'up' | 'down' | null, learns = true) => of.rated(one, thumb, { nowMs: T0, learns });

    it('counts for the model whose words went out, and says for which', () => {
      const of = learner();
      const one = finished(ask(TASK));
      assert.deepEqual(rate(of, one, 'up'), { kind: one.plan?.task.domain, model: `${one.served?.upstreamName}/${one.served?.model}` });
      assert.deepEqual(told(of), { thumb: [WEIGHT.thumb, 0] });
    });

    it('is undone by taking it back, whatever was learned since', () => {
      const of = learner();
      const one = finished(ask(TASK));
      rate(of, one, 'down');
      rate(of, finished(ask(TASK)), 'up');
      rate(of, one, null);
      assert.deepEqual(told(of), { thumb: [WEIGHT.thumb, 0] });
    });

    it('counts for none where the answer was made of several, was none, was a chore or a dry run, or learning is off', () => {
      const of = learner();
      const one = finished(ask(TASK));
      const { plan } = one;
      if (plan === null) throw new Error('no plan');
      for (const nobody of [
        { ...one, plan: { ...plan, strategy: 'fusion-panel' as const } }, { ...one, served: null }, { ...one, plan: null }, { ...one, dryRun: true }, { ...one, plan: { ...plan, task: { ...plan.task, turn: 'chore' as const } } },
      ]) assert.equal(rate(of, nobody, 'down'), null);
      assert.equal(rate(of, one, 'down', false), null);
      assert.deepEqual(told(of), {});
    });

    it('counts for the one of a panel whose answer went out as it was, on a turn with tools', () => {
      const of = learner();
      const one = finished(chat({ tools: TOOLS, messages: [{ role: 'user', content: TASK }] }));
      if (one.plan === null) throw new Error('no plan');
      assert.notEqual(rate(of, { ...one, plan: { ...one.plan, strategy: 'fusion-panel' } }, 'up'), null);
    });

    it('holds against it what was predicted before anything was learned', () => {
      const of = learner();
      const one = finished(ask(TASK));
      if (one.plan === null) throw new Error('no plan');
      rate(of, { ...one, plan: { ...one.plan, candidates: one.plan.candidates.map((candidate) => ({ ...candidate, predicted: 0.25, quality: 0.4 })) } }, 'up');
      assert.equal(only(of).predicted, 0.25);
    });
  });

  it('moves what is predicted of a candidate, by the kind of task, and says what it was before', () => {
    const [first] = planned(ask(TASK)).candidates;
    const candidates = DEFAULTS.auto.candidates.map((candidate) => ({ ...candidate, learned: candidate.id === first?.id ? { debug: { right: 0, wrong: 40, expected: 28 }, docs: { right: 40, wrong: 0, expected: 28 } } : undefined }));
    const config = { ...DEFAULTS, auto: { ...DEFAULTS.auto, candidates } };
    const moved = planned(ask(TASK), { config }).candidates.find(({ id }) => id === first?.id);
    assert.ok(first !== undefined && moved !== undefined && first.predicted === undefined);
    assert.ok(Math.abs((moved.predicted ?? NaN) - first.quality) < 1e-9 && Math.abs(moved.quality - Math.max(0, first.quality - 0.15)) < 1e-9, `${first.quality} ${moved.quality}`);
    const kept = planned(ask(TASK), { config }).candidates.filter(({ id }) => id !== first.id);
    assert.ok(kept.every(({ predicted }) => predicted === undefined));
  });
});
