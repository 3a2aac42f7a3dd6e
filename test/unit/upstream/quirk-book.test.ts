import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChatRequest } from '../../../src/protocol/types.ts';
import { classifyFailure } from '../../../src/upstream/classify.ts';
import { QuirkBook } from '../../../src/upstream/quirk-book.ts';

type Asking = Pick<ChatRequest, 'body' | 'toolChoice' | 'wire'>;
const asking = (body: Record<string, unknown> = {}, more: Partial<Asking> = {}): Asking => ({ body, wire: 'chat', ...more });
const failure = (message: string, param: string | null = null) => classifyFailure('x', '', 400, JSON.stringify({ error: { message, param } }), undefined, 0);
const call = { upstreamName: 'up', model: 'm' };
const newBook = (upstreams: ConstructorParameters<typeof QuirkBook>[0] = {}) => new QuirkBook(upstreams);
const refused = (name: string) => failure(`Unsupported parameter: '${name}'`, name);

describe('learning from refusals', () => {
  it('leaves a refused field out from now on, for that model alone', () => {
    const book = newBook();
    assert.deepEqual(book.learn(call, asking({ seed: 7 }), refused('seed'), 's'), ['seed left out']);
    assert.deepEqual(book.of('up', 'm').drop, ['seed']);
    assert.deepEqual([book.of('up', 'other'), book.of('other', 'm')], [{}, {}]);
  });

  it('says nothing when it has learned that before: another try would fail again', () => {
    const book = newBook();
    book.learn(call, asking({ seed: 7 }), refused('seed'), 's');
    assert.equal(book.learn(call, asking({ seed: 7 }), refused('seed'), 's'), null);
  });

  it('leaves out only what stands in the request, in the candidate, or may have been written by us', () => {
    const book = newBook();
    assert.equal(book.learn(call, asking(), refused('presence_penalty'), 's'), null);
    assert.deepEqual(book.learn({ ...call, extraBody: { presence_penalty: 1 } }, asking(), refused('presence_penalty'), 's'), ['presence_penalty left out']);
    assert.deepEqual(book.learn(call, asking(), refused('verbosity'), 's'), ['verbosity left out']);
  });

  it('renames, and takes temperature and top_p together', () => {
    const book = newBook();
    assert.deepEqual(book.learn(call, asking({ max_tokens: 9 }), failure("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", 'max_tokens'), 's'), ['max_tokens sent as max_completion_tokens']);
    assert.deepEqual(book.learn(call, asking({ temperature: 0 }), refused('temperature'), 's'), ['temperature, top_p left out']);
    assert.deepEqual(book.of('up', 'm'), { rename: { max_tokens: 'max_completion_tokens' }, drop: ['temperature', 'top_p'] });
  });

  it('never gives up what the request is about', () => {
    const book = newBook();
    for (const name of ['model', 'messages', 'input', 'tools', 'system', 'stream', 'response_format']) assert.equal(book.learn(call, asking({ [name]: 1 }), refused(name), 's'), null, name);
    assert.equal(book.learn(call, asking({ max_tokens: 9 }, { wire: 'messages' }), refused('max_tokens'), 's'), null);
    assert.equal(book.learn(call, asking({ tool_choice: 'required' }, { toolChoice: 'required' }), refused('tool_choice'), 's'), null);
    assert.deepEqual(book.learn(call, asking({ tool_choice: 'auto' }, { toolChoice: 'auto' }), refused('tool_choice'), 's'), ['tool_choice left out']);
  });

  it('learns what is wanted of reasoning, over what the table says', () => {
    const book = new QuirkBook({ up: { baseURL: 'https://api.groq.com/openai/v1' } });
    assert.equal(book.of('up', 'm').replayReasoning, false);
    book.learn(call, asking(), failure('thinking is enabled but reasoning_content is missing in assistant tool call message at index 2'), 's');
    assert.deepEqual([book.of('up', 'm').replayReasoning, book.of('up', 'm').fillReasoning], [true, true]);
  });

  it('drops reasoning that cannot be read for its session alone', () => {
    const book = newBook(), unreadable = failure('messages.1.content.0: Invalid `signature` in `thinking` block');
    assert.deepEqual(book.learn(call, asking(), unreadable, 'mine'), ['earlier reasoning left out']);
    assert.equal(book.learn(call, asking(), unreadable, 'mine'), null);
    assert.deepEqual(['mine', 'other', undefined].map((session) => book.of('up', 'm', session).dropReasoning), [true, undefined, undefined]);
    assert.equal(book.of('up', 'another', 'mine').dropReasoning, undefined);
  });

  it('keeps what it learned over another configuration, of upstreams that are where they were', () => {
    const [here, there] = [{ baseURL: 'https://one.example/v1', kind: 'openai' }, { baseURL: 'https://two.example/v1', kind: 'openai' }];
    const book = newBook({ up: here, moved: here, other: here, gone: here }), unreadable = failure('messages.1.content.0: Invalid `signature` in `thinking` block');
    for (const upstreamName of ['up', 'moved', 'other', 'gone', 'nameless']) {
      book.learn({ upstreamName, model: 'vendor/m' }, asking({ seed: 7 }), refused('seed'), 's');
      book.learn({ upstreamName, model: 'vendor/m' }, asking(), unreadable, 's');
    }
    const next = new QuirkBook({ up: { ...here }, moved: there, other: { ...here, kind: 'anthropic' } }, book);
    assert.deepEqual(next.of('up', 'vendor/m', 's'), { drop: ['seed'], dropReasoning: true });
    assert.deepEqual(['moved', 'other', 'gone', 'nameless'].map((name) => next.of(name, 'vendor/m', 's')), [{}, {}, {}, {}]);
  });

  it('learns several things from one error', () => {
    const book = newBook();
    const body = JSON.stringify({ detail: ['seed', 'user'].map((name) => ({ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted' })) });
    assert.deepEqual(book.learn(call, asking({ seed: 1, user: 'u' }), classifyFailure('x', '', 422, body, undefined, 0), 's'), ['seed left out', 'user left out']);
  });

  it('is about 400s only', () => {
    assert.equal(newBook().learn(call, asking({ seed: 1 }), classifyFailure('x', '', 500, JSON.stringify({ error: { message: "Unsupported parameter: 'seed'" } }), undefined, 0), 's'), null);
  });
});
