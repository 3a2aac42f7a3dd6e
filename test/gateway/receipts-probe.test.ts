import assert from 'node:assert/strict';
import { runCompat } from '../../src/receipts/compat.ts';
import { runDoctor } from '../../src/receipts/doctor.ts';
import { runProbe } from '../../src/receipts/probe.ts';
import { renderCompat } from '../../src/receipts/render/compat.ts';
import { renderDoctorMarkdown } from '../../src/receipts/render/doctor.ts';
import type { Reply, Script, ScriptedUpstream } from '../support/scripted-upstream.ts';
import { html, startScriptedUpstream, status, text, toolCalls } from '../support/scripted-upstream.ts';

const CALL = toolCalls([{ name: 'read_build_status', arguments: { branch: 'main' }, id: 'call_a' }]);
const ANSWER = text('Yes, the build passed.', { usage: { promptTokens: 9, completionTokens: 5 } });
/** An endpoint that does everything right. */
const WELL: readonly Reply[] = [ANSWER, ANSWER, CALL, ANSWER];

describe('probing an endpoint', () => {
  let upstream: ScriptedUpstream | undefined;
  const serve = async (script: Script, models: readonly string[] = ['m']): Promise<ScriptedUpstream> => (upstream = await startScriptedUpstream({ script, models }));
  const probe = async (script: Script, options: { key?: string; timeoutMs?: number; models?: readonly string[] } = {}) => {
    const { baseURL } = await serve(script, options.models);
    const { checks } = await runProbe({ url: baseURL, model: 'm', key: options.key, timeoutMs: options.timeoutMs ?? 5_000 });
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };
  afterEach(async () => {
    await upstream?.close();
    upstream = undefined;
  });

  it('passes one that lists, answers, streams and goes round with a tool', async () => {
    const checks = await probe(WELL);
    assert.deepEqual(Object.entries(checks).map(([name, { status: of }]) => [name, of]), [
      ['probe.models', 'pass'], ['probe.chat', 'pass'], ['probe.chat.stream', 'pass'], ['probe.tool.roundtrip', 'pass'],
    ]);
  });

  it('sends the tool’s result back under the id and with the arguments that it was called with', async () => {
    await probe(WELL);
    const [, , first, second] = upstream?.requests ?? [];
    assert.deepEqual(first?.body.tool_choice, { type: 'function', function: { name: 'read_build_status' } });
    const [, assistant, tool] = second?.body.messages ?? [];
    assert.deepEqual(assistant?.tool_calls, [{ id: 'call_a', type: 'function', function: { name: 'read_build_status', arguments: '{"branch":"main"}' } }]);
    assert.equal(tool?.tool_call_id, 'call_a');
    assert.equal(second?.body.tools?.length, 1);
  });

  it('sends the key, and keeps it out of the report even when the endpoint repeats it', async () => {
    const denied = status(401, { message: 'the key sk-very-secret is not valid' });
    const { baseURL } = await serve([denied, denied, denied, denied]);
    const report = await runDoctor({ probe: { url: baseURL, model: 'm', key: 'sk-very-secret' } });
    assert.equal(upstream?.requests[0]?.headers.authorization, 'Bearer sk-very-secret');
    const markdown = renderDoctorMarkdown(report);
    assert.equal(`${markdown}${JSON.stringify(report)}`.includes('sk-very-secret'), false);
    assert.match(markdown, /the key \\\[key\\\] is not valid/);
    assert.match(markdown, /--probe-key-env/);
    assert.equal(report.status, 'fail');
  });

  it('drops credentials and query from the reported address', async () => {
    const { baseURL, port } = await serve(WELL);
    const { url } = await runProbe({ url: `${baseURL.replace('//', '//ann:secret@')}/?token=abc`, model: 'm', timeoutMs: 5_000 });
    assert.equal(url, `http://127.0.0.1:${port}/v1`);
  });

  it('warns when the model is not in the list', async () => {
    const checks = await probe(WELL, { models: ['other'] });
    assert.equal(checks['probe.models']?.status, 'warn');
  });

  it('fails a stream that ends without finish_reason, for agents would take it for done', async () => {
    const checks = await probe([ANSWER, text('half', { ending: 'no-finish' }), CALL, ANSWER]);
    assert.deepEqual([checks['probe.chat.stream']?.status, checks['probe.chat.stream']?.detail], ['fail', 'the stream ends without a finish_reason']);
  });

  it('fails a stream that breaks off or holds an error', async () => {
    assert.match((await probe([ANSWER, text('half', { ending: 'reset' }), CALL, ANSWER]))['probe.chat.stream']?.detail ?? '', /broke/);
    await upstream?.close();
    assert.match((await probe([ANSWER, text('half', { ending: 'error-chunk' }), CALL, ANSWER]))['probe.chat.stream']?.detail ?? '', /an error inside the stream/);
  });

  it('warns about a stream without [DONE] or without usage', async () => {
    assert.match((await probe([ANSWER, text('x', { ending: 'no-done' }), CALL, ANSWER]))['probe.chat.stream']?.detail ?? '', /\[DONE\]/);
    await upstream?.close();
    const silent = (await probe([ANSWER, text('x', { usage: null }), CALL, ANSWER]))['probe.chat.stream'];
    assert.deepEqual([silent?.status, /no usage/.test(silent?.detail ?? '')], ['warn', true]);
  });

  it('reads CRLF streams and characters split over writes', async () => {
    const checks = await probe([ANSWER, text('äöü🦊', { crlf: true, bytesPerWrite: 3, comments: true }), CALL, ANSWER]);
    assert.equal(checks['probe.chat.stream']?.status, 'pass');
  });

  it('does not take a web page for an answer', async () => {
    const checks = await probe([html(), html(), html()]);
    assert.match(checks['probe.chat']?.detail ?? '', /not a chat completion/);
    assert.match(checks['probe.chat.stream']?.detail ?? '', /text\/html/);
    assert.match(checks['probe.tool.roundtrip']?.detail ?? '', /not a chat completion/);
  });

  it('fails a model that answers in words where a tool was asked for', async () => {
    const checks = await probe([ANSWER, ANSWER, ANSWER]);
    assert.equal(checks['probe.tool.roundtrip']?.detail, 'no tool was called');
  });

  it('fails a tool call with broken arguments, and one that never ends', async () => {
    const broken = toolCalls([{ name: 'read_build_status', arguments: '{"branch":' }]);
    assert.match((await probe([ANSWER, ANSWER, broken]))['probe.tool.roundtrip']?.detail ?? '', /not a JSON object/);
    await upstream?.close();
    assert.match((await probe([ANSWER, ANSWER, CALL, CALL]))['probe.tool.roundtrip']?.detail ?? '', /called the tool again/);
  });

  it('tries again without forcing the tool where that is refused, and warns', async () => {
    const checks = await probe([ANSWER, ANSWER, status(400, { message: 'tool_choice is not supported' }), CALL, ANSWER]);
    assert.equal(checks['probe.tool.roundtrip']?.status, 'warn');
    assert.equal('tool_choice' in (upstream?.requests[3]?.body ?? {}), false);
  });

  it('says which flag to raise when there is no answer in time', async () => {
    const checks = await probe([{ kind: 'stall' }, { kind: 'stall' }, { kind: 'stall' }], { timeoutMs: 300 });
    assert.match(checks['probe.chat']?.detail ?? '', /no answer within 300 ms/);
    assert.match(checks['probe.chat']?.hint ?? '', /--probe-timeout-ms/);
    assert.equal((await upstream?.waitForAbort(3))?.aborted, true);
  });

  it('fails every probe, with a reason, where nothing listens', async () => {
    const { baseURL } = await serve(WELL);
    await upstream?.close();
    upstream = undefined;
    const { checks } = await runProbe({ url: baseURL, model: 'm', timeoutMs: 5_000 });
    assert.deepEqual(checks.map(({ status: of }) => of), ['fail', 'fail', 'fail', 'fail']);
    assert.ok(checks.every(({ detail }) => detail.includes('ECONNREFUSED')));
  });

  it('ends its call when it is aborted', async () => {
    const { baseURL } = await serve([{ kind: 'stall' }]);
    const stop = new AbortController();
    const running = runProbe({ url: baseURL, model: 'm', signal: stop.signal });
    await upstream?.waitForRequest();
    stop.abort();
    await assert.rejects(running, { name: 'AbortError' });
    assert.equal((await upstream?.waitForAbort())?.aborted, true);
  });

  it('refuses an address that is none', async () => {
    await assert.rejects(runProbe({ url: 'file:///etc/passwd' }), TypeError);
    await assert.rejects(runProbe({ url: 'nonsense' }), TypeError);
  });

  it('makes a matrix over several endpoints, as the seed shows it', async () => {
    const { baseURL } = await serve([...WELL, status(500), status(500), status(500)]);
    const matrix = await runCompat({ targets: [{ name: 'local', url: baseURL, model: 'm' }, { name: 're|lay', url: baseURL, model: 'm' }] });
    const lines = renderCompat(matrix).split('\n');
    assert.deepEqual(lines.slice(0, 6), [
      '# OpenFusion Provider Compatibility Matrix',
      '',
      '| Target | Model | `probe.models` | `probe.chat` | `probe.chat.stream` | `probe.tool.roundtrip` |',
      '| --- | --- | --- | --- | --- | --- |',
      '| local | `m` | PASS | PASS | PASS | PASS |',
      '| re\\|lay | `m` | PASS | FAIL | FAIL | FAIL |',
    ]);
    assert.equal(lines[7], 'Overall: **FAIL**');
  });
});
