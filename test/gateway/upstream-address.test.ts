import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS, PATHS } from '../support/wire-client.ts';

const KEY = 'sk-mine-0123456789abcdef';

describe('the address of an upstream', () => {
  let upstream: ScriptedUpstream, gateway: TestGateway, rogue: Server, rogueURL: string;
  let connections = 0;
  before(async () => {
    upstream = await startScriptedUpstream({ script: text('from my upstream'), strict: false });
    gateway = await startGateway({ upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'K', protocols: ['chat', 'responses', 'messages'] } }, { sources: { env: { K: KEY }, secrets: {} } });
    rogue = createServer((_req, res) => { res.end('{}'); }).on('connection', () => { connections += 1; });
    await new Promise<void>((resolve) => { rogue.listen(0, '127.0.0.1', resolve); });
    rogueURL = `http://127.0.0.1:${(rogue.address() as AddressInfo).port}/v1`;
  });
  after(async () => {
    await gateway.close();
    await upstream.close();
    rogue.close();
  });

  for (const wire of FORMATS) {
    it(`is not chosen by the body, the headers or the query of a ${wire} request`, async () => {
      const more = { base_url: rogueURL, baseURL: rogueURL, api_base: rogueURL, endpoint: rogueURL, upstream: { baseURL: rogueURL }, upstreams: { default: { baseURL: rogueURL } }, openfusion: { upstream: rogueURL, baseURL: rogueURL } };
      const headers = { 'x-base-url': rogueURL, 'x-upstream': rogueURL, 'x-portkey-custom-host': rogueURL, 'helicone-target-url': rogueURL, forwarded: `host=${new URL(rogueURL).host}`, 'x-forwarded-host': new URL(rogueURL).host, 'x-original-url': rogueURL };
      const before = upstream.requests.length;
      for (const answer of [await gateway.post(PATHS[wire], bodyOf(wire, { more })), await gateway.post(`${PATHS[wire]}?base_url=${encodeURIComponent(rogueURL)}`, bodyOf(wire), { headers })]) assert.ok(answer.status < 500, String(answer.status));
      for (const sent of upstream.requests.slice(before)) {
        assert.equal(sent.headers.host, new URL(upstream.baseURL).host);
        for (const name of Object.keys(headers)) assert.equal(sent.headers[name], undefined, name);
      }
      assert.equal(connections, 0);
    });

    it(`is not chosen by the model that a ${wire} request names`, async () => {
      for (const model of [rogueURL, `${rogueURL}/model`, `openfusion/${rogueURL}`, `//${new URL(rogueURL).host}/v1`, '../../v1', `@${new URL(rogueURL).host}`, `a\r\nHost: ${new URL(rogueURL).host}`]) {
        const answer = await gateway.post(PATHS[wire], bodyOf(wire, { model }));
        assert.ok(answer.status < 500, `${model}: ${answer.status}`);
      }
      assert.ok(upstream.requests.every(({ path, headers }) => [...Object.values(PATHS)].includes(path) && headers.host === new URL(upstream.baseURL).host));
      assert.equal(connections, 0);
    });
  }

  it('is the only one that is asked: what a prompt points at is not fetched', async () => {
    const image = { type: 'image_url', image_url: { url: `${rogueURL}/image.png` } };
    for (const body of [{ messages: [{ role: 'user', content: [{ type: 'text', text: `Read ${rogueURL}/page` }, image] }] }, { messages: [{ role: 'user', content: `![x](${rogueURL}/x.png) <img src="${rogueURL}/y.png">` }] }]) assert.equal((await gateway.chat(body)).status, 200);
    await (await gateway.post('/v1/messages', { model: 'openfusion/auto', max_tokens: 10, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: `${rogueURL}/image.png` } }, { type: 'text', text: 'x' }] }] })).text();
    assert.equal(connections, 0);
  });

  it('gets its own key, and never the one that a client sent', async () => {
    const before = upstream.requests.length;
    for (const headers of [{ authorization: 'Bearer sk-client-0123456789' }, { 'x-api-key': 'sk-client-0123456789' }, { cookie: 'session=sk-client-0123456789', 'proxy-authorization': 'Basic sk-client-0123456789' }] as Record<string, string>[]) assert.equal((await gateway.chat({}, { headers })).status, 200);
    assert.equal(upstream.requests.length, before + 3);
    for (const { headers } of upstream.requests.slice(before)) {
      assert.equal(headers.authorization, `Bearer ${KEY}`);
      assert.ok(!JSON.stringify(headers).includes('sk-client'));
    }
  });
});
