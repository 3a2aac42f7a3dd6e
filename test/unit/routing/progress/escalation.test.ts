import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../../src/config/schema.ts';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import { P90_CALLS } from '../../../../src/routing/progress/escalation.ts';
import type { PinnedEscalation } from '../../../../src/routing/progress/types.ts';
import type { Plan, PlanInput, SessionPin } from '../../../../src/routing/types.ts';
import { configFrom, NOW_MS, planned } from '../support.ts';
import { Talk } from './talk.ts';
import { requestOf, TRANSCRIPTS } from './transcripts.ts';

const pinOf = (pin: Partial<SessionPin>): Partial<PlanInput> => ({ pinOf: () => ({ candidateId: 'fast', roles: {}, updatedAtMs: NOW_MS - 1_000, ...pin }) });
const plan = (request: ChatRequest, pin: Partial<SessionPin> = {}, config: ConfigInput = {}): Plan => planned(request, { ...pinOf(pin), config: configFrom(config) });
const stuck = (body: Record<string, unknown> = {}): ChatRequest => new Talk('Fix the failing test of add()').fails().edits().fails().edits().fails().request(body);
const raisedAt = (atMessages: number, more: Partial<PinnedEscalation> = {}): Partial<SessionPin> => ({ candidateId: 'verifier', escalation: { fromId: 'fast', toId: 'verifier', effort: null, atMessages, reasons: ['same_error_again'], state: 'open', ...more } });

describe('a session that is stuck', () => {
  it('moves to the candidate of the clearly highest predicted quality, and says why', () => {
    const made = plan(stuck());
    const best = Math.max(...made.candidates.map(({ quality }) => quality));
    const to = made.candidates.find(({ id }) => id === made.primary.candidateId);
    assert.ok(to !== undefined && to.quality >= best - 0.01, `${made.primary.candidateId} ${String(to?.quality)} of ${String(best)}`);
    assert.equal(made.reason, 'escalated_same_error');
    assert.deepEqual([made.escalation?.level, made.escalation?.from, made.escalation?.to], ['raised', 'fast', to.id]);
    assert.deepEqual(made.escalation?.reasons.map(({ name }) => name), ['same_error_again']);
    assert.ok(made.explanation.some((sentence) => sentence.startsWith('fast was stuck: the tests fail in the same way, 3 times')), made.explanation.join('\n'));
  });

  it('is remembered in the pin, with the message from which on evidence counts anew', () => {
    const request = stuck();
    const { pin, primary } = plan(request);
    assert.deepEqual(pin?.escalation, { fromId: 'fast', toId: primary.candidateId, effort: null, atMessages: request.messages.length, reasons: ['same_error_again'], state: 'open' });
  });

  it('does so with the recorded transcript of every agent, at the second attempt that fails and not before', () => {
    for (const transcript of TRANSCRIPTS) {
      const levels = transcript.requests.map((length) => plan(requestOf(transcript, length, { session_id: 's' })).escalation?.level ?? '-');
      assert.deepEqual(levels.slice(1, 8), ['-', '-', '-', '-', 'noted', '-', 'raised'], transcript.agent);
    }
  });

  it('is not moved twice for the same evidence, and is for new one', () => {
    const talk = new Talk('Fix the failing test of add()').fails().edits().fails().edits().fails();
    const at = talk.request().messages.length;
    const held = plan(talk.fails().request(), raisedAt(at, { toId: 'coder' }));
    assert.deepEqual([held.escalation?.level, held.reason], ['held', 'tool_loop']);
    const further = plan(talk.edits().fails().edits().fails().request(), { ...raisedAt(at, { toId: 'coder' }), candidateId: 'coder' });
    assert.deepEqual([further.escalation?.level, further.escalation?.from], ['raised', 'coder']);
    assert.ok((further.pin?.escalation?.atMessages ?? 0) > at);
  });

  it('is only flagged when nobody is stronger', () => {
    const strongest = plan(stuck()).primary.candidateId;
    const made = plan(stuck(), { candidateId: strongest });
    assert.deepEqual([made.primary.candidateId, made.reason, made.escalation?.level], [strongest, 'tool_loop', 'flagged']);
    assert.ok(made.explanation.some((sentence) => sentence.includes('nobody stronger may take over')));
    assert.equal(made.pin?.escalation, undefined);
  });

  it('is only flagged where money is all that counts', () => {
    const made = plan(stuck(), {}, { auto: { scoring: { costQualityTradeoff: 10 } } });
    assert.deepEqual([made.primary.candidateId, made.escalation?.level], ['fast', 'flagged']);
  });

  it('passes over the stronger ones that the budget does not allow, and stays when that is all of them', () => {
    const free = plan(stuck());
    const costOf = (id: string): number => free.candidates.find((candidate) => candidate.id === id)?.costUsd ?? NaN;
    const next = plan(stuck(), {}, { budget: { maxUsdPerRequest: costOf(free.primary.candidateId) * 0.99 } });
    assert.equal(next.escalation?.level, 'raised');
    assert.ok(costOf(next.primary.candidateId) < costOf(free.primary.candidateId));
    const pricey = { inputUsdPer1M: 1_000, outputUsdPer1M: 1_000 };
    const none = plan(stuck(), {}, {
      budget: { maxUsdPerRequest: 0.5, onExceeded: 'cheapest' },
      auto: { candidates: [{ id: 'fast', role: 'fast', skills: { coding: 0.5 } }, { id: 'dear', role: 'verifier', model: 'some/dear', skills: { coding: 0.9 }, pricing: pricey }] },
    });
    assert.deepEqual([none.primary.candidateId, none.reason, none.escalation?.level], ['fast', 'tool_loop', 'flagged']);
  });

  it('moves only to those that the request lists', () => {
    const made = plan(stuck({ models: ['openai/gpt-4.1-mini', 'openai/gpt-4.1'] }));
    assert.equal(made.primary.candidateId, 'writer');
  });

  it('is left alone when it is switched off, and when a model was asked for by name', () => {
    const off = plan(stuck(), {}, { auto: { escalation: { enabled: false } } });
    assert.deepEqual([off.primary.candidateId, off.escalation], ['fast', null]);
    const named = plan(stuck({ model: 'openfusion/fast' }));
    assert.deepEqual([named.primary.candidateId, named.escalation], ['fast', null]);
  });
});

