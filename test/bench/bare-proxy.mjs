// The bare proxy that the gateway is measured against: read the body, find `model` and `stream` in its bytes, put another model in,
// send it on by undici.dispatch, write the answer's bytes as they come with an eye on the last 2 KB (where the usage is). Nothing else.
// Environment: PORT, UPSTREAM (origin).
import http from 'node:http';
import { Pool } from 'undici';
import { findTopLevel, splice } from './scan.mjs';

const TAIL_BYTES = 2048;
const WANTED = new Set(['model', 'stream']);
const MODELS = '{"object":"list","data":[{"id":"mock-model","object":"model"}]}';
const pool = new Pool(process.env.UPSTREAM, { connections: 256, pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0 });

const server = http.createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'application/json', 'content-length': MODELS.length }).end(MODELS);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    try {
      const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      const { model } = findTopLevel(body, WANTED);
      if (!model) throw new Error('no model');
      forward(request.url, splice(body, model, 'mock-model'), response);
    } catch (error) {
      fail(response, error);
    }
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');

function forward(path, body, response) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer upstream-key', 'content-length': String(body.length) };
  let abort;
  let gone = false;
  let tail = Buffer.alloc(0);
  response.once('close', () => { gone = true; if (!response.writableFinished) abort?.(); });
  pool.dispatch({ method: 'POST', path, headers, body }, {
    onRequestStart(controller) { abort = () => controller.abort(new Error('client gone')); if (gone) abort(); },
    onResponseStart(_controller, status, { 'content-type': type, 'content-length': length }) {
      response.writeHead(status, { 'content-type': type, ...(length && { 'content-length': length }) });
    },
    onResponseData(controller, part) {
      tail = part.length >= TAIL_BYTES ? part.subarray(part.length - TAIL_BYTES) : Buffer.concat([tail.subarray(Math.max(0, tail.length + part.length - TAIL_BYTES)), part]);
      if (response.write(part)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      if (tail.lastIndexOf('"usage"') < 0) fail(response, new Error('no usage'));
      else response.end();
    },
    onResponseError(_controller, error) { fail(response, error); },
  });
}

function fail(response, error) {
  if (response.headersSent) response.destroy();
  else response.writeHead(502).end(JSON.stringify({ error: { message: error.message } }));
}
