import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { contextLengthExceeded, gate, lastUserText, roleOnlyThenHold, startScriptedUpstream, status, text, toolCalls, toolResults, unsupportedParameter } from '../support/scripted-upstream.ts';
import type { Answer, Script, ScriptedUpstream } from '../support/scripted-upstream.ts';

interface WireEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>> & { type: string };
}

const FUNCTION_TOOL = { type: 'function' as const, name: 'read', parameters: { type: 'object', properties: { path: { type: 'string' } } }, strict: false };
const EVERYTHING: Answer = toolCalls([{ name: 'read', arguments: { path: 'größe' } }, { name: 'apply_patch', input: '*** Begin' }], {
  say: ['I ', 'look'], reasoning: ['h', 'm'], closing: 'bye', usage: { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 },
});

describe('the scripted upstream, beyond chat completions', () => {
  let up: ScriptedUpstream;

  async function start(script: Script): Promise<void> {
    up = await startScriptedUpstream({ script, models: ['m'] });
  }
  const openai = () => new OpenAI({ baseURL: up.baseURL, apiKey: 'x', maxRetries: 0 });
  const anthropic = () => new Anthropic({ baseURL: up.baseURL.replace(/\/v1$/, ''), apiKey: 'x', maxRetries: 0 });
  const respond = (body: object) => post('/responses', { model: 'm', input: 'hello', ...body });
  const message = (body: object) => post('/messages?beta=true', { model: 'm', max_tokens: 4000, messages: [{ role: 'user', content: 'hello' }], ...body });

  afterEach(() => up.close());

  describe('as Responses', () => {
    it('tells every event in order, numbered, and the items at the end as they were told', async () => {
      await start(EVERYTHING);
      const told = events(await (await respond({ stream: true, reasoning: { summary: 'auto' }, include: ['reasoning.encrypted_content'], tools: [FUNCTION_TOOL, { type: 'custom', name: 'apply_patch' }] })).text());
      assert.deepEqual(told.map(({ data }) => data['sequence_number']), told.map((_, at) => at));
      assert.ok(told.every(({ name, data }) => name === data.type));
      const words = ['response.output_item.added', 'response.content_part.added', 'response.output_text.delta', 'response.output_text.done', 'response.content_part.done', 'response.output_item.done'];
      assert.deepEqual(withoutRepeats(told.map(({ name }) => name)), [
        'response.created', 'response.in_progress',
        'response.output_item.added', 'response.reasoning_summary_part.added', 'response.reasoning_summary_text.delta', 'response.reasoning_summary_text.done', 'response.reasoning_summary_part.done', 'response.output_item.done',
        ...words,
        'response.output_item.added', 'response.function_call_arguments.delta', 'response.function_call_arguments.done', 'response.output_item.done',
        'response.output_item.added', 'response.custom_tool_call_input.delta', 'response.custom_tool_call_input.done', 'response.output_item.done',
        ...words, 'response.completed',
      ]);
      const { output, usage } = told.at(-1)?.data['response'] as { output: unknown[]; usage: unknown };
      assert.deepEqual(output, told.filter(({ name }) => name === 'response.output_item.done').map(({ data }) => data['item']));
      assert.deepEqual(usage, { input_tokens: 100, input_tokens_details: { cached_tokens: 60 }, output_tokens: 20, output_tokens_details: { reasoning_tokens: 5 }, total_tokens: 120 });
    });

    it('keeps reasoning to itself unless a summary or its encrypted form is asked for', async () => {
      await start(text('four', { reasoning: 'two and two' }));
      const { output } = await openai().responses.create({ model: 'm', input: 'hello' });
      assert.deepEqual(output[0], { id: 'rs_0_0', type: 'reasoning', summary: [] });
    });

    it('takes its own items back, and those that a previous response stands for', async () => {
      await start([EVERYTHING, text('done'), text('and again')]);
      const first = await openai().responses.create({ model: 'm', input: 'hello', tools: [FUNCTION_TOOL], include: ['reasoning.encrypted_content'] });
      const results = [{ type: 'function_call_output' as const, call_id: 'call_0_0', output: 'a' }, { type: 'custom_tool_call_output' as const, call_id: 'call_0_1', output: 'b' }];
      assert.equal((await openai().responses.create({ model: 'm', store: false, input: [{ role: 'user', content: 'hello' }, ...(first.output as OpenAI.Responses.ResponseInputItem[]), ...results] })).output_text, 'done');
      assert.equal((await openai().responses.create({ model: 'm', previous_response_id: first.id, input: results })).output_text, 'and again');
      assert.deepEqual(up.requests.map(({ wire }) => wire), ['responses', 'responses', 'responses']);
    });

    it('makes the call of a custom tool with the parameter that a function of that name has', async () => {
      await start(toolCalls([{ name: 'apply_patch', input: '*** Begin' }]));
      const { output } = await openai().responses.create({ model: 'm', input: 'hello', tools: [{ ...FUNCTION_TOOL, name: 'apply_patch', parameters: { type: 'object', properties: { patch: {} } } }] });
      assert.deepEqual(output.map((item) => item.type === 'function_call' && [item.name, item.arguments]), [['apply_patch', '{"patch":"*** Begin"}']]);
    });

    it('calls a tool by its namespace, and by the name that it was flattened to', async () => {
      await start(toolCalls([{ name: 'close', namespace: 'agents' }]));
      const nested = await openai().responses.create({ model: 'm', input: 'hello', tools: [{ type: 'namespace', name: 'agents', description: 'x', tools: [{ type: 'function', name: 'close', strict: false, parameters: null }] }] });
      assert.deepEqual(nested.output.map((item) => item.type === 'function_call' && [item.namespace, item.name]), [['agents', 'close']]);
      const flat = await openai().responses.create({ model: 'm', input: 'hello', tools: [{ ...FUNCTION_TOOL, name: 'agents__close' }] });
      assert.deepEqual(flat.output.map((item) => item.type === 'function_call' && [item.namespace, item.name]), [[undefined, 'agents__close']]);
    });

    it('ends by response.failed on a breakdown, without an end when cut short, and as incomplete at the limit', async () => {
      await start([text('half', { ending: 'error-chunk' }), text('half', { ending: 'no-finish' }), text('half', { finishReason: 'length' })]);
      const last = async () => events(await (await respond({ stream: true })).text()).at(-1);
      assert.equal((await last())?.name, 'response.failed');
      assert.equal((await last())?.name, 'response.output_item.done');
      assert.deepEqual(((await last())?.data['response'] as { incomplete_details: unknown }).incomplete_details, { reason: 'max_output_tokens' });
    });
  });

  describe('as Messages', () => {
    const tools = [{ name: 'read', input_schema: { type: 'object' as const } }, { name: 'apply_patch', input_schema: { type: 'object' as const, properties: { patch: {} } } }];

    it('tells every event in order, with a ping and indexed blocks', async () => {
      await start(EVERYTHING);
      const told = events(await (await message({ stream: true, tools, thinking: { type: 'adaptive' } })).text());
      const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
      assert.deepEqual(withoutRepeats(told.map(({ name }) => name)), ['message_start', 'content_block_start', 'ping', ...block.slice(1), ...block, ...block, ...block, ...block, 'message_delta', 'message_stop']);
      const deltas = told.filter(({ name }) => name === 'content_block_delta').map(({ data }) => `${String(data['index'])} ${(data['delta'] as { type: string }).type}`);
      assert.deepEqual(withoutRepeats(deltas), ['0 thinking_delta', '0 signature_delta', '1 text_delta', '2 input_json_delta', '3 input_json_delta', '4 text_delta']);
      assert.deepEqual(told.at(-2)?.data, {
        type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: 40, cache_creation_input_tokens: 0, cache_read_input_tokens: 60, output_tokens: 20, output_tokens_details: { thinking_tokens: 5 } },
      });
    });

    it('says the same in one piece, and takes its own thinking back', async () => {
      await start([EVERYTHING, EVERYTHING, text('done')]);
      const ask = { model: 'm', max_tokens: 4000, tools, thinking: { type: 'enabled' as const, budget_tokens: 1024 }, messages: [{ role: 'user' as const, content: 'hello' }] };
      const streamed = await anthropic().messages.stream(ask).finalMessage();
      const { content } = await anthropic().messages.create(ask);
      const shapes = (blocks: readonly Anthropic.ContentBlock[]) => blocks.map((block) => (block.type === 'thinking' ? { ...block, signature: '' } : block.type === 'tool_use' ? { ...block, id: '' } : block));
      assert.deepEqual(shapes(streamed.content), shapes(content));
      const results = content.flatMap((block) => (block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'ok' }] : []));
      const { stop_reason: reason } = await anthropic().messages.create({ ...ask, messages: [...ask.messages, { role: 'assistant', content }, { role: 'user', content: results }] });
      assert.equal(reason, 'end_turn');
    });

    it('thinks only when asked to, and shows the signature alone when thinking is to be omitted', async () => {
      await start(text('four', { reasoning: 'two and two' }));
      const content = async (thinking?: object) => ((await (await message({ thinking })).json()) as { content: { type: string; thinking?: string; signature?: string }[] }).content;
      assert.deepEqual((await content()).map(({ type }) => type), ['text']);
      const [first] = await content({ type: 'adaptive', display: 'omitted' });
      assert.equal(first?.thinking, '');
      assert.ok(first.signature);
    });

    it('ends by an error event on a breakdown, and without an end when cut short', async () => {
      await start([text('half', { ending: 'error-chunk' }), text('half', { ending: 'no-finish' })]);
      const last = async () => events(await (await message({ stream: true })).text()).at(-1)?.name;
      assert.equal(await last(), 'error');
      assert.equal(await last(), 'content_block_stop');
    });

    it('counts tokens and lists models', async () => {
      await start(text('unused'));
      assert.ok((await anthropic().messages.countTokens({ model: 'm', messages: [{ role: 'user', content: 'hello' }] })).input_tokens > 5);
      assert.equal(up.counted, 1);
      assert.deepEqual((await anthropic().models.list()).data.map(({ id, type }) => [id, type]), [['m', 'model']]);
      assert.equal((await anthropic().models.retrieve('m')).id, 'm');
      await assert.rejects(anthropic().models.retrieve('other'), Anthropic.NotFoundError);
      assert.deepEqual((await openai().models.list()).data.map(({ id, object }) => [id, object]), [['m', 'model']]);
    });
  });

  it('tells errors in the form of each wire format', async () => {
    await start({ m: () => status(429, { retryAfterS: 8 }) });
    const [chat, responses, messages] = await Promise.all([post('/chat/completions', { model: 'm', messages: [] }), respond({}), message({})]);
    for (const response of [chat, responses, messages]) assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '8']);
    for (const response of [chat, responses]) assert.deepEqual(await response.json(), { error: { message: 'scripted 429', type: 'invalid_request_error', param: null, code: null } });
    assert.deepEqual(await messages.json(), { type: 'error', error: { type: 'rate_limit_error', message: 'scripted 429' }, request_id: 'req_scripted' });
  });

  it('says in the words of each provider that a prompt is too long and that a field is not taken', async () => {
    await start([contextLengthExceeded(100), unsupportedParameter('temperature'), contextLengthExceeded(100), unsupportedParameter('temperature')]);
    const error = async (response: Response) => ((await response.json()) as { error: { code?: string; param?: string; message: string } }).error;
    const [long, unsupported] = [await error(await respond({})), await error(await respond({}))];
    assert.deepEqual([long.code, long.param, unsupported.code, unsupported.param], ['context_length_exceeded', 'input', 'unsupported_parameter', 'temperature']);
    assert.match((await error(await message({}))).message, /^prompt is too long: 101 tokens > 100 maximum$/);
    assert.match((await error(await message({}))).message, /^temperature: Extra inputs are not permitted$/);
  });

  for (const [wire, ask] of [['Responses', respond], ['Messages', message]] as const) {
    it(`cuts, frames and holds ${wire} as it does chat`, async () => {
      const between = gate();
      await start([text('größer 数据', { crlf: true, bytesPerWrite: 1, comments: true }), text(['one', between, 'two'], { ending: 'reset' }), roleOnlyThenHold()]);
      const framed = await (await ask({ stream: true })).text();
      assert.doesNotMatch(framed, /[^\r]\n/);
      assert.match(framed, /größer 数据/);
      const reading = (await ask({ stream: true })).text();
      await between.reached;
      between.open();
      await assert.rejects(reading);
      const left = new AbortController();
      const held = await ask({ stream: true, signal: left.signal });
      await up.waitForRequest(3);
      left.abort();
      await assert.rejects(held.text());
      await up.waitForAbort();
    });
  }

  it('speaks only the formats that it is told to', async () => {
    up = await startScriptedUpstream({ script: text('hi'), wires: ['messages'] });
    assert.deepEqual([(await respond({})).status, (await message({})).status], [404, 200]);
  });

  it('says what a request says, whatever its format', async () => {
    await start(({ conversation }) => text(`${lastUserText(conversation)} | ${toolResults(conversation).join()} | ${conversation.turns.map(({ role }) => role[0]).join('')} | ${conversation.tools.map(({ name }) => name).join()}`));
    const said = 'two | r | suatu | read';
    const call = { id: 'c1', type: 'function' as const, function: { name: 'read', arguments: '{}' } };
    const chat = await openai().chat.completions.create({
      model: 'm', tools: [{ type: 'function', function: FUNCTION_TOOL }],
      messages: [{ role: 'system', content: 's' }, { role: 'user', content: 'one' }, { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'c1', content: 'r' }, { role: 'user', content: [{ type: 'text', text: 'two' }] }],
    });
    assert.equal(chat.choices[0]?.message.content, said);
    const { output_text: responses } = await openai().responses.create({
      model: 'm', instructions: 's', tools: [FUNCTION_TOOL],
      input: [{ role: 'user', content: 'one' }, { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{}' }, { type: 'function_call_output', call_id: 'c1', output: 'r' }, { role: 'user', content: [{ type: 'input_text', text: 'two' }] }],
    });
    assert.equal(responses, said);
    const { content } = await anthropic().messages.create({
      model: 'm', max_tokens: 100, system: 's', tools: [{ name: 'read', input_schema: { type: 'object' } }],
      messages: [{ role: 'user', content: 'one' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'read', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'r' }, { type: 'text', text: 'two' }] }],
    });
    assert.deepEqual(content, [{ type: 'text', text: said }]);
  });

  function post(path: string, { signal, ...body }: { signal?: AbortSignal; [field: string]: unknown }): Promise<Response> {
    return fetch(up.baseURL + path, { method: 'POST', headers: { 'anthropic-version': '2023-06-01' }, body: JSON.stringify(body), signal });
  }
});

function events(received: string): WireEvent[] {
  return received.split('\n\n').filter((event) => event !== '').map((event) => {
    const [name = '', data = ''] = event.split('\n');
    return { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) as WireEvent['data'] };
  });
}

function withoutRepeats(names: readonly string[]): string[] {
  return names.filter((name, at) => name !== names[at - 1]);
}