describe('more effort of the same model', () => {
  const thinking = configFrom({ auto: { candidates: [{ id: 'fast', role: 'fast', skills: { coding: 0.62 } }] } });
  const config = { ...thinking, auto: { ...thinking.auto, candidates: thinking.auto.candidates.map((candidate) => ({ ...candidate, efforts: ['low', 'medium', 'high'] as ('low' | 'medium' | 'high')[] })) } };

  it('comes before a move, and stays for the steps that follow', () => {
    const made = planned(stuck(), { ...pinOf({}), config });
    assert.deepEqual([made.primary.candidateId, made.primary.effort, made.escalation?.level, made.escalation?.to], ['fast', 'high', 'raised', 'fast']);
    assert.equal(made.pin?.escalation?.effort, 'high');
    const next = planned(new Talk('Fix the failing test of add()').fails().edits().fails().edits().fails().edits().request(), { ...pinOf({ escalation: made.pin?.escalation }), config });
    assert.deepEqual([next.reason, next.primary.effort, next.escalation?.level], ['tool_loop', 'high', 'held']);
  });
});

describe('what a session was raised to', () => {
  const talk = (): Talk => new Talk('Fix the failing test of add()').fails().edits().fails().edits().fails();
  const at = talk().request().messages.length;

  it('is never less effort than the client asks for by now', () => {
    const efforts: ('low' | 'high' | 'max')[] = ['low', 'high', 'max'];
    const given = configFrom(), config = { ...given, auto: { ...given.auto, candidates: given.auto.candidates.map((candidate) => ({ ...candidate, efforts })) } };
    const raised = raisedAt(at, { toId: 'fast', effort: 'high', state: 'failing' });
    const effortFor = (request: ChatRequest): string | undefined => planned(request, { ...pinOf({ ...raised, candidateId: 'fast' }), config }).primary.effort;
    for (const next of [(): Talk => talk().edits(), (): Talk => talk().edits().fails().says('I give up.').asks('What did you try so far?')]) {
      assert.equal(effortFor(next().request()), 'high');
      assert.equal(effortFor(next().request({ reasoning_effort: 'max' })), undefined);
    }
  });

  it('stays when it is stuck again and nobody further is allowed by the budget', () => {
    const pricing = (usd: number): { inputUsdPer1M: number; outputUsdPer1M: number } => ({ inputUsdPer1M: usd, outputUsdPer1M: usd });
    const candidates = [['cheap', 0.3, 0.1], ['middle', 0.6, 5], ['dear', 0.95, 10_000]].map(([id, coding, usd]) => ({ id: String(id), role: 'coder', model: `v/${String(id)}`, skills: { coding: Number(coding) }, pricing: pricing(Number(usd)) }));
    const request = talk().edits().fails().says('Done.').asks('It is still broken').request();
    const made = plan(request, { candidateId: 'middle', escalation: { fromId: 'cheap', toId: 'middle', effort: null, atMessages: at, reasons: ['same_error_again'], state: 'open' } }, { budget: { maxUsdPerRequest: 1 }, auto: { candidates } });
    assert.deepEqual([made.primary.candidateId, made.reason, made.escalation?.level], ['middle', 'escalation_held', 'flagged']);
  });
});

