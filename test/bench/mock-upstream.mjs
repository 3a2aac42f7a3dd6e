// A very cheap upstream on a bare TCP socket (no http module), so that what is measured is the gateway.
//
//   PORT=0 node mock-upstream.mjs       prints "mock-upstream listening on <port>" when it accepts connections
//
//   POST */chat/completions   plain or "stream": true
//   GET  */models, GET /health
//   POST /__control           {"chunks":200,"intervalMs":20,"bodyDelayMs":0}; also sets the counters to zero
//   GET  /__stats             counters since then
//
// Every streamed chunk carries its send time as  t=<15 digits>;  in the text: microseconds of the machine-wide monotonic clock, so a
// client on the same machine can subtract it from its own clock, also behind a gateway that encodes the events anew.
import net from 'node:net';

const settings = { chunks: 3, intervalMs: 0, bodyDelayMs: 0 };
let stats = freshStats();

function freshStats() {
  return { requests: 0, streams: 0, finished: 0, aborted: 0, model: null, authorization: null };
}

// ---- what is said -------------------------------------------------------------------------------------------------
const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const IDENTITY = { id: 'chatcmpl-mock', created: 1700000000, model: 'mock-model' };
const MESSAGE = { role: 'assistant', content: 'Hello from the mock upstream.' };
const MARK = '@@@';

const event = (choices, rest) => `data: ${JSON.stringify({ ...IDENTITY, object: 'chat.completion.chunk', choices, ...rest })}\n\n`;
const delta = (content, finish = null) => [{ index: 0, delta: content, finish_reason: finish }];
const httpChunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n' + httpChunk(event(delta({ role: 'assistant', content: '' })));
const STREAM_END = httpChunk(event(delta({}, 'stop')) + event([], { usage: USAGE }) + 'data: [DONE]\n\n') + '0\r\n\r\n';
const [CHUNK_HEAD, CHUNK_TAIL] = chunkAroundStamp();

function chunkAroundStamp() {
  const chunk = event(delta({ content: MARK }));
  const [head, tail] = chunk.split(MARK);
  const size = Buffer.byteLength(chunk) - MARK.length + 't=;'.length + 15;
  return [`${size.toString(16)}\r\n${head}t=`, `;${tail}\r\n`];
}

