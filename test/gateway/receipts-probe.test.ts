import assert from 'node:assert/strict';
import type { Check } from '../../src/receipts/check.ts';
import { runDoctor } from '../../src/receipts/doctor.ts';
import { checksOf, type ProbeOptions, PROBE_NAMES, runProbe } from '../../src/receipts/probe.ts';
import { renderDoctorMarkdown } from '../../src/receipts/render/doctor.ts';
import { type Bend, callOf, type EndpointOptions, errorBody, json, type ProbeEndpoint, startProbeEndpoint, streamEvents, type WireEvent, type WireFormat } from '../support/probe-endpoint.ts';

const FORMATS = ['chat', 'responses', 'messages'] as const;
const WORDS = { text: 'Yes.', calls: [], usage: { input: 9, output: 5, cached: 0 } };
const NAMES = Object.fromEntries(FORMATS.map((id) => [id, checksOf(id)])) as Record<WireFormat, string[]>;

describe('probing an endpoint', () => {
  let endpoint: ProbeEndpoint | undefined;
  const serve = async (options: EndpointOptions = {}): Promise<ProbeEndpoint> => {
    await endpoint?.close();
    return (endpoint = await startProbeEndpoint(options));
  };
  const probe = async (options: EndpointOptions = {}, given: Partial<ProbeOptions> = {}): Promise<Record<string, Check>> => {
    const { baseURL } = await serve(options);
    const { checks } = await runProbe({ url: baseURL, model: 'm', timeoutMs: 5_000, ...given });
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };
  const statuses = (checks: Record<string, Check>, names: readonly string[]) => names.map((name) => checks[name]?.status);
  afterEach(async () => {
    await endpoint?.close();
    endpoint = undefined;
  });

  it('passes one that does everything right, in all three formats', async () => {
    const { baseURL } = await serve();
    const report = await runProbe({ url: baseURL, model: 'm', overflow: true });
    assert.deepEqual(report.checks.filter(({ status }) => status !== 'pass').map(({ name, detail }) => `${name}: ${detail}`), ['probe.retry-after: no 429 came']);
    assert.deepEqual(report.checks.map(({ name }) => name), PROBE_NAMES);
    assert.deepEqual(report.formats, { chat: 'pass', responses: 'pass', messages: 'pass' });
  });

  it('keeps the names that the first checks had when there was one format only', () => {
    assert.deepEqual(PROBE_NAMES.slice(0, 4), ['probe.models', 'probe.chat', 'probe.chat.stream', 'probe.tool.roundtrip']);
  });

  describe('keys and addresses', () => {
    it('sends the key, and keeps it out of the report even when the endpoint repeats it', async () => {
      const { baseURL } = await serve({ bend: { '*': (_reply, { format }) => json(401, errorBody(format, 'authentication_error', 'the key sk-very-secret (sk%2Dvery%2Dsecret) is not valid')) } });
      const report = await runDoctor({ probe: { url: baseURL, model: 'm', key: 'sk-very-secret' } });
      assert.equal(endpoint?.of('chat', 'plain')[0]?.headers.authorization, 'Bearer sk-very-secret');
      const markdown = renderDoctorMarkdown(report);
      assert.equal(`${markdown}${JSON.stringify(report)}`.includes('sk-very-secret'), false);
      assert.match(markdown, /the key \\\[key\\\]/);
      assert.match(markdown, /--probe-key-env/);
      assert.equal(report.status, 'fail');
    });

    it('shows the key to Messages as x-api-key, and as Bearer where that is refused', async () => {
      const checks = await probe({ bend: { 'messages.*': (reply, { headers, format }) => (headers['x-api-key'] === undefined ? reply : json(401, errorBody(format, 'authentication_error', 'no such key'))) } }, { key: 'sk-very-secret' });
      const [first, second, ...rest] = endpoint?.requests.filter(({ format }) => format === 'messages') ?? [];
      assert.deepEqual([first?.headers['x-api-key'], first?.headers.authorization, first?.headers['anthropic-version']], ['sk-very-secret', undefined, '2023-06-01']);
      assert.deepEqual([second?.headers['x-api-key'], second?.headers.authorization], [undefined, 'Bearer sk-very-secret']);
      assert.ok(rest.every(({ headers }) => headers['x-api-key'] === undefined));
      assert.deepEqual([checks['probe.messages']?.status, /as Bearer, not as x-api-key/.test(checks['probe.messages']?.detail ?? '')], ['pass', true]);
    });

    it('drops credentials and query from the reported address, and from what the endpoint says', async () => {
      const { baseURL } = await serve({ bend: { '*.plain': (_reply, { path, format }) => json(400, errorBody(format, 'invalid_request_error', `${path} token-abcdef ann:hunter22 of ann@example.com in /home/ann/models`)) } });
      const report = await runProbe({ url: `${baseURL.replace('//', '//ann:hunter22@')}/?token=token-abcdef`, model: 'm' });
      assert.equal(report.url, baseURL);
      const text = JSON.stringify(report);
      for (const secret of ['token-abcdef', 'hunter22', 'ann@example.com', '/home/ann']) assert.equal(text.includes(secret), false, secret);
    });

    it('refuses an address that is none', async () => {
      await assert.rejects(runProbe({ url: 'file:///etc/passwd' }), TypeError);
      await assert.rejects(runProbe({ url: 'nonsense' }), TypeError);
    });
  });

  describe('what is offered', () => {
    it('skips formats that are not there, and passes with those that are', async () => {
      for (const only of FORMATS) {
        const { baseURL } = await serve({ formats: [only] });
        const { checks, formats } = await runProbe({ url: baseURL, model: 'm' });
        assert.equal(checks.some(({ status }) => status === 'fail'), false);
        assert.deepEqual(formats, Object.fromEntries(FORMATS.map((id) => [id, id === only ? 'pass' : 'skip'])));
        assert.ok(checks.filter(({ status }) => status === 'skip').every(({ detail }) => /not offered|not sent|no 429/.test(detail)));
      }
    });

    it('fails a missing format that has to be there, and asks for no other', async () => {
      const checks = await probe({ formats: ['chat'] }, { formats: ['chat', 'messages'] });
      assert.deepEqual([checks['probe.chat']?.status, checks['probe.messages']?.status, checks['probe.responses']], ['pass', 'fail', undefined]);
    });

    it('fails when no format is there at all', async () => {
      const checks = await probe({ formats: [] });
      assert.deepEqual(statuses(checks, ['probe.chat', 'probe.responses', 'probe.messages']), ['fail', 'fail', 'fail']);
      assert.match(checks['probe.chat']?.hint ?? '', /end in \/v1/);
    });

    it('takes a 404 about the model for what it is', async () => {
      for (const message of ['model: m', 'The model `m` does not exist', 'no such model']) {
        const checks = await probe({ bend: { '*.plain': (_reply, { format }) => json(404, errorBody(format, 'not_found_error', message)) } });
        assert.deepEqual(statuses(checks, ['probe.chat', 'probe.responses', 'probe.messages']), ['fail', 'fail', 'fail'], message);
      }
      const coded = await probe({ bend: { 'chat.plain': () => json(404, errorBody('chat', 'invalid_request_error', 'nothing here', 'model_not_found')) } });
      assert.equal(coded['probe.chat']?.status, 'fail');
    });

    it('takes a 200 that says "unexpected endpoint" for a missing format', async () => {
      const checks = await probe({ bend: { 'messages.*': () => json(200, { error: 'Unexpected endpoint or method. (POST /v1/messages)' }) } });
      assert.equal(checks['probe.messages']?.status, 'skip');
    });

    it('warns when the model is not in the list, and when there is no list', async () => {
      assert.equal((await probe({ models: [{ id: 'other' }] }))['probe.models']?.status, 'warn');
      assert.equal((await probe({ bend: { 'chat.models': () => json(404, {}) } }))['probe.models']?.status, 'warn');
      assert.equal((await probe({ bend: { 'chat.models': () => json(200, 'hello') } }))['probe.models']?.status, 'fail');
    });
  });

  for (const format of FORMATS) {
    const [plain = '', stream = '', roundTrip = '', parallel = '', usage = '', errors = '', headers = ''] = NAMES[format];
    const overflow = NAMES[format].at(-1) ?? '';
    const bent = async (kind: string, bend: Bend, given: Partial<ProbeOptions> = {}) => probe({ bend: { [`${format}.${kind}`]: bend } }, { formats: [format], ...given });
    const events = (change: (events: WireEvent[]) => WireEvent[]): Bend => (reply) => ({ ...reply, events: change([...reply.events ?? []]) });
    const noun = { chat: 'a chat completion', responses: 'a response', messages: 'a message' }[format];

    describe(`in ${format}`, () => {
      it('does not take a web page for an answer', async () => {
        const checks = await bent('*', () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<title>Sign in</title>' }));
        assert.match(checks[plain]?.detail ?? '', new RegExp(`not ${noun}`));
        assert.match(checks[stream]?.detail ?? '', /text\/html/);
        assert.match(checks[roundTrip]?.detail ?? '', new RegExp(`not ${noun}`));
        assert.deepEqual(statuses(checks, [plain, stream, roundTrip, parallel, usage]), ['fail', 'fail', 'fail', 'skip', 'skip']);
      });

      it('fails an empty answer', async () => {
        assert.match((await bent('plain', (_reply, request) => json(200, { ...answerBody(request.format, '') })))[plain]?.detail ?? '', /empty/);
      });

      it('fails a stream that is cut, whether the connection breaks or ends cleanly', async () => {
        const half = events((all) => all.slice(0, Math.ceil(all.length / 2)));
        assert.match((await bent('stream', (reply, request) => ({ ...half(reply, request), ending: 'reset' })))[stream]?.detail ?? '', /broke/);
        assert.match((await bent('stream', half))[stream]?.detail ?? '', /the stream ends without/);
      });

      it('fails a stream that holds an error', async () => {
        const failed: WireEvent = {
          chat: { name: null, data: { error: { message: 'it broke down', type: 'server_error' } } },
          responses: { name: 'response.failed', data: { type: 'response.failed', sequence_number: 4, response: { status: 'failed', error: { code: 'server_error', message: 'it broke down' } } } },
          messages: { name: 'error', data: { type: 'error', error: { type: 'overloaded_error', message: 'it broke down' } } },
        }[format];
        assert.match((await bent('stream', events((all) => [...all.slice(0, 4), failed])))[stream]?.detail ?? '', /an error inside the stream: it broke down/);
      });

      it('reads CRLF streams and characters split over writes', async () => {
        const checks = await bent('stream', (reply, { body }) => ({
          ...reply, crlf: true, bytesPerWrite: 3, events: streamEvents(format, 'm', { ...WORDS, text: 'äöü🦊' }, body['stream_options'] !== undefined),
        }));
        assert.equal(checks[stream]?.status, 'pass', checks[stream]?.detail);
      });

      it('sends the tool’s result back under the id of the call, with the call as it was made', async () => {
        await bent('nothing', (reply) => reply);
        const [first] = endpoint?.of(format, 'call') ?? [];
        const [second] = endpoint?.of(format, 'after-call') ?? [];
        const name = 'read_build_status';
        const turns = (second?.body['messages'] ?? second?.body['input']) as Record<string, unknown>[];
        switch (format) {
          case 'chat':
            assert.deepEqual(first?.body['tool_choice'], { type: 'function', function: { name } });
            assert.deepEqual(turns[1]?.['tool_calls'], [{ id: 'call_main', type: 'function', function: { name, arguments: '{"branch":"main"}' } }]);
            assert.equal(turns[2]?.['tool_call_id'], 'call_main');
            break;
          case 'responses':
            assert.deepEqual([first?.body['tool_choice'], first?.body['store']], [{ type: 'function', name }, false]);
            assert.deepEqual(turns[1], { type: 'function_call', call_id: 'call_main', name, arguments: '{"branch":"main"}' });
            assert.deepEqual([turns[2]?.['type'], turns[2]?.['call_id']], ['function_call_output', 'call_main']);
            break;
          case 'messages':
            assert.deepEqual(first?.body['tool_choice'], { type: 'tool', name });
            assert.deepEqual(turns[1]?.['content'], [{ type: 'tool_use', id: 'call_main', name, input: { branch: 'main' } }]);
            assert.equal((turns[2]?.['content'] as { tool_use_id: string }[])[0]?.tool_use_id, 'call_main');
        }
      });

      it('fails a model that answers in words where a tool was asked for, and one that never ends', async () => {
        assert.equal((await bent('call', (_reply) => json(200, answerBody(format, 'No.'))))[roundTrip]?.detail, 'no tool was called');
        assert.match((await bent('after-call', () => json(200, answerBody(format, '', true))))[roundTrip]?.detail ?? '', /called the tool again/);
      });

      it('tries again without forcing the tool where that is refused, and warns', async () => {
        const checks = await bent('call', (reply, { body }) => (body['tool_choice'] === undefined ? reply : json(400, errorBody(format, 'invalid_request_error', 'tool_choice is not supported'))));
        assert.equal(checks[roundTrip]?.status, 'warn');
      });

      it('sends the results of parallel calls back together', async () => {
        await bent('nothing', (reply) => reply);
        const [request] = endpoint?.of(format, 'after-calls') ?? [];
        const text = JSON.stringify(request?.body);
        assert.ok(['call_main', 'call_release'].every((id) => text.split(`"${id}"`).length === 3), text);
        if (format === 'messages') assert.deepEqual((request?.body['messages'] as { role: string }[]).map(({ role }) => role), ['user', 'assistant', 'user']);
      });

      it('warns about a model that makes one call at a time, when it takes a turn with two', async () => {
        const one = events(() => streamEvents(format, 'm', { ...WORDS, text: '', calls: [callOf('main')] }, false));
        const checks = await bent('calls', one);
        assert.deepEqual([checks[parallel]?.status, endpoint?.of(format, 'after-calls').length], ['warn', 1]);
        const strict = await probe({ bend: { [`${format}.calls`]: one, [`${format}.after-calls`]: () => json(400, errorBody(format, 'invalid_request_error', 'one call a turn')) } }, { formats: [format] });
        assert.match(strict[parallel]?.detail ?? '', /after two results: HTTP 400: one call a turn/);
      });

      it('fails parallel calls that share an id', async () => {
        const checks = await bent('calls', events(() => streamEvents(format, 'm', { ...WORDS, text: '', calls: [callOf('main'), callOf('main')] }, false)));
        assert.match(checks[parallel]?.detail ?? '', /same id/);
      });

      it('warns about missing usage', async () => {
        const checks = await bent('plain', (reply) => ({ ...reply, body: { ...reply.body as object, usage: undefined } }));
        assert.deepEqual([checks[plain]?.status, checks[usage]?.status, checks[usage]?.detail], ['warn', 'warn', 'the plain answer has no usage']);
      });

      it('tells an error of another form, a failing endpoint and an accepted mistake apart', async () => {
        const other = await bent('unknown-model', () => json(404, { detail: 'nope' }));
        assert.deepEqual([other[errors]?.status, other[errors]?.detail], ['warn', 'an unknown model gets 404, but the body has no error object']);
        const broken = await bent('invalid', () => json(500, errorBody(format, 'server_error', 'TypeError')));
        assert.match(broken[errors]?.detail ?? '', /an invalid body gets 500, as if the endpoint itself had failed/);
        assert.equal((await bent('invalid', () => json(200, answerBody(format, 'Hello'))))[errors]?.status, 'fail');
        assert.equal((await bent('unknown-model', () => json(200, answerBody(format, 'Hello'))))[errors]?.status, 'warn');
      });

      it('warns about answers without a request id, and about an OpenFusion that does not say which model answered', async () => {
        const bare = await bent('*', (reply) => ({ ...reply, headers: { 'content-type': reply.headers['content-type'] ?? '' } }));
        assert.deepEqual([bare[headers]?.status, bare[headers]?.detail], ['warn', 'no request id']);
        const ours = await bent('plain', (reply) => ({ ...reply, headers: { ...reply.headers, 'x-openfusion-trace': 't', 'x-openfusion-strategy': 'single' } }));
        assert.match(ours[headers]?.detail ?? '', /without x-openfusion-model/);
      });

      it('sends a request beyond every window only when told', async () => {
        const quiet = await bent('nothing', (reply) => reply);
        assert.deepEqual([quiet[overflow]?.status, endpoint?.of(format, 'overflow').length], ['skip', 0]);
        const loud = await bent('nothing', (reply) => reply, { overflow: true });
        assert.deepEqual([loud[overflow]?.status, endpoint?.of(format, 'overflow').length], ['pass', 1]);
      });

      it('fails an endpoint that breaks on such a request, and one that cuts it silently', async () => {
        assert.equal((await bent('overflow', () => json(500, errorBody(format, 'server_error', 'out of memory')), { overflow: true }))[overflow]?.status, 'fail');
        assert.equal((await bent('overflow', () => json(200, answerBody(format, 'ready')), { overflow: true }))[overflow]?.status, 'warn');
        const told = await probe({ models: [{ id: 'm', context_length: 128_000 }], bend: { [`${format}.overflow`]: () => json(200, answerBody(format, 'ready')) } }, { formats: [format], overflow: true });
        assert.deepEqual([told[overflow]?.status, /128000 tokens/.test(told[overflow]?.detail ?? '')], ['fail', true]);
        assert.equal((await bent('overflow', () => json(400, errorBody(format, 'invalid_request_error', 'bad request')), { overflow: true }))[overflow]?.status, 'warn');
      });
    });
  }

  it('warns about a chat stream without [DONE], without usage, and with usage that was not asked for', async () => {
    const drop = (wanted: (event: WireEvent) => boolean): Bend => (reply) => ({ ...reply, events: reply.events?.filter((event) => !wanted(event)) ?? [] });
    const open = await probe({ bend: { 'chat.stream': drop(({ data }) => data === '[DONE]') } });
    assert.match(open['probe.chat.stream']?.detail ?? '', /does not end with \[DONE\]/);
    const silent = await probe({ bend: { 'chat.stream': drop(({ data }) => (data as { usage?: unknown }).usage !== undefined) } });
    assert.deepEqual([silent['probe.chat.stream']?.status, /no usage/.test(silent['probe.chat.stream']?.detail ?? ''), silent['probe.chat.usage']?.detail], ['warn', true, 'the stream has no usage']);
    const eager = await probe({ bend: { 'chat.calls': (reply) => ({ ...reply, events: streamEvents('chat', 'm', { ...WORDS, text: '', calls: [callOf('main'), callOf('release')] }, true) }) } });
    assert.match(eager['probe.chat.usage']?.detail ?? '', /did not ask for it/);
  });

  it('warns where Messages tokens cannot be counted', async () => {
    assert.equal((await probe({ bend: { 'messages.count': () => json(404, {}) } }))['probe.messages.count-tokens']?.status, 'warn');
    assert.equal((await probe({ bend: { 'messages.count': () => json(200, { tokens: 3 }) } }))['probe.messages.count-tokens']?.status, 'fail');
  });

  describe('an endpoint that is busy, slow or gone', () => {
    it('is asked again after the Retry-After that it told, which passes', async () => {
      const checks = await probe({ bend: { 'chat.plain': (reply, { before }) => (before > 0 ? reply : json(429, errorBody('chat', 'rate_limit_error', 'slow down'), { 'retry-after': '0' })) } });
      assert.deepEqual(statuses(checks, ['probe.chat', 'probe.retry-after']), ['pass', 'pass']);
      assert.match(checks['probe.retry-after']?.detail ?? '', /1 answer with 429, Retry-After up to 0 s/);
    });

    it('is not waited for longer than a request may take, nor when it does not say how long', async () => {
      const long = await probe({ bend: { 'chat.plain': () => json(429, errorBody('chat', 'rate_limit_error', 'slow down'), { 'retry-after': '3600' }) } });
      assert.deepEqual([statuses(long, ['probe.chat', 'probe.retry-after']), endpoint?.of('chat', 'plain').length], [['fail', 'pass'], 1]);
      const silent = await probe({ bend: { 'chat.plain': () => json(429, errorBody('chat', 'rate_limit_error', 'slow down')) } });
      assert.deepEqual([statuses(silent, ['probe.chat', 'probe.retry-after']), endpoint?.of('chat', 'plain').length], [['fail', 'warn'], 1]);
    });

    it('gets a hint which flag to raise when there is no answer in time', async () => {
      const checks = await probe({ bend: { '*': (reply, { kind }) => (kind === 'models' ? reply : { ...reply, ending: 'stall' as const }) } }, { timeoutMs: 300 });
      assert.match(checks['probe.chat']?.detail ?? '', /no answer within 300 ms/);
      assert.match(checks['probe.chat']?.hint ?? '', /--probe-timeout-ms/);
      assert.deepEqual(statuses(checks, ['probe.responses', 'probe.messages']), ['skip', 'skip']);
    });

    it('fails every check of the first format, with a reason, where nothing listens', async () => {
      const { baseURL } = await serve();
      await endpoint?.close();
      endpoint = undefined;
      const { checks } = await runProbe({ url: baseURL, model: 'm', timeoutMs: 5_000 });
      const failed = checks.filter(({ status }) => status === 'fail');
      assert.deepEqual(failed.map(({ name }) => name), ['probe.models', 'probe.chat', 'probe.chat.stream', 'probe.tool.roundtrip']);
      assert.ok(failed.every(({ detail }) => detail.includes('ECONNREFUSED')));
    });

    it('is left at once when the asker stops', async () => {
      const stop = new AbortController();
      const { baseURL } = await serve({ bend: { 'chat.plain': (reply) => { stop.abort(); return { ...reply, ending: 'stall' }; } } });
      await assert.rejects(runProbe({ url: baseURL, model: 'm', signal: stop.signal }), { name: 'AbortError' });
      assert.equal(endpoint?.requests.length, 2);
    });

    it('is not waited for when the asker stops', async () => {
      const stop = new AbortController();
      const { baseURL } = await serve({ bend: { 'chat.plain': () => { setImmediate(() => { stop.abort(); }); return json(429, {}, { 'retry-after': '20' }); } } });
      await assert.rejects(runProbe({ url: baseURL, model: 'm', signal: stop.signal }), { name: 'AbortError' });
    });
  });
});

/** A plain answer in words, or one that calls the tool. */
function answerBody(format: WireFormat, text: string, callsTool = false): object {
  const usage = { chat: { prompt_tokens: 1, completion_tokens: 1 }, responses: { input_tokens: 1, output_tokens: 1 }, messages: { input_tokens: 1, output_tokens: 1 } }[format];
  const call = callOf('main');
  switch (format) {
    case 'chat': return { choices: [{ message: { role: 'assistant', content: text, ...(callsTool ? { tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }] } : {}) }, finish_reason: 'stop' }], usage };
    case 'responses': return { id: 'r', object: 'response', status: 'completed', usage, output: callsTool ? [{ type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments }] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }] };
    case 'messages': return { id: 'm', type: 'message', role: 'assistant', stop_reason: 'end_turn', usage, content: callsTool ? [{ type: 'tool_use', id: call.id, name: call.name, input: { branch: 'main' } }] : [{ type: 'text', text }] };
  }
}