describe('a user who says that it does not work', () => {
  const answered = (words: string): ChatRequest => new Talk('Fix the failing test of add()').edits().passes().says('Done.').asks(words).request();

  it('raises the session, also when its cache has gone cold meanwhile', () => {
    for (const updatedAtMs of [NOW_MS - 1_000, NOW_MS - 3_600_000]) {
      const made = plan(answered('It is still broken'), { updatedAtMs });
      assert.deepEqual([made.reason, made.escalation?.level, made.escalation?.from], ['escalated_user_says_broken', 'raised', 'fast']);
      assert.notEqual(made.primary.candidateId, 'fast');
    }
  });

  it('keeps the verifier of a risky task', () => {
    const risky = plan(answered('It is still broken: the migration of the production payments drops the auth tokens'), {}, { auto: { thresholds: { verifyRisk: 0.01, fusionRisk: 1, fusionComplexity: 1 } } });
    assert.deepEqual([risky.strategy, risky.escalation?.level], ['single-verify', 'raised']);
    assert.ok(risky.verifier !== null && risky.verifier.model !== risky.primary.model);
  });

  it('is not heard in a first ask, nor in an ask for something else', () => {
    assert.equal(plan(new Talk('The login is still broken').request()).escalation, null);
    assert.equal(plan(answered('Now add a test for the case that the network fails')).escalation, null);
  });
});

describe('a long run', () => {
  const run = (calls: number): ChatRequest => new Talk('Implement the parser').edits().reads(calls - 2).edits().request();

  it('of a cheap model is raised past the p90 of its tier', () => {
    assert.equal(plan(run(P90_CALLS.cheap - 1)).escalation, null);
    const made = plan(run(P90_CALLS.cheap));
    assert.deepEqual([made.reason, made.escalation?.reasons[0]?.evidence], ['escalated_past_p90', '25 model calls; nine of ten runs of a cheap model end within 25']);
  });

  it('of the strongest is flagged past the p90 of its own', () => {
    const strongest = plan(stuck()).primary.candidateId;
    assert.equal(plan(run(P90_CALLS.strong - 1), { candidateId: strongest }).escalation, null);
    assert.equal(plan(run(P90_CALLS.strong), { candidateId: strongest }).escalation?.level, 'flagged');
  });

  it('without a change of a file is raised where the task wants one', () => {
    const idle = (ask: string): Plan => plan(new Talk(ask).reads(20).request());
    assert.equal(idle('Fix the crash in the parser').reason, 'escalated_no_diff');
    assert.equal(idle('Explain how the parser works').escalation, null);
  });
});

describe('success', () => {
  const talk = (): Talk => new Talk('Fix the failing test of add()').fails().edits().fails().edits().fails();
  const at = talk().request().messages.length;

  it('is remembered in the pin', () => {
    assert.equal(plan(talk().edits().passes().request(), raisedAt(at)).pin?.escalation?.state, 'succeeded');
    assert.equal(plan(talk().edits().fails().request(), raisedAt(at)).pin?.escalation?.state, 'failing');
  });

  it('lets the session go at the next ask, which is planned as a new one', () => {
    const request = talk().edits().passes().says('Done.').asks('Thanks. Now rename the function to sum').request();
    // A bonus that would keep any other session where it is.
    const config: ConfigInput = { auto: { scoring: { stickyBonus: 1 } } };
    assert.equal(plan(request, { candidateId: 'verifier' }, config).primary.candidateId, 'verifier');
    const made = plan(request, raisedAt(at, { state: 'succeeded' }), config);
    const fresh = planned(request, { config: configFrom(config) });
    assert.notEqual(fresh.primary.candidateId, 'verifier');
    assert.equal(made.escalation?.level, 'released');
    assert.equal(made.primary.candidateId, fresh.primary.candidateId);
    assert.equal(made.pin?.escalation, undefined);
  });

  it('lets it go in the midst of a loop only when the cache is cold or the transcript was compacted', () => {
    const request = talk().edits().passes().reads(1).request();
    const succeeded = raisedAt(at, { state: 'succeeded' });
    assert.deepEqual([plan(request, succeeded).reason, plan(request, succeeded).primary.candidateId], ['tool_loop', 'verifier']);
    assert.equal(plan(request, { ...succeeded, updatedAtMs: NOW_MS - 3_600_000 }).reason, 'escalation_over');
    assert.equal(plan(request, raisedAt(1_000, { state: 'succeeded' })).reason, 'escalation_over');
  });

  it('is not what a compacted transcript alone shows: then it is held, and evidence counts anew', () => {
    const request = new Talk('Summary of what was done so far').reads(1).request();
    const made = plan(request, raisedAt(1_000));
    assert.deepEqual([made.escalation?.level, made.pin?.escalation?.atMessages], ['held', request.messages.length]);
  });

  it('is not what failing tests show, nor is "continue" another ask', () => {
    const failing = talk().edits().fails().says('I give up.').asks('What did you try so far?').request();
    assert.deepEqual([plan(failing, raisedAt(at, { state: 'failing' })).reason, plan(failing, raisedAt(at, { state: 'failing' })).primary.candidateId], ['escalation_held', 'verifier']);
    const goOn = talk().edits().says('Shall I run the tests?').asks('continue').request();
    assert.equal(plan(goOn, raisedAt(at)).reason, 'escalation_held');
  });
});