const stamp = () => String(process.hrtime.bigint() / 1000n).padStart(15, '0');
const REASONS = { 200: 'OK', 404: 'Not Found' };
const plain = (status, body) => Buffer.from(`HTTP/1.1 ${status} ${REASONS[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

const ANSWER = plain(200, JSON.stringify({ ...IDENTITY, object: 'chat.completion', choices: [{ index: 0, message: MESSAGE, finish_reason: 'stop', logprobs: null }], usage: USAGE }));
const MODELS = plain(200, JSON.stringify({ object: 'list', data: [{ id: 'mock-model', object: 'model', created: 1700000000, owned_by: 'mock' }] }));
const HEALTHY = plain(200, '{"ok":true}');
const NO_SUCH_PATH = plain(404, '{"error":{"message":"no such path"}}');

// ---- answering ----------------------------------------------------------------------------------------------------
function answer(socket, { method, path, head }, body, done) {
  const say = (bytes) => { socket.write(bytes); done(); };
  if (path === '/__control') {
    Object.assign(settings, JSON.parse(body.toString() || '{}'));
    stats = freshStats();
    return say(HEALTHY);
  }
  if (path === '/__stats') return say(plain(200, JSON.stringify(stats)));
  if (path === '/health') return say(HEALTHY);
  if (method === 'GET' && path.endsWith('/models')) return say(MODELS);
  if (method !== 'POST' || !path.endsWith('/chat/completions')) return say(NO_SUCH_PATH);
  if (++stats.requests === 1) noteFirst(head, body);
  if (wantsStream(body)) return stream(socket, done);
  if (settings.bodyDelayMs === 0) return say(ANSWER);
  setTimeout(() => say(ANSWER), settings.bodyDelayMs);
}

/** Once per reset of the counters: what the gateway really sends. */
function noteFirst(head, body) {
  stats.model = /"model"\s*:\s*"([^"]*)"/.exec(body.toString('utf8'))?.[1] ?? null;
  stats.authorization = /^authorization:\s*(.*)$/im.exec(head)?.[1] ?? null;
}

function wantsStream(body) {
  for (let at = body.indexOf('"stream"'); at >= 0; at = body.indexOf('"stream"', at + 8)) {
    let value = at + 8;
    while (body[value] === 0x20 || body[value] === 0x3a) value++;
    if (body[value] === 0x74) return true;
  }
  return false;
}

function stream(socket, done) {
  const { chunks, intervalMs } = settings;
  let sent = 0;
  let timer;
  let over = false;
  stats.streams++;
  const leave = () => { if (!over) { over = true; clearInterval(timer); stats.aborted++; } };
  const finish = () => {
    over = true;
    clearInterval(timer);
    socket.off('close', leave);
    stats.finished++;
    socket.write(STREAM_END, 'latin1');
    done();
  };
  const sendOne = () => { sent++; return socket.write(CHUNK_HEAD + stamp() + CHUNK_TAIL, 'latin1'); };
  // Without an interval: one chunk for each turn of the event loop and stream, with respect for back-pressure.
  const burst = () => {
    if (over) return;
    if (sent >= chunks) finish();
    else if (sendOne()) setImmediate(burst);
    else socket.once('drain', burst);
  };
  const tick = () => {
    if (over) return;
    sendOne();
    if (sent >= chunks) finish();
  };
  socket.on('close', leave);
  socket.write(STREAM_HEAD, 'latin1');
  if (chunks === 0) return finish();
  if (intervalMs === 0) return burst();
  tick();
  if (!over) timer = setInterval(tick, intervalMs);
}

// ---- reading ------------------------------------------------------------------------------------------------------
function parseHead(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = bytes.latin1Slice(0, end);
  const [method, target] = head.slice(0, head.indexOf('\r\n') < 0 ? head.length : head.indexOf('\r\n')).split(' ');
  const length = /\r\ncontent-length:\s*(\d+)/i.exec(head);
  return { method, path: target.split('?')[0], head, bodyAt: end + 4, length: length ? Number(length[1]) : 0, chunked: /\r\ntransfer-encoding:\s*chunked/i.test(head) };
}

/** A chunked body and where it ends; null while it is not whole. */
function unchunk(bytes, from) {
  const pieces = [];
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = parseInt(bytes.latin1Slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { body: Buffer.concat(pieces), end: next };
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

const server = net.createServer({ noDelay: true }, (socket) => {
  let parts = [];
  let have = 0;
  let busy = false;
  let request = null;
  const joined = () => { if (parts.length > 1) parts = [Buffer.concat(parts, have)]; return parts[0]; };
  const take = (end) => { const rest = joined().subarray(end); parts = rest.length ? [rest] : []; have = rest.length; };
  const next = () => {
    while (have > 0 && !busy) {
      request ??= parseHead(joined());
      if (!request) return;
      const whole = wholeBody();
      if (!whole) return;
      take(whole.end);
      const asked = request;
      request = null;
      busy = true;
      answer(socket, asked, whole.body, () => { busy = false; if (have > 0) setImmediate(next); });
    }
  };
  const wholeBody = () => {
    if (request.chunked) return unchunk(joined(), request.bodyAt);
    const end = request.bodyAt + request.length;
    return have < end ? null : { body: joined().subarray(request.bodyAt, end), end };
  };
  socket.on('error', () => undefined);
  socket.on('data', (part) => { parts.push(part); have += part.length; if (!busy) next(); });
});

server.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1', backlog: 1024 }, () => {
  console.log(`mock-upstream listening on ${server.address().port}`);
});
