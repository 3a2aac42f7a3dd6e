/** What an upstream can do wrong, one entry each, down to the bytes; what an agent may see of it stands in `docs/reliability.md`. */
import { gzipSync } from 'node:zlib';
import type { WireFormat } from '../../../src/protocol/types.ts';
import { text } from '../../support/scripted-upstream/reply.ts';
import { chunk, errorOf, eventsOf, head, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './answers.ts';
import type { Play, RogueCall } from './rogue.ts';

export type Sees = string | Readonly<Record<WireFormat, string>>;

export interface Fault {
  name: string;
  group: 'connection' | 'status' | 'answer' | 'stream';
  play: Play;
  /** What the agent sees when nobody else can answer, by what it asked for; absent: this fault has no such form. */
  stream?: Sees;
  plain?: Sees;
  /** Something was said before: nobody else can answer unseen any more. */
  late?: true;
  /** Part of the short suite. */
  short?: true;
  /** Tens of megabytes. */
  heavy?: true;
  /** Lasts until the limit of all time. */
  long?: true;
}

/** How a stream ends that broke after its first content. */
export const LOUD: Sees = { chat: 'cut', responses: 'response.failed', messages: 'error event' };
const bad = (status: number, code: string, type = 'api_error'): Sees => ({ chat: `${status} ${code}`.trim(), responses: `${status} ${code}`.trim(), messages: `${status} ${type}` });
const INVALID = bad(502, 'upstream_invalid_response'), INCOMPLETE = bad(502, 'upstream_incomplete'), ERROR = bad(502, 'upstream_error'), TIMEOUT = bad(504, 'upstream_timeout', 'timeout_error');
const both = (sees: Sees): Pick<Fault, 'stream' | 'plain'> => ({ stream: sees, plain: sees });

const never = (call: RogueCall): Promise<void> => call.gone;
const end = (call: RogueCall): void => { call.socket.end(); };
const reset = (call: RogueCall): void => { call.socket.resetAndDestroy(); };

/** Plays events as a stream, and whole JSON where no stream was asked for. */
const answer = (events: (good: string[], call: RogueCall) => readonly (string | Uint8Array)[], plain: (good: string, call: RogueCall) => string): Play => async (call, { stream }) => {
  if (!stream) { await call.write(httpWhole(200, plain(wholeOf(call.wire, 'well'), call))); return; }
  await call.write(SSE_HEAD);
  for (const event of events(eventsOf(call.wire, ['well']), call)) await call.write(chunk(event));
  await call.write(LAST_CHUNK);
};
const streamOnly = (events: (good: string[], call: RogueCall) => readonly (string | Uint8Array)[]): Play => answer(events, (good) => good);
const whole = (bytes: (call: RogueCall) => string): Play => async (call, _asked) => { await call.write(bytes(call)); };
/** The events up to and with the first content, then what `then` does. */
const afterContent = (then: (call: RogueCall) => unknown): Play => async (call, { stream }) => {
  if (stream) {
    const events = eventsOf(call.wire, text(['well'], { ending: 'no-finish' }));
    await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...events.map(chunk)]));
  } else {
    const body = wholeOf(call.wire, 'well');
    await call.write(head(200, 'content-type: application/json', `content-length: ${body.length}`) + body.slice(0, body.length >> 1));
  }
  // What was written has left before the end does: the two must not arrive as one.
  await new Promise((resolve) => { setTimeout(resolve, 30); });
  await then(call);
};
/** The same before any content: a role, a ping. */
const beforeContent = (then: (call: RogueCall) => unknown): Play => async (call, { stream }) => {
  if (stream) await call.write(Buffer.concat([Buffer.from(SSE_HEAD), chunk(eventsOf(call.wire, text([], { ending: 'no-finish' })).join(''))]));
  else await call.write(head(200, 'content-type: application/json', 'transfer-encoding: chunked') + chunk('{').toString());
  await then(call);
};
const status = (code: number, { message = `scripted ${code}`, name = null, headers = [], body }: { message?: string; name?: string | null; headers?: string[]; body?: string } = {}): Play =>
  whole((call) => httpWhole(code, body ?? errorOf(call.wire, code, { message, code: name }), ...headers));
const inBetween = (event: string) => (good: string[]): string[] => [...good.slice(0, -1).slice(0, indexOfContent(good) + 1), event, ...good.slice(indexOfContent(good) + 1)];
const indexOfContent = (events: readonly string[]): number => events.findIndex((event) => event.includes('well'));
const drip = (bytes: string, everyMs: number): ((call: RogueCall) => Promise<void>) => async (call) => {
  for (;;) {
    await call.write(bytes);
    const over = await Promise.race([call.gone.then(() => true), new Promise<boolean>((resolve) => { setTimeout(resolve, everyMs, false); })]);
    if (over) return;
  }
};

