import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliHome } from '../support/cli.ts';
import { text } from '../support/scripted-upstream/reply.ts';
import { FORMATS, readBack } from '../support/wire-client.ts';
import { chunk, errorOf, eventsOf, head, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { ask } from './support/ask.ts';
import { UPSTREAM_KEY, useBench } from './support/bench.ts';
import { startRogue } from './support/rogue.ts';
import { some } from './support/scope.ts';
import { assertError, verdictOf } from './support/verdict.ts';

const base64 = Buffer.from(UPSTREAM_KEY).toString('base64');
const FORMS: readonly [name: string, form: string][] = [
  ['as it is', UPSTREAM_KEY], ['URL-encoded', encodeURIComponent(UPSTREAM_KEY)], ['in base64', base64], ['in base64 behind a user', Buffer.from(`user:${UPSTREAM_KEY}`).toString('base64')], ['in URL-safe base64', Buffer.from(UPSTREAM_KEY).toString('base64url')], ['with escaped slashes', UPSTREAM_KEY.replaceAll('/', '\\/')],
];

for (const wire of FORMATS) {
  describe(`the key of an upstream that speaks ${wire} (K2)`, () => {
    const bench = useBench({ config: { upstream: { protocols: [wire] } }, env: { OPENFUSION_LOG: 'debug' } });
    const assertHidden = async (said: string, what: string): Promise<void> => {
      for (const [name, form] of FORMS) assert.ok(!said.includes(form), `${what} tells the key ${name}`);
      const traces = await ask(bench.gateway.port, { method: 'GET', path: '/traces', headers: { authorization: `Bearer ${bench.gateway.viewToken}` } });
      const { traces: [newest] } = JSON.parse(traces.body) as { traces: { id: string }[] };
      const trace = await ask(bench.gateway.port, { method: 'GET', path: `/traces/${newest?.id ?? ''}`, headers: { authorization: `Bearer ${bench.gateway.viewToken}` } });
      assert.equal(trace.status, 200);
      for (const [name, form] of FORMS) {
        assert.ok(!trace.body.includes(form) && !traces.body.includes(form), `the trace tells the key ${name}`);
        assert.ok(!bench.gateway.stderr.includes(form), `the log tells the key ${name}`);
      }
    };

    it('goes to the upstream, once and alone', async () => {
      assert.equal(await bench.see(wire, { title: 'sent' }), 'whole');
      const { headers } = bench.rogue.callsOf('sent')[0] ?? assert.fail('no call');
      assert.equal(headers.authorization, `Bearer ${UPSTREAM_KEY}`);
      assert.equal(Object.values(headers).filter((value) => String(value).includes(UPSTREAM_KEY)).length, 1);
    });

    for (const [name, form] of wire === 'chat' ? FORMS : some(FORMS, 2)) {
      it(`is masked in whatever an upstream echoes: ${name}`, async () => {
        const echoes: [string, (stream: boolean) => string | Buffer][] = [
          ['an error', () => httpWhole(400, errorOf(wire, 400, { message: `your key ${form} is odd`, code: form, param: form }))],
          ['an error that is no JSON', () => httpWhole(500, `denied: ${form}`, 'content-type: text/plain')],
          ['headers', (stream) => (stream ? head(200, 'content-type: text/event-stream', `x-key: ${form}`, `set-cookie: k=${form}`, 'connection: close') + eventsOf(wire, ['well']).join('') : httpWhole(200, wholeOf(wire, 'well'), `x-key: ${form}`, `x-request-id: ${form}`))],
          ['an answer', (stream) => (stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, [`it is ${form}.`]).map(chunk), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(wire, `it is ${form}.`)))],
          ['an answer in pieces of the network', (stream) => (stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...[...Buffer.from(eventsOf(wire, [`it is ${form}.`]).join(''))].map((byte) => chunk(Uint8Array.of(byte))), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(wire, `it is ${form}.`)))],
        ];
        for (const [index, [what, bytes]] of echoes.entries()) {
          for (const stream of [true, false]) {
            const title = `echo-${FORMS.findIndex(([one]) => one === name)}-${index}`;
            bench.rogue.play(title, async (call, asked) => { await call.write(bytes(asked.stream)); if (what === 'headers' && asked.stream) call.socket.end(); });
            const reply = await bench.ask(wire, { title, stream, model: `rogue/${title}/${String(stream)}` });
            await assertHidden(JSON.stringify(reply.headers) + reply.body, `${what} (${stream ? 'stream' : 'plain'})`);
            await assertHidden(unescaped(reply.body), `${what} (${stream ? 'stream' : 'plain'}), read`);
          }
        }
      });
    }

    it('is masked when a model says it in several words of a stream', async () => {
      for (const size of [1, 3, 7, 20]) {
        const title = `words-${size}`;
        const pieces = ['it is ', ...(UPSTREAM_KEY.match(new RegExp(`.{1,${size}}`, 'g')) ?? []), ' indeed'];
        bench.rogue.play(title, async (call, _asked) => { for (const piece of [SSE_HEAD, ...eventsOf(wire, text(pieces)).map(chunk), LAST_CHUNK]) await call.write(piece); });
        for (const client of FORMATS) {
          const reply = await bench.ask(client, { title, stream: true, model: `rogue/${title}` });
          const said = readBack(client, reply.body, true).completion.text;
          assert.ok(!said.includes(UPSTREAM_KEY), `${client}, ${size} characters at a time: ${said}`);
          assert.match(said, /^it is .* indeed$/s);
        }
      }
    });

    it('reaches no other host by a redirect, nor does the prompt', async () => {
      let arrived = 0;
      const elsewhere = createServer((_request, response) => { arrived++; response.end('{}'); });
      await new Promise<void>((resolve) => { elsewhere.listen(0, '127.0.0.1', resolve); });
      const { port } = elsewhere.address() as AddressInfo;
      const locations = [`http://127.0.0.1:${port}/v1`, `//127.0.0.1:${port}/v1`, `http://user:pass@127.0.0.1:${port}/`, '/v1/elsewhere', 'file:///etc/passwd', ''];
      for (const status of [300, 301, 302, 303, 305, 307, 308]) {
        await Promise.all(locations.map(async (location, at) => {
          const title = `redirect-${status}-${at}`;
          bench.rogue.play(title, async (call, _asked) => { await call.write(httpWhole(status, '', `location: ${location}`, `refresh: 0; url=${location}`)); });
          const reply = await bench.ask(wire, { title, model: `rogue/${title}`, stream: status % 2 === 0 });
          assert.equal(reply.status, 502);
          assertError(wire, reply);
          assert.equal(reply.headers.location, undefined);
          assert.equal(bench.rogue.callsOf(title).length, 1, 'asking again would not help');
        }));
      }
      assert.equal(arrived, 0);
      assert.ok(bench.rogue.calls.every(({ path }) => !path.includes('elsewhere')));
      await new Promise((resolve) => { elsewhere.close(resolve); });
    });

    it('does not go elsewhere because the prompt, the model or a header says so', async () => {
      const evil = await startRogue();
      for (const more of [{ base_url: evil.baseURL }, { baseURL: evil.baseURL, api_base: evil.baseURL }, { upstream: { baseURL: evil.baseURL } }, { openfusion: { upstream: evil.baseURL, baseURL: evil.baseURL } }, { metadata: { base_url: evil.baseURL } }]) {
        await bench.ask(wire, { more, prompt: `fetch ${evil.baseURL} and ![x](${evil.baseURL}/x.png)`, headers: { 'x-portkey-custom-host': evil.baseURL, 'x-upstream-url': evil.baseURL, 'x-base-url': evil.baseURL } });
      }
      await bench.ask(wire, { model: `${evil.baseURL}/chat` });
      assert.equal(evil.calls.length, 0);
      await evil.close();
    });

    it('is not in what the process shows of itself', async () => {
      const shown = await readFile(`/proc/${bench.gateway.pid}/cmdline`, 'utf8').catch(() => '');
      assert.doesNotMatch(shown, /sk-rogue/);
      for (const path of ['/health', '/v1/models', '/debug/route', '/nowhere']) {
        const reply = await ask(bench.gateway.port, { method: path === '/debug/route' ? 'POST' : 'GET', path, headers: { authorization: `Bearer ${bench.gateway.viewToken}` }, ...(path === '/debug/route' ? { body: JSON.stringify({ messages: [{ role: 'user', content: 'x' }] }) } : {}) });
        assert.doesNotMatch(reply.body, /sk-rogue/);
      }
    });
  });
}

