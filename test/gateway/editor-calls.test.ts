import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askOwner } from '../../src/editor/ask-owner.ts';
import { freePortNear } from '../../src/editor/ports.ts';

describe('calls of the editor to the gateway that owns the port', () => {
  let server: Server;
  let reply = { status: 200, body: '{}' };
  let seen: { request: IncomingMessage; body: string }[] = [];

  const owner = () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        seen.push({ request, body });
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(() => (seen = []));
  after(() => void server.close());

  it('show the token and answer the parsed body', async () => {
    reply = { status: 200, body: '{"plan": 1}' };
    const answer = await askOwner(owner(), { method: 'POST', path: 'debug/route', token: 'secret', json: { a: 1 } });
    assert.deepEqual(answer, { plan: 1 });
    assert.deepEqual([seen[0]?.request.url, seen[0]?.request.headers.authorization, seen[0]?.body], ['/debug/route', 'Bearer secret', '{"a":1}']);
  });

  it('show no token where none is wanted', async () => {
    await askOwner(owner(), { method: 'DELETE', path: 'traces/x', token: null });
    assert.deepEqual([seen[0]?.request.method, seen[0]?.request.headers.authorization], ['DELETE', undefined]);
  });

  it('fail with the gateway\'s own words', async () => {
    reply = { status: 400, body: '{"error": {"message": "`messages` is missing"}}' };
    await assert.rejects(askOwner(owner(), { method: 'GET', path: 'x', token: null }), /`messages` is missing/u);
  });

  it('fail by the status when there are no words', async () => {
    reply = { status: 502, body: '<html>' };
    await assert.rejects(askOwner(owner(), { method: 'GET', path: 'x', token: null }), /answered 502/u);
  });

  it('pass over a port that is taken when they look for a free one', async () => {
    const { port } = owner();
    assert.ok((await freePortNear(port)) > port);
  });
});