const connection: Fault[] = [
  { name: 'resets at once', group: 'connection', play: reset, ...both(ERROR), short: true },
  { name: 'closes at once', group: 'connection', play: end, ...both(ERROR) },
  { name: 'says nothing', group: 'connection', play: never, ...both(TIMEOUT), short: true },
  { name: 'drips its headers', group: 'connection', play: async (call) => { await call.write('HTTP/1.1 200 OK\r\nx-a: '); await drip('a', 50)(call); }, ...both(TIMEOUT) },
  { name: 'sends headers and no more', group: 'connection', play: async (call, { stream }) => { await call.write(head(200, `content-type: ${stream ? 'text/event-stream' : 'application/json'}`, 'transfer-encoding: chunked')); await never(call); }, ...both(TIMEOUT) },
  { name: 'sends headers of 200 KB', group: 'connection', play: whole(() => head(200, 'content-type: application/json', 'content-length: 2', `x-a: ${'a'.repeat(200_000)}`) + '{}'), ...both(ERROR), short: true },
  { name: 'sends headers without end', group: 'connection', play: async (call) => { await call.write('HTTP/1.1 200 OK\r\n'); await drip('x-a: b\r\n'.repeat(3_000), 10)(call); }, ...both(ERROR) },
  { name: 'speaks no HTTP', group: 'connection', play: whole(() => 'SSH-2.0-OpenSSH_9.6\r\n'), ...both(ERROR) },
  { name: 'sends a header that is none', group: 'connection', play: whole(() => `HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 2\r\n\r\n{}`), ...both(ERROR) },
  { name: 'switches protocols', group: 'connection', play: whole(() => head(101, 'connection: upgrade', 'upgrade: evil')), ...both(ERROR) },
  { name: 'answers with a length and chunks', group: 'connection', play: whole(() => head(200, 'content-type: application/json', 'content-length: 5', 'transfer-encoding: chunked') + '2\r\n{}\r\n0\r\n\r\n'), ...both(ERROR) },
  { name: 'names two lengths', group: 'connection', play: whole((call) => head(200, 'content-type: application/json', 'content-length: 5', 'content-length: 7') + wholeOf(call.wire, 'well')), ...both(ERROR) },
  { name: 'sends a chunk size that is none', group: 'connection', play: async (call, { stream }) => { await call.write(head(200, `content-type: ${stream ? 'text/event-stream' : 'application/json'}`, 'transfer-encoding: chunked') + 'zz\r\n{}\r\n'); }, ...both(ERROR) },
  { name: 'says more length than it sends', group: 'connection', play: async (call) => { const body = wholeOf(call.wire, 'well'); await call.write(head(200, 'content-type: application/json', `content-length: ${body.length + 10}`) + body); end(call); }, ...both(ERROR) },
  { name: 'says less length than it sends', group: 'connection', play: whole((call) => { const body = wholeOf(call.wire, 'well'); return head(200, 'content-type: application/json', `content-length: ${body.length - 5}`) + body; }), ...both(INVALID) },
];

