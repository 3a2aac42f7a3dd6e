import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import { CHALLENGE_HEADER, newOwnerSecrets, proofFor } from '../../src/ownership/challenge.ts';
import type { OwnerSecrets } from '../../src/ownership/challenge.ts';
import { readOwner, writeOwner } from '../../src/ownership/owner-file.ts';
import { freePortNear } from '../../src/ownership/free-port.ts';
import { probeOwner } from '../../src/ownership/probe.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('probe of a port', () => {
  let stateDir = '';
  let remove: () => Promise<void>;
  const servers: (Server | TcpServer)[] = [];
  const sockets = new Set<Socket>();
  beforeEach(async () => { ({ path: stateDir, remove } = await temporaryFolder()); });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => { server.close(resolve); })));
    await remove();
  });

  async function portOf(server: Server | TcpServer): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }
  const http = (handler: RequestListener) => portOf(createServer(handler));
  /** An OpenFusion that signs with this key. */
  const openFusion = (proofKey: string, seen: string[] = []) => http((request, response) => {
    const nonce = String(request.headers[CHALLENGE_HEADER]);
    seen.push(nonce);
    response.end(JSON.stringify({ ok: true, name: 'openfusion', version: '9.9.9', pid: 77, proof: proofFor(proofKey, nonce) }));
  });
  const say = (port: number, secrets: OwnerSecrets) => writeOwner(stateDir, { pid: process.pid, port, host: '127.0.0.1', version: '9.9.9', kind: 'serve', startedAt: 1, ...secrets });
  const probe = (port: number, over: { patienceMs?: number; timeoutMs?: number; signal?: AbortSignal; host?: string } = {}) => probeOwner({ host: '127.0.0.1', port, stateDir, patienceMs: 150, ...over });

  it('finds nobody where nobody listens, whatever an old file says', async () => {
    const port = await freePort();
    await say(port, newOwnerSecrets());
    assert.deepEqual(await probe(port), { kind: 'none' });
  });

  it('knows ours by its proof, with a new nonce each time', async () => {
    const secrets = newOwnerSecrets();
    const seen: string[] = [];
    const port = await openFusion(secrets.proofKey, seen);
    await say(port, secrets);
    assert.deepEqual(await probe(port), { kind: 'ours', owner: await readOwner(stateDir, port) });
    assert.equal((await probe(port, { host: '0.0.0.0' })).kind, 'ours');
    assert.equal(new Set(seen).size, 2);
  });

  it('waits for a new owner that listens and has not written its file yet', async () => {
    const secrets = newOwnerSecrets();
    const seen: string[] = [];
    const port = await openFusion(secrets.proofKey, seen);
    const probing = probe(port, { patienceMs: 10_000 });
    while (seen.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    await say(port, secrets);
    assert.equal((await probing).kind, 'ours');
  });

  it('asks again when it is cut off: an owner that was just killed is no stranger', async () => {
    const secrets = newOwnerSecrets();
    let asked = 0;
    const port = await http((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.resetAndDestroy();
      else if (asked === 2) response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
      else response.end(JSON.stringify({ name: 'openfusion', proof: proofFor(secrets.proofKey, String(request.headers[CHALLENGE_HEADER])) }));
    });
    await say(port, secrets);
    assert.equal((await probe(port, { patienceMs: 10_000 })).kind, 'ours');
  });

  it('does not believe one that heard the view token of an owner that is gone', async () => {
    const secrets = newOwnerSecrets();
    const port = await openFusion(secrets.viewToken);
    await say(port, secrets);
    assert.equal((await probe(port)).kind, 'foreign');
  });

  it('names the owner that was there last when the process does not answer', async () => {
    const port = await portOf(createTcpServer());
    await say(port, newOwnerSecrets());
    const found = await probe(port, { timeoutMs: 100 });
    assert.equal(found.kind === 'foreign' && found.what, `a process that does not answer (last it was OpenFusion 9.9.9 (openfusion serve, pid ${process.pid}), which still runs)`);
  });

  it('does not believe one that calls itself OpenFusion and cannot prove it', async () => {
    const port = await openFusion(newOwnerSecrets().proofKey);
    await say(port, newOwnerSecrets());
    const found = await probe(port);
    assert.equal(found.kind, 'foreign');
    assert.match(found.kind === 'foreign' ? found.what : '', /calls itself OpenFusion \(pid 77, version 9\.9\.9\) and cannot prove/);
  });

  it('does not repeat what a stranger says of itself but its version\'s letters', async () => {
    const port = await http((_, response) => response.end(JSON.stringify({ name: 'openfusion', version: '1.0\u001b[31m<b>$(x)', pid: 1.5 })));
    const found = await probe(port);
    assert.match(found.kind === 'foreign' ? found.what : '', /\(pid 1, version 1\.031mbx\)/);
  });

  it('never shows a secret to a stranger', async () => {
    const secrets = newOwnerSecrets();
    let heard = '';
    const port = await http((request, response) => {
      heard += JSON.stringify([request.rawHeaders, request.url]);
      response.end('{}');
    });
    await say(port, secrets);
    await probe(port);
    assert.ok(heard.includes('/health') && !heard.includes(secrets.viewToken) && !heard.includes(secrets.proofKey));
  });

  const strangers: Record<string, { what: RegExp; start(): Promise<number> }> = {
    'another HTTP server': { what: /another HTTP server/, start: () => http((_, response) => response.end('<html>')) },
    'an answer without end': { what: /another HTTP server/, start: () => http((_, response) => { response.write('x'.repeat(200_000)); }) },
    'a redirect': { what: /another HTTP server/, start: () => http((_, response) => response.writeHead(302, { location: '/health2' }).end()) },
    'a server that breaks off': { what: /breaks its answers off/, start: () => http((_, response) => { response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()); }) },
    'a process that speaks something else': { what: /does not speak HTTP/, start: () => portOf(createTcpServer((socket) => { socket.end('220 mail ready\r\n'); })) },
    'a process that says nothing': { what: /does not answer/, start: () => portOf(createTcpServer()) },
  };
  for (const [name, { what, start }] of Object.entries(strangers)) {
    it(`calls ${name} foreign`, async () => {
      const found = await probe(await start(), { timeoutMs: 300 });
      assert.match(found.kind === 'foreign' ? found.what : found.kind, what);
    });
  }

  it('ends when aborted', async () => {
    const port = await portOf(createTcpServer());
    await assert.rejects(probe(port, { signal: AbortSignal.timeout(20), timeoutMs: 60_000 }), { name: 'TimeoutError' });
  });

  it('suggests a port near a taken one that can be listened on', async () => {
    const taken = await http((_, response) => response.end());
    const suggested = await freePortNear('127.0.0.1', taken);
    assert.ok(suggested !== null && suggested > taken && suggested <= taken + 20);
    assert.equal((await probe(suggested)).kind, 'none');
  });
});
