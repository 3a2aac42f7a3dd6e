import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import {
  contextLengthExceeded,
  gate,
  html,
  pause,
  raw,
  resetBeforeHeaders,
  roleOnlyThenHold,
  stall,
  startScriptedUpstream,
  status,
  text,
  toolCalls,
} from '../support/scripted-upstream.ts';
import type { Script, ScriptedUpstream } from '../support/scripted-upstream.ts';

interface Chunk {
  readonly choices: {
    readonly delta: {
      content?: string;
      reasoning_content?: string;
      role?: string;
      tool_calls?: { index: number; id?: string; function: { name?: string; arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
  readonly error?: { message: string };
}

describe('the scripted upstream', () => {
  let up: ScriptedUpstream;

  async function start(script: Script): Promise<void> {
    up = await startScriptedUpstream({ script });
  }

  afterEach(() => up.close());

  it('answers a plain request with text, usage and the model that was asked for', async () => {
    await start(text(['Hel', 'lo']));
    const body = (await (await post({ model: 'm' })).json()) as Record<string, unknown>;
    assert.equal(body.model, 'm');
    assert.deepEqual(body.choices, [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop', logprobs: null }]);
    assert.deepEqual(body.usage, { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
  });

  it('streams one chunk a piece, ends with finish_reason and [DONE], and leaves usage out when it was not asked for', async () => {
    await start(text(['Hel', 'lo']));
    const { chunks, done } = events(await (await post({ stream: true })).text());
    assert.deepEqual(
      chunks.map((chunk) => chunk.choices[0]?.delta.content),
      ['', 'Hel', 'lo', undefined],
    );
    assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
    assert.ok(done);
    assert.ok(chunks.every((chunk) => chunk.usage === undefined));
  });

  it('streams usage in a chunk without choices when include_usage asks for it', async () => {
    await start(text('hi', { usage: { promptTokens: 100, completionTokens: 5, cachedTokens: 80, costUsd: 0.5 } }));
    const { chunks } = events(await (await post({ stream: true, stream_options: { include_usage: true } })).text());
    assert.deepEqual(chunks.at(-1)?.choices, []);
    assert.deepEqual(chunks.at(-1)?.usage, {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      prompt_tokens_details: { cached_tokens: 80 },
      cost: 0.5,
    });
  });

  it('never reports usage when the reply says so', async () => {
    await start(text('hi', { usage: null }));
    assert.doesNotMatch(await (await post({})).text(), /usage/);
    assert.doesNotMatch(await (await post({ stream: true, stream_options: { include_usage: true } })).text(), /usage/);
  });

  it('interleaves the argument fragments of parallel tool calls', async () => {
    await start(
      toolCalls([
        { name: 'read', arguments: { path: 'a.js' } },
        { name: 'run', arguments: { command: 'ls' } },
      ]),
    );
    const { chunks } = events(await (await post({ stream: true })).text());
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.deepEqual(
      deltas.map(({ index }) => index),
      [0, 1, 0, 1, 0, 1, 0, 1],
    );
    const joined = [0, 1].map((index) =>
      deltas
        .filter((delta) => delta.index === index)
        .map((delta) => delta.function.arguments)
        .join(''),
    );
    assert.deepEqual(joined, ['{"path":"a.js"}', '{"command":"ls"}']);
    assert.deepEqual(
      deltas.slice(0, 2).map(({ id, function: { name } }) => [id, name]),
      [
        ['call_0_0', 'read'],
        ['call_0_1', 'run'],
      ],
    );
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'tool_calls');
  });

  it('gives tool calls in a plain answer with null as the content', async () => {
    await start(toolCalls([{ name: 'read', arguments: '{broken', id: 'call_x' }]));
    const body = (await (await post({})).json()) as { choices: { message: unknown }[] };
    assert.deepEqual(body.choices[0]?.message, {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_x', type: 'function', function: { name: 'read', arguments: '{broken' } }],
    });
  });

  it('sends reasoning before the text', async () => {
    await start(text('four', { reasoning: ['two', ' and two'] }));
    const { chunks } = events(await (await post({ stream: true })).text());
    assert.deepEqual(
      chunks.map(({ choices }) => choices[0]?.delta.reasoning_content ?? choices[0]?.delta.content),
      ['', 'two', ' and two', 'four', undefined],
    );
  });

  it("answers an error status with OpenAI's error object and the headers given", async () => {
    await start([status(429, { retryAfterS: 8 }), status(500), status(401, { code: 'invalid_api_key' }), contextLengthExceeded()]);
    const limited = await post({});
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '8']);
    assert.equal((await post({})).status, 500);
    assert.equal((await errorOf(await post({}))).code, 'invalid_api_key');
    const tooLong = await post({});
    assert.deepEqual([tooLong.status, (await errorOf(tooLong)).code], [400, 'context_length_exceeded']);
  });

  it('passes a web page or any other body off as an answer', async () => {
    await start([html(), raw({ body: '{"choices":' })]);
    const page = await post({});
    assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
    await assert.rejects((await post({})).json());
  });

  it('resets the connection before the headers', async () => {
    await start(resetBeforeHeaders());
    await assert.rejects(post({}));
  });

  for (const ending of ['cut', 'reset'] as const) {
    it(`lets the client read every chunk before a connection that ends by ${ending}`, async () => {
      await start(text(['one', 'two'], { ending }));
      const { received, error } = await readUntilError(await open({ stream: true }));
      assert.deepEqual(
        events(received).chunks.map((chunk) => chunk.choices[0]?.delta.content),
        ['', 'one', 'two'],
      );
      assert.ok(error);
    });
  }

  it('ends cleanly without a finish_reason', async () => {
    await start(text('half', { ending: 'no-finish' }));
    const { chunks, done } = events(await (await post({ stream: true })).text());
    assert.ok(chunks.every((chunk) => chunk.choices[0]?.finish_reason === null));
    assert.equal(done, false);
  });

  it('sends an error chunk in the middle of a stream', async () => {
    await start(text('half', { ending: 'error-chunk' }));
    const { chunks, done } = events(await (await post({ stream: true })).text());
    assert.ok(chunks.at(-1)?.error);
    assert.equal(done, false);
  });

  it('frames events with CRLF and comments', async () => {
    await start(text('hi', { crlf: true, comments: true }));
    const received = await (await post({ stream: true })).text();
    assert.match(received, /^: processing\r\n\r\ndata: /);
    assert.doesNotMatch(received, /[^\r]\n/);
  });

  it('splits characters over writes', async () => {
    await start(text('größer 数据', { bytesPerWrite: 1 }));
    const response = await open({ stream: true });
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => {
      parts.push(part);
    });
    await once(response, 'end');
    assert.ok(parts.length > 50, `${parts.length} reads`);
    assert.equal(events(Buffer.concat(parts).toString()).chunks[1]?.choices[0]?.delta.content, 'größer 数据');
  });

  it('waits at a gate until the test opens it', async () => {
    const between = gate();
    await start(text(['before', between, 'after']));
    const response = await open({ stream: true });
    let received = '';
    response.on('data', (part: Buffer) => {
      received += part.toString();
    });
    await between.reached;
    while (!received.includes('before')) await once(response, 'data');
    assert.doesNotMatch(received, /after/);
    between.open();
    await once(response, 'end');
    assert.match(received, /after/);
  });

  it('holds the headers of a plain answer, of a stream and of an error at a gate', async () => {
    const gates = [gate(), gate(), gate()] as const;
    await start([text('a', { before: gates[0] }), text('b', { before: gates[1] }), status(500, { before: gates[2] })]);
    for (const [at, before] of gates.entries()) {
      const answered = post({ stream: at === 1 });
      await before.reached;
      before.open();
      assert.equal((await answered).status, at === 2 ? 500 : 200);
    }
  });

  it('tells when a client has left a stalled, a held and a gated reply', async () => {
    await start([stall(), roleOnlyThenHold(), text(['x', gate()]), text(['x', pause(60_000)])]);
    for (let n = 1; n <= 4; n++) {
      const left = new AbortController();
      const answered = post({ stream: true }, left.signal).then((response) => response.text());
      const request = await up.waitForRequest(n);
      assert.equal(request.aborted, false);
      left.abort();
      await assert.rejects(answered);
      assert.equal(await up.waitForAbort(n), request);
      assert.deepEqual([request.aborted, request.finished], [true, false]);
    }
  });

  it('records order, headers, body with unknown fields and the bytes of each request', async () => {
    await start(text('ok'));
    await post({ model: 'a', 'new field': 1 });
    await post({ model: 'b', stream: true });
    await up.waitForFinish(2);
    assert.deepEqual(
      up.requests.map(({ order, model, stream, finished, aborted }) => ({ order, model, stream, finished, aborted })),
      [
        { order: 0, model: 'a', stream: false, finished: true, aborted: false },
        { order: 1, model: 'b', stream: true, finished: true, aborted: false },
      ],
    );
    const [first] = up.requests;
    assert.equal(first?.headers.authorization, 'Bearer test');
    assert.equal(first?.body['new field'], 1);
    assert.deepEqual(JSON.parse(first?.rawBody ?? ''), first?.body);
  });

  it('plays a script by model, a list one after the other, and a function', async () => {
    await start({ a: [status(500), text('second')], '*': ({ body }, index) => text(`${index}: ${String(body.messages[0]?.content)}`) });
    assert.equal((await post({ model: 'a' })).status, 500);
    assert.equal(await say(await post({ model: 'b' })), '0: hello');
    assert.equal(await say(await post({ model: 'a' })), 'second');
    assert.equal(await say(await post({ model: 'c' })), '1: hello');
  });

  it('takes another script while it runs', async () => {
    await start(text('old'));
    assert.equal(await say(await post({})), 'old');
    up.play(text('new'));
    assert.equal(await say(await post({})), 'new');
  });

  it('lists the models of its script', async () => {
    await start({ 'vendor/a': text('a'), '*': text('other') });
    const { data } = (await (await fetch(`${up.baseURL}/models`)).json()) as { data: { id: string }[] };
    assert.deepEqual(
      data.map(({ id }) => id),
      ['vendor/a'],
    );
  });

  it('refuses a body that is no chat request', async () => {
    await start(text('ok'));
    const response = await fetch(`${up.baseURL}/chat/completions`, { method: 'POST', body: '{"model":"m"}' });
    assert.equal(response.status, 400);
    assert.deepEqual(up.requests, []);
  });

  it('fails its close when a request had no reply or the script threw', async () => {
    const strict = await startScriptedUpstream({
      script: {
        a: [text('only once')],
        b: () => {
          throw new Error('asserted in the script');
        },
      },
    });
    up = await startScriptedUpstream({ script: text('ok') });
    const ask = (model: string) => fetch(`${strict.baseURL}/chat/completions`, { method: 'POST', body: JSON.stringify({ model, messages: [] }) });
    await (await ask('a')).text();
    assert.equal((await ask('a')).status, 501);
    await assert.rejects(ask('b'));
    await assert.rejects(strict.close(), /no reply for request 2, model a; asserted in the script/);
  });

  it('rejects waits that can no longer come true when it closes', async () => {
    await start(text('ok'));
    const waiting = up.waitForRequest(2);
    await post({});
    await up.close();
    await assert.rejects(waiting, /waited for request 2, but there were only 1/);
    up = await startScriptedUpstream({ script: text('ok') });
  });

  function post(body: object, signal?: AbortSignal): Promise<Response> {
    return fetch(`${up.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer test' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }),
      signal,
    });
  }

  /** As `post`, but by node:http, where every HTTP chunk is an own read and a broken connection keeps what came before. */
  function open(body: object): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      httpRequest(`${up.baseURL}/chat/completions`, { method: 'POST', agent: false }, resolve)
        .on('error', reject)
        .end(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }));
    });
  }
});

async function readUntilError(response: IncomingMessage): Promise<{ received: string; error?: unknown }> {
  let received = '';
  try {
    for await (const part of response) received += String(part);
    return { received };
  } catch (error) {
    return { received, error };
  }
}

function events(received: string): { chunks: Chunk[]; done: boolean } {
  const data = received
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.slice('data: '.length));
  return { chunks: data.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event) as Chunk), done: data.at(-1) === '[DONE]' };
}

async function errorOf(response: Response): Promise<{ code: string | null }> {
  return ((await response.json()) as { error: { code: string | null } }).error;
}

async function say(response: Response): Promise<string> {
  return ((await response.json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
}
