import assert from 'node:assert/strict';
import type { ChatRequest } from '../../../src/protocol/types.ts';
import { findSession } from '../../../src/routing/session.ts';
import type { PlanInput, SessionInfo } from '../../../src/routing/types.ts';
import { ask, call, chat, configFrom, NOW_MS, pinnedTo, planInput, result, TOOLS } from './support.ts';

const session = (request: ChatRequest, given: Partial<PlanInput> = {}): SessionInfo => findSession(planInput(request, given), 'task').info;
const from = (body: Record<string, unknown>, headers: PlanInput['headers'] = {}): [string, string | null] => {
  const info = session(ask('Fix it', body), { headers });
  return [info.from, info.id];
};

describe('the session that a client names', () => {
  it('is the first found, in the order of the contract', () => {
    const body = { session_id: 's1', prompt_cache_key: 's7', metadata: { user_id: 's8' }, previous_response_id: 's9' };
    const headers = { 'x-session-id': 's2', 'x-claude-code-session-id': 's3', 'x-session-affinity': 's4', 'session-id': 's5', 'thread-id': 's6' };
    assert.deepEqual(from(body, headers), ['body.session_id', 's1']);
    const rest: Partial<typeof body> = { ...body, session_id: undefined };
    assert.deepEqual(from(rest, headers), ['x-session-id', 's2']);
    assert.deepEqual(from(rest, { 'x-claude-code-session-id': 's3', 'thread-id': 's6' }), ['x-claude-code-session-id', 's3']);
    assert.deepEqual(from(rest, { 'session-id': 's5', 'thread-id': 's6' }), ['session-id', 's5']);
    assert.deepEqual(from(rest), ['body.prompt_cache_key', 's7']);
    assert.equal(from({ metadata: body.metadata, previous_response_id: 's9' })[0], 'body.metadata.user_id');
    assert.deepEqual(from({ previous_response_id: 's9' }), ['body.previous_response_id', 's9']);
  });

  it('is inside metadata.user_id with Claude Code, in its JSON and in its older form', () => {
    assert.deepEqual(from({ metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"abc-1"}' } }), ['body.metadata.user_id', 'abc-1']);
    assert.deepEqual(from({ metadata: { user_id: 'user_0f_account__session_abc-2' } }), ['body.metadata.user_id', 'abc-2']);
  });

  it('keeps a person as a hash only', () => {
    const [source, id] = from({ metadata: { user_id: 'jane@example.com' } });
    assert.equal(source, 'body.metadata.user_id');
    assert.match(id ?? '', /^user-[0-9a-f]{16}$/);
  });

  it('does not take the id of a request for the id of a session', () => {
    assert.equal(from({}, { 'x-client-request-id': 'r1', 'x-request-id': 'r2' })[0], 'fingerprint');
  });

  it('ignores empty ids and takes the first of several', () => {
    assert.equal(from({ session_id: ' ' })[0], 'fingerprint');
    assert.deepEqual(from({}, { 'x-session-id': ['a', 'b'] }), ['x-session-id', 'a']);
  });

  it('never stores more than 256 characters, and still tells long ids apart', () => {
    const [, a] = from({ session_id: `${'x'.repeat(1_000)}a` }), [, b] = from({ session_id: `${'x'.repeat(1_000)}b` });
    assert.ok(a !== null && a.length <= 256 && a !== b);
  });
});

describe('the fingerprint of a conversation', () => {
  const start = [{ role: 'system', content: `You are an agent. ${'rules '.repeat(100)}` }, { role: 'user', content: 'Fix the cart' }];
  const id = (messages: unknown[], tools: unknown[] = TOOLS): string | null => session(chat({ messages, tools })).id;

  it('stays the same over the turns of a loop and over what envelopes tell', () => {
    const loop = [...start, call(), result(), { role: 'assistant', content: 'ok' }, { role: 'user', content: 'next' }];
    assert.equal(id(start), id(loop));
    assert.equal(id([start[0], { role: 'user', content: '<environment_details>12:00</environment_details>Fix the cart' }]), id([start[0], { role: 'user', content: '<environment_details>12:05</environment_details>Fix the cart' }]));
  });

  it('differs with the system prompt, the first ask and the tools', () => {
    const ids = [id(start), id([{ role: 'system', content: 'Other' }, start[1]]), id([start[0], { role: 'user', content: 'Fix the basket' }]), id(start, TOOLS.slice(1))];
    assert.equal(new Set(ids).size, 4);
  });

  it('is not made when it is switched off, nor without an ask', () => {
    const config = configFrom({ auto: { stickiness: { implicit: false } } });
    assert.deepEqual(session(ask('Fix it'), { config }), { source: 'none', from: 'none', id: null, hit: false, pins: { roles: {}, candidateId: null } });
    assert.equal(session(chat({ messages: [{ role: 'system', content: 'x' }] })).source, 'none');
  });
});

describe('the pin of a session', () => {
  const at = (ageMs: number, turn: 'task' | 'tool_result') => findSession(planInput(ask('Fix it', { session_id: 's' }), pinnedTo('coder', ageMs)), turn);

  it('is warm up to the TTL', () => {
    assert.deepEqual([at(300_000, 'task').warmId, at(300_000, 'task').info.hit], ['coder', true]);
    assert.deepEqual([at(300_001, 'task').warmId, at(300_001, 'task').info.hit], [null, false]);
  });

  it('holds a tool loop together when a slow tool outlasts the TTL, without a bonus', () => {
    const { info, warmId } = at(3_600_000, 'tool_result');
    assert.deepEqual([info.hit, info.pins.candidateId, warmId], [true, 'coder', null]);
  });

  it('is looked up by the id', () => {
    const asked: string[] = [];
    session(ask('x', { session_id: 's-1' }), { pinOf: (id) => { asked.push(id); return { candidateId: 'coder', roles: { coder: 'm' }, updatedAtMs: NOW_MS }; } });
    assert.deepEqual(asked, ['s-1']);
  });
});