const statuses: Fault[] = [
  { name: '429 with Retry-After', group: 'status', play: status(429, { headers: ['retry-after: 7'] }), ...both(bad(429, 'rate_limit_exceeded', 'rate_limit_error')), short: true },
  { name: '429', group: 'status', play: status(429), ...both(bad(429, 'rate_limit_exceeded', 'rate_limit_error')) },
  { name: '500', group: 'status', play: status(500), ...both(ERROR), short: true },
  { name: '502 with a page', group: 'status', play: status(502, { body: '<html><script>alert(1)</script></html>', headers: ['content-type: text/html'] }), ...both(ERROR) },
  { name: '503', group: 'status', play: status(503, { headers: ['retry-after: 3'] }), ...both(bad(503, 'upstream_error')) },
  { name: '504', group: 'status', play: status(504), ...both(TIMEOUT) },
  { name: '529', group: 'status', play: status(529, { message: 'Overloaded' }), ...both(bad(503, 'upstream_error')) },
  { name: '599', group: 'status', play: status(599), ...both(ERROR) },
  { name: '401', group: 'status', play: status(401), ...both(bad(502, 'upstream_auth')), short: true },
  { name: '403', group: 'status', play: status(403), ...both(bad(502, 'upstream_auth')) },
  { name: '402', group: 'status', play: status(402), ...both(bad(502, 'upstream_credits')) },
  { name: '429 insufficient_quota', group: 'status', play: status(429, { name: 'insufficient_quota', message: 'You exceeded your current quota: insufficient_quota' }), ...both(bad(502, 'upstream_credits')) },
  { name: '404', group: 'status', play: status(404), ...both(bad(404, '', 'not_found_error')) },
  { name: '404 of a model', group: 'status', play: status(404, { message: 'The model `x` does not exist' }), ...both(bad(404, 'model_not_found', 'not_found_error')) },
  { name: '408', group: 'status', play: status(408), ...both(TIMEOUT) },
  { name: '400', group: 'status', play: status(400, { message: 'bad temperature', name: 'invalid_value' }), ...both(bad(400, '', 'invalid_request_error')) },
  { name: '400 context_length_exceeded', group: 'status', play: status(400, { message: "This model's maximum context length is 8192 tokens.", name: 'context_length_exceeded' }), ...both(bad(400, 'context_length_exceeded', 'invalid_request_error')), short: true },
  { name: '413', group: 'status', play: status(413), ...both(bad(400, 'context_length_exceeded', 'invalid_request_error')) },
  { name: '400 content_filter', group: 'status', play: status(400, { message: 'flagged by content filter', name: 'content_filter' }), ...both(bad(400, 'content_filter', 'invalid_request_error')) },
  { name: '301 to another host', group: 'status', play: status(301, { headers: ['location: http://127.0.0.1:9/'] }), ...both(INVALID) },
  { name: '204 without a body', group: 'status', play: whole(() => head(204)), ...both(INVALID) },
  { name: 'an error body of 300 KB', group: 'status', play: status(500, { message: 'x'.repeat(300_000) }), ...both(ERROR) },
  { name: 'an error body without end', group: 'status', play: async (call) => { await call.write(head(500, 'content-type: application/json', 'transfer-encoding: chunked')); while (!call.socket.destroyed) await call.write(chunk('x'.repeat(50_000))); }, ...both(ERROR) },
  { name: 'an error body that stalls', group: 'status', play: async (call) => { await call.write(head(500, 'content-type: application/json', 'content-length: 500') + '{"error":'); await never(call); }, ...both(ERROR) },
  { name: 'an error body that is no JSON', group: 'status', play: status(400, { body: '\x1b[31mnope\x1b[0m' }), ...both(bad(400, '', 'invalid_request_error')) },
];

const answers: Fault[] = [
  { name: 'a page instead of an answer', group: 'answer', play: whole(() => httpWhole(200, '<!doctype html><title>Sign in</title>', 'content-type: text/html')), ...both(INVALID), short: true },
  { name: 'an answer without a content type', group: 'answer', play: whole((call) => { const body = wholeOf(call.wire, 'well'); return head(200, `content-length: ${body.length}`) + body; }), ...both(INVALID) },
  { name: 'nothing in a 200', group: 'answer', play: whole(() => httpWhole(200, '')), ...both(INVALID) },
  { name: 'broken JSON', group: 'answer', play: whole(() => httpWhole(200, '{"choices":[{"message":')), ...both(INVALID), short: true },
  { name: 'JSON that is no object', group: 'answer', play: whole(() => httpWhole(200, '[1,2,3]')), ...both(INVALID) },
  { name: 'an object that is no answer', group: 'answer', play: whole(() => httpWhole(200, '{"ok":true}')), ...both(INVALID) },
  { name: 'an error object in a 200', group: 'answer', play: whole((call) => httpWhole(200, errorOf(call.wire, 500, { message: 'overloaded' }))), ...both(ERROR), short: true },
  { name: 'an answer that does not say that it ended', group: 'answer', play: answer((good) => good.slice(0, indexOfContent(good)), (good) => good.replace(/"finish_reason":"stop"|"stop_reason":"end_turn"|"status":"completed"/, (said) => said.replace(/:.*/, ':null'))), stream: INCOMPLETE, plain: INCOMPLETE },
  { name: 'a compressed answer that nobody asked for', group: 'answer', play: async (call, _asked) => { const body = gzipSync(wholeOf(call.wire, 'well')); await call.write(Buffer.concat([Buffer.from(head(200, 'content-type: application/json', 'content-encoding: gzip', `content-length: ${body.length}`)), body])); }, ...both(INVALID) },
  { name: 'a compressed answer of 100 MB in 100 KB', group: 'answer', play: async (call, _asked) => { await call.write(Buffer.concat([Buffer.from(head(200, 'content-type: application/json', 'content-encoding: gzip', `content-length: ${BOMB.length}`)), BOMB])); }, ...both(INVALID), heavy: true },
];
const BOMB = gzipSync(Buffer.alloc(100_000_000));