describe('control characters of an upstream (U6)', () => {
  const bench = useBench({ config: { upstream: { protocols: ['chat'] } }, env: { OPENFUSION_LOG: 'debug' } });
  const WILD = '\u001b[2J\u001b]0;title\u0007\u001b[31mred\u001b[0m\r\n\u0000\u0008\u202egnp.exe';
  // eslint-disable-next-line no-control-regex
  const RAW = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

  it('are escaped in answers and errors, and come back as they were', async () => {
    bench.rogue.play('wild', async (call, { stream }) => { await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf('chat', [WILD]).map(chunk), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf('chat', WILD, { model: WILD }))); });
    bench.rogue.play('wild-error', async (call, _asked) => { await call.write(httpWhole(400, errorOf('chat', 400, { message: WILD, code: WILD, param: WILD }))); });
    for (const wire of FORMATS) for (const stream of [true, false]) {
      const reply = await bench.ask(wire, { title: 'wild', stream });
      assert.doesNotMatch(reply.body, RAW);
      assert.equal(verdictOf(wire, stream, reply, WILD), 'whole');
      const error = await bench.ask(wire, { title: 'wild-error', stream, model: `rogue/wild-${wire}-${String(stream)}` });
      assertError(wire, error);
      assert.doesNotMatch(error.body, RAW);
    }
    assert.doesNotMatch(bench.gateway.stderr, RAW);
  });

  it('do not get into our headers', async () => {
    bench.rogue.play('wild-headers', async (call, _asked) => { await call.write(httpWhole(200, wholeOf('chat', 'well', { model: `x\u0007y` }), 'x-openfusion-model: evil', 'x-openfusion-trace: evil', 'set-cookie: a=b', 'access-control-allow-origin: *', 'content-security-policy: none', 'location: http://evil.example', 'clear-site-data: "*"', 'refresh: 0', 'link: <http://evil.example>; rel=preload')); });
    const reply = await bench.ask('chat', { title: 'wild-headers' });
    assert.deepEqual(Object.keys(reply.headers).sort(), ['connection', 'content-length', 'content-type', 'date', 'x-content-type-options', 'x-openfusion-model', 'x-openfusion-strategy', 'x-openfusion-trace']);
    assert.notEqual(reply.headers['x-openfusion-model'], 'evil');
  });

  it('are left out on a terminal', async () => {
    const home = await CliHome.create();
    try {
      for (const title of ['wild', 'wild-error']) {
        bench.rogue.play('', bench.rogue.callsOf('x').length === 0 && title === 'wild' ? async (call) => { await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf('chat', [WILD]).map(chunk), Buffer.from(LAST_CHUNK)])); } : async (call) => { await call.write(httpWhole(400, errorOf('chat', 400, { message: WILD }))); });
        const config = await home.put(`${title}.json`, { upstream: { baseURL: bench.rogue.baseURL } });
        const { stdout, stderr } = await home.run(['--config', config, 'chat', '--model', 'rogue/cli', 'Hello']);
        assert.match(stdout + stderr, /red/);
        assert.doesNotMatch(stdout, RAW);
        assert.doesNotMatch(stderr, RAW);
        assert.doesNotMatch(stdout + stderr, /\u202e/);
      }
    } finally {
      await home.remove();
    }
  });
});

describe('answers on one connection (T4: a hostile relay)', () => {
  const bench = useBench({ config: { upstream: { protocols: ['chat'] } } });

  it('are not taken for those of other requests: what an upstream sends too much is thrown away', async () => {
    for (const [index, extra] of [httpWhole(200, wholeOf('chat', 'evil')), httpWhole(200, wholeOf('chat', 'evil')).repeat(20), 'garbage', '\r\n\r\n', head(100), chunk('evil').toString()].entries()) {
      const title = `split-${index}`;
      bench.rogue.play(title, async (call, _asked) => { await call.write(httpWhole(200, wholeOf('chat', 'well')) + extra); });
      assert.equal(await bench.see('chat', { title }), 'whole');
      const after = await Promise.all(Array.from({ length: 5 }, (_, at) => bench.ask('chat', { prompt: `<<mine ${at}>>` })));
      after.forEach((reply, at) => { assert.equal(verdictOf('chat', false, reply, `mine ${at}`), 'whole'); });
    }
  });
});

/** The text of JSON strings, so that escapes hide nothing. */
const unescaped = (body: string): string => body.replaceAll('\\/', '/').replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
