import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { samplePhase, samplePlan } from '../support/sample-trace.ts';
import { filesWith, storeConfig } from '../support/store.ts';
import { useStoreFolder } from '../support/store-folder.ts';


describe('the text of prompts and answers', () => {
  const state = useStoreFolder(), { openStore, reopened } = state;

  const words = { excerpt: 'GRAPEFRUIT excerpt', evidence: 'PAPAYA evidence', answer: 'MANGO answer', text: 'KIWI phase', argument: 'LYCHEE argument', verdict: 'changed: DURIAN', message: 'your prompt GUAVA is bad', note: 'TAMARIND note' };
  const needles = ['GRAPEFRUIT', 'PAPAYA', 'MANGO', 'KIWI', 'LYCHEE', 'DURIAN', 'GUAVA', 'TAMARIND'];
  const wordy = (id: string) => {
    const plan = samplePlan();
    return {
      id, answer: words.answer, toolCalls: [{ name: 'write', arguments: words.argument }],
      plan: samplePlan({ task: { ...plan.task, excerpt: words.excerpt, signals: [{ kind: 'coding', score: 1, evidence: words.evidence, reason: 'r' }] }, explanation: [`because of "${words.evidence}"`], route: { selectedRoles: ['coder'], rationale: `coder: ${words.evidence}` } }),
      phases: [samplePhase({ text: words.text, verdict: words.verdict, toolCalls: [{ name: 'write', arguments: words.argument }], attempts: [{ model: 'm', upstreamName: 'default', status: 'error' as const, message: words.message, startedMs: 0, durationMs: 1 }] })],
      error: { status: 400, type: 'invalid_request_error', code: 'bad', message: words.message, param: null }, feedback: { thumb: 'up' as const, note: words.note },
    };
  };

  it('is in memory and not in a byte on disk by default: numbers and names are', async () => {
    const store = openStore();
    store.add(wordy('a'));
    await store.flush();
    assert.deepEqual(await filesWith(state.dir, ...needles), []);
    assert.equal((await store.traces.get('a'))?.answer, words.answer);
    assert.equal((await store.traces.list())[0]?.excerpt, words.excerpt);
    const later = await reopened(store);
    assert.deepEqual(await filesWith(state.dir, ...needles), []);
    const trace = await later.traces.get('a');
    assert.deepEqual([trace?.answer, trace?.phases[0]?.text, trace?.toolCalls, trace?.phases[0]?.verdict], ['', '', [{ name: 'write', arguments: '' }], 'changed']);
    assert.deepEqual([trace?.error?.code, trace?.phases[0]?.model, trace?.feedback], ['bad', 'vendor/coder', { thumb: 'up' }]);
  });

  it('is on disk as it was with "full"', async () => {
    const store = openStore({ keepPrompts: 'full' });
    store.add(wordy('a'));
    const later = await reopened(store, { keepPrompts: 'full' });
    const trace = await later.traces.get('a');
    assert.deepEqual([trace?.answer, trace?.plan?.task.excerpt, trace?.feedback?.note], [words.answer, words.excerpt, words.note]);
  });

  it('is on disk without what looks like a secret with "redacted"', async () => {
    const store = openStore({ keepPrompts: 'redacted' });
    store.add({ ...wordy('a'), answer: 'MANGO sk-proj-abcdefghijklmnop0123456789 and password=hunter2hunter2' });
    await store.flush();
    assert.deepEqual(await filesWith(state.dir, 'sk-proj-abcdefghijklmnop', 'hunter2hunter2'), []);
    const later = await reopened(store, { keepPrompts: 'redacted' });
    assert.equal((await later.traces.get('a'))?.answer, 'MANGO [redacted] and password=[redacted]');
  });

  it('goes from the disk when it is not to be kept any more', async () => {
    const store = openStore({ keepPrompts: 'full' });
    for (let n = 0; n < 120; n++) store.add(wordy(`t${n}`));
    await store.flush();
    assert.notDeepEqual(await filesWith(state.dir, 'MANGO'), []);
    store.configure(storeConfig());
    while ((await filesWith(state.dir, ...needles)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await (await reopened(store)).ids()).length, 120);
  });

  it('goes when the database is opened by a version that is not to keep it', async () => {
    const store = openStore({ keepPrompts: 'full' });
    store.add(wordy('a'));
    const later = await reopened(store);
    while ((await filesWith(state.dir, ...needles)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await later.ids(), ['a']);
  });

  it('is in no byte of any file once its trace is deleted', async () => {
    const store = openStore({ keepPrompts: 'full' });
    for (let n = 0; n < 30; n++) store.add({ ...wordy(`t${n}`), answer: `ANSWER-${n}-${'y'.repeat(9_000)}` });
    await store.flush();
    assert.notDeepEqual(await filesWith(state.dir, 'ANSWER-7-', 't7'), []);
    assert.equal(await store.traces.delete('t7'), true);
    assert.equal(await store.traces.delete('t7'), false);
    assert.deepEqual(await filesWith(state.dir, 'ANSWER-7-'), []);
    assert.notDeepEqual(await filesWith(state.dir, 'ANSWER-8-'), []);
    assert.equal((await store.traces.clear()).length, 29);
    assert.deepEqual(await filesWith(state.dir, ...needles, 'ANSWER-'), []);
  });

  it('is gone also when somebody was reading while it was deleted', async () => {
    const store = openStore({ keepPrompts: 'full' });
    store.add(wordy('a'));
    await store.flush();
    const reader = new DatabaseSync(state.file, { readOnly: true });
    const rows = reader.prepare('SELECT * FROM traces').iterate();
    rows.next();
    assert.equal(await store.traces.delete('a'), true);
    rows.return?.();
    reader.close();
    await store.close();
    assert.deepEqual(await filesWith(state.dir, ...needles), []);
  });

  it('of a trace that is deleted before it was written never gets there', async () => {
    const store = openStore({ keepPrompts: 'full' });
    store.add(wordy('a'));
    await store.traces.delete('a');
    await store.close();
    assert.deepEqual(await filesWith(state.dir, ...needles), []);
  });
});