const ANTHROPIC_ERROR = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"broke down"}}\n\n';
const errorEvent = ({ wire }: RogueCall): string => (wire === 'messages' ? ANTHROPIC_ERROR : wire === 'responses' ? 'event: response.failed\ndata: {"type":"response.failed","sequence_number":3,"response":{"id":"r","object":"response","status":"failed","error":{"code":"server_error","message":"broke down"},"output":[]}}\n\n' : 'data: {"error":{"message":"broke down","type":"server_error"}}\n\n');

const streams: Fault[] = [
  { name: 'resets before any content', group: 'stream', play: beforeContent(reset), ...both(ERROR), short: true },
  { name: 'closes before any content', group: 'stream', play: beforeContent(end), ...both(ERROR) },
  { name: 'falls silent before any content', group: 'stream', play: beforeContent(never), ...both(TIMEOUT) },
  { name: 'comments for ever, says nothing', group: 'stream', play: beforeContent(drip(chunk(': still here\n\n').toString(), 100)), stream: TIMEOUT, long: true },
  { name: 'ends well before any content', group: 'stream', play: beforeContent((call) => call.write(LAST_CHUNK)), stream: INCOMPLETE },
  { name: 'reports an error before any content', group: 'stream', play: streamOnly((good, call) => [...good.slice(0, Math.max(1, indexOfContent(good) - 1)), errorEvent(call)]), stream: ERROR, short: true },
  { name: 'sends broken JSON before any content', group: 'stream', play: streamOnly(() => ['data: {"choices":[{"delta":\n\n']), stream: INVALID },
  { name: 'sends an event that is no object', group: 'stream', play: streamOnly(() => ['data: null\n\n', 'data: [1]\n\n', 'data: 7\n\n']), stream: INVALID },
  { name: 'sends an event of 20 MB', group: 'stream', play: streamOnly((good) => good.map((event, at) => (at === indexOfContent(good) ? event.replace('well', 'x'.repeat(20_000_000)) : event))), stream: INVALID, heavy: true, short: true },
  { name: 'sends a line without end', group: 'stream', play: async (call, _asked) => { await call.write(SSE_HEAD); await call.write(chunk('data: ')); while (!call.socket.destroyed) await call.write(chunk('x'.repeat(100_000))); }, stream: INVALID, heavy: true },
  { name: 'resets in the middle', group: 'stream', play: afterContent(reset), stream: LOUD, plain: ERROR, late: true, short: true },
  { name: 'closes in the middle', group: 'stream', play: afterContent(end), stream: LOUD, plain: ERROR, late: true },
  { name: 'falls silent in the middle', group: 'stream', play: afterContent(never), stream: LOUD, plain: TIMEOUT, late: true, short: true },
  { name: 'ends well in the middle', group: 'stream', play: afterContent((call) => call.write(LAST_CHUNK)), stream: LOUD, late: true, short: true },
  { name: 'reports an error in the middle', group: 'stream', play: afterContent((call) => call.write(Buffer.concat([chunk(errorEvent(call)), Buffer.from(LAST_CHUNK)]))), stream: LOUD, late: true, short: true },
  { name: 'sends broken JSON in the middle', group: 'stream', play: afterContent((call) => call.write(Buffer.concat([chunk('data: {"choices":[{"delta":\n\n'), Buffer.from(LAST_CHUNK)]))), stream: LOUD, late: true },
  { name: 'sends a bad chunk in the middle', group: 'stream', play: afterContent((call) => call.write('zz\r\n')), stream: LOUD, late: true },
  { name: 'sends a page in the middle', group: 'stream', play: afterContent((call) => call.write(Buffer.concat([chunk('<html>Bad gateway</html>'), Buffer.from(LAST_CHUNK)]))), stream: LOUD, late: true },
  { name: 'drips for longer than an answer may take', group: 'stream', play: afterContent(async (call) => drip(chunk(': tick\n\n').toString(), 100)(call)), stream: LOUD, late: true, long: true, short: true },
];

export const FAULTS: readonly Fault[] = [...connection, ...statuses, ...answers, ...streams];

