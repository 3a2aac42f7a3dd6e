import assert from 'node:assert/strict';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { TraceRecord } from '../../src/trace/types.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream, type Wire } from '../support/scripted-upstream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TRANSCRIPTS } from '../unit/routing/progress/transcripts.ts';
import type { Transcript } from '../unit/routing/progress/transcripts/transcript.ts';

const PATHS: Record<Wire, string> = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };
const skills = (all: number) => ({ coding: all, reasoning: all, verification: all, writing: all });
const CONFIG: ConfigInput = {
  auto: {
    scoring: { costQualityTradeoff: 9 },
    candidates: [
      { id: 'cheap', role: 'coder', model: 'v/cheap', skills: skills(0.5), pricing: { inputUsdPer1M: 0.1, outputUsdPer1M: 0.4, cachedInputUsdPer1M: 0.01 } },
      { id: 'strong', role: 'coder', model: 'v/strong', skills: skills(0.9), pricing: { inputUsdPer1M: 5, outputUsdPer1M: 25, cachedInputUsdPer1M: 0.5 } },
    ],
  },
};

/** The request in which the same test has failed after a second edit. */
const STUCK = 7;

/** What the agent sends as its n-th request; behind the last one, another ask of its user. */
function bodyOf({ wire, entries, requests, tools }: Transcript, index: number): Record<string, unknown> {
  const parameters = { type: 'object', properties: {} };
  const messages: unknown[] = entries.slice(0, requests[index] ?? entries.length);
  if (index >= requests.length) messages.push({ role: 'assistant', content: 'The test passes.' }, { role: 'user', content: 'Thanks. Now rename add to sum everywhere' });
  const offered = tools.map((name) => (wire === 'messages' ? { name, input_schema: parameters } : wire === 'responses' ? { type: 'function', name, parameters } : { type: 'function', function: { name, parameters } }));
  return { model: 'openfusion/auto', session_id: 'one', tools: offered, ...(wire === 'responses' ? { input: messages, store: false } : { messages }), ...(wire === 'messages' ? { max_tokens: 1_000 } : {}) };
}

describe('a session that is stuck', () => {
  let model: ScriptedUpstream, gateway: TestGateway, folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const start = async (): Promise<void> => { gateway = await startGateway({ upstream: { baseURL: model.baseURL }, ...CONFIG }, { stateDir: folder.path }); };
  beforeEach(async () => {
    folder = await temporaryFolder();
    // The transcripts are without the reasoning that the providers want back.
    model = await startScriptedUpstream({ script: text('on it'), strict: false });
    await start();
  });
  afterEach(async () => { await gateway.close(); await model.close(); await folder.remove(); });

  async function send(transcript: Transcript, index: number): Promise<TraceRecord> {
    const response = await gateway.post(PATHS[transcript.wire], bodyOf(transcript, index));
    assert.equal(response.status, 200, await response.clone().text());
    await response.text();
    return gateway.lastTrace();
  }
  const servedBy = (): string[] => model.requests.map((request) => request.model);

  for (const transcript of TRANSCRIPTS) {
    it(`of ${transcript.agent} moves to the stronger model, says why, and goes back after success with the next ask`, async () => {
      for (let index = 0; index < STUCK; index++) await send(transcript, index);
      assert.deepEqual(new Set(servedBy()), new Set(['v/cheap']));
      const raised = await send(transcript, STUCK);
      assert.deepEqual([raised.plan?.reason, raised.plan?.escalation?.level, raised.plan?.escalation?.from, raised.plan?.escalation?.to], ['escalated_same_error', 'raised', 'cheap', 'strong']);
      assert.deepEqual(raised.plan?.escalation?.reasons.map(({ name }) => name), ['same_error_again']);
      for (let index = STUCK + 1; index < transcript.requests.length; index++) assert.equal((await send(transcript, index)).plan?.escalation?.level, 'held');
      assert.deepEqual(servedBy().slice(STUCK), ['v/strong', 'v/strong', 'v/strong']);
      const next = await send(transcript, transcript.requests.length);
      assert.deepEqual([next.plan?.escalation?.level, servedBy().at(-1)], ['released', 'v/cheap']);
    });
  }

  it('stays raised over a restart', async () => {
    const transcript = TRANSCRIPTS.find(({ agent }) => agent === 'claude-code');
    assert.ok(transcript !== undefined);
    for (let index = 0; index <= STUCK; index++) await send(transcript, index);
    await gateway.close();
    await start();
    const held = await send(transcript, STUCK + 1);
    assert.deepEqual([held.plan?.escalation?.level, held.plan?.escalation?.from, servedBy().at(-1)], ['held', 'cheap', 'v/strong']);
  });

  it('shows none of the transcript in the reasons of its trace', async () => {
    const transcript = TRANSCRIPTS.find(({ agent }) => agent === 'opencode');
    assert.ok(transcript !== undefined);
    for (let index = 0; index < STUCK; index++) await send(transcript, index);
    const told = JSON.stringify((await send(transcript, STUCK)).plan?.escalation);
    assert.ok(!/adds|add\.js|Expected|strictly|dev\/repo/.test(told), told);
  });
});