/** What is odd but right, and must come out whole. */
export const ODD: readonly { name: string; play: Play; plain?: false; short?: true }[] = [
  { name: 'in one write', play: streamOnly((good) => [good.join('')]), plain: false },
  { name: 'a byte at a time', play: streamOnly((good) => [...Buffer.from(good.join(''))].map((byte) => Uint8Array.of(byte))), plain: false, short: true },
  { name: 'with CRLF', play: streamOnly((good) => [good.join('').replaceAll('\n', '\r\n')]), plain: false, short: true },
  { name: 'with CRLF, a byte at a time', play: streamOnly((good) => [...Buffer.from(good.join('').replaceAll('\n', '\r\n'))].map((byte) => Uint8Array.of(byte))), plain: false },
  { name: 'with CR', play: streamOnly((good) => [good.join('').replaceAll('\n', '\r')]), plain: false },
  { name: 'with CR, a byte at a time', play: streamOnly((good) => [...Buffer.from(good.join('').replaceAll('\n', '\r'))].map((byte) => Uint8Array.of(byte))), plain: false },
  { name: 'with mixed line ends', play: streamOnly((good) => good.map((event, at) => event.replaceAll('\n', ['\n', '\r\n', '\r'][at % 3] ?? '\n'))), plain: false },
  { name: 'behind a byte order mark', play: streamOnly((good) => [`\uFEFF${good.join('')}`]), plain: false },
  { name: 'between comments', play: streamOnly((good) => [': hello\n\n', ...good.map((event) => `: comment\n${event}:\n\n`)]), plain: false },
  { name: 'between ids, retries and unknown fields', play: streamOnly((good) => good.map((event, at) => `id: ${at}\nretry: 10\nnonsense\nx: y\n${event}`)), plain: false },
  { name: 'between empty events', play: streamOnly((good) => good.map((event) => `\n\ndata:\n\nevent: x\n\n${event}`)), plain: false },
  { name: 'without blanks behind the colons', play: streamOnly((good) => good.map((event) => event.replace('data: ', 'data:').replace('event: ', 'event:'))), plain: false },
  { name: 'with data on several lines', play: streamOnly((good) => good.map((event) => event.replace(/^data: (\{.*\})$/m, (_, json: string) => JSON.stringify(JSON.parse(json), null, 1).split('\n').map((line) => `data: ${line}`).join('\n')))), plain: false },
  { name: 'without the last line end', play: streamOnly((good) => [good.join('').trimEnd()]), plain: false },
  { name: 'with a content type of many words', play: async (call, { stream }) => { await call.write(stream ? head(200, 'Content-Type: Text/Event-Stream ; charset="UTF-8"', 'transfer-encoding: chunked') : ''); if (stream) await call.write(Buffer.concat([chunk(eventsOf(call.wire, ['well']).join('')), Buffer.from(LAST_CHUNK)])); else await call.write(httpWhole(200, wholeOf(call.wire, 'well'), 'content-type: APPLICATION/JSON;charset=utf-8')); } },
  { name: 'behind a hundred early hints', play: async (call, { stream }) => { await call.write(head(103, 'link: </x>').repeat(100)); await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), chunk(eventsOf(call.wire, ['well']).join('')), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(call.wire, 'well'))); } },
  { name: 'without chunks, ended by the connection', play: async (call, { stream }) => { await call.write(stream ? head(200, 'content-type: text/event-stream', 'connection: close') + eventsOf(call.wire, ['well']).join('') : head(200, 'content-type: application/json', 'connection: close') + wholeOf(call.wire, 'well')); end(call); } },
  { name: 'as JSON, though a stream was asked for', play: whole((call) => httpWhole(200, wholeOf(call.wire, 'well'))) },
  { name: 'with its finish and its end in one read with the content', play: streamOnly((good) => [good.join('')]), plain: false },
  { name: 'with trailing garbage behind its end', play: streamOnly((good) => [...good, 'data: {"choices":[{"index":0,"delta":{"content":"evil"},"finish_reason":null}]}\n\n', 'garbage\n\n', '<html>']), plain: false, short: true },
  { name: 'followed by a second answer', play: streamOnly((good) => [...good, ...good.map((event) => event.replace('well', 'evil'))]), plain: false },
  { name: 'followed by an error', play: streamOnly((good, call) => [...good, errorEvent(call)]), plain: false },
  { name: 'before the request was read', play: async (call) => { await call.write(httpWhole(200, wholeOf(call.wire, 'well'))); } },
  { name: 'with spaces around its JSON', play: whole((call) => httpWhole(200, `\n\n  ${wholeOf(call.wire, 'well')}\n \n`)) },
  { name: 'with an event that nobody knows', play: streamOnly(inBetween('event: x.unknown\ndata: {"type":"x.unknown","choices":[]}\n\n')), plain: false },
];
