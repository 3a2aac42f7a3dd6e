// The requests of a run: what a coding agent sends, and reading the answers with a clock in hand.
import http from 'node:http';

const HEAD = 'Hello from';
const STAMP_LENGTH = 18; // `t=<15 digits>;`

/** Microseconds of the machine-wide monotonic clock, the one that the mock stamps its chunks with. */
export const micros = () => Number(process.hrtime.bigint() / 1000n);

/** A chat completions body of about `bytes` bytes. Large ones look like an agent's: source text with quotes, newlines and parts. */
export function chatBody(model, bytes, stream) {
  const body = { model, messages: [], temperature: 0, max_tokens: 256 };
  if (bytes < 4096) {
    body.messages.push({ role: 'system', content: 'You are a terse assistant.' }, { role: 'user', content: 'Say hello. '.repeat(30) });
  } else {
    body.messages.push({ role: 'system', content: 'You are a coding agent. '.repeat(300) });
    for (let at = 0; JSON.stringify(body).length < bytes; at++) {
      const text = sourceText(4000 + 37 * at);
      body.messages.push({ role: at % 2 ? 'assistant' : 'user', content: at % 3 ? text : [{ type: 'text', text }] });
    }
    if (body.messages.at(-1).role !== 'user') body.messages.push({ role: 'user', content: 'Continue with the next step.' });
  }
  if (stream) Object.assign(body, { stream: true, stream_options: { include_usage: true } });
  return Buffer.from(JSON.stringify(body));
}

function sourceText(length) {
  const line = (at) => `    if (items[${at}]?.name === "entry-${at}" && !seen.has(key)) {\n\t\tresult.push({ id: ${at}, path: 'src\\\\lib\\\\file${at}.ts', note: "line ${at}" });\n    }\n`;
  let text = '';
  for (let at = 0; text.length < length; at++) text += line(at);
  return text.slice(0, length);
}

/** One request, its whole answer as text. */
export async function once(client, target, payload) {
  const { statusCode, headers, body } = await client.request({ method: 'POST', path: target.path, headers: target.headers, body: payload });
  return { status: statusCode, headers, text: await body.text() };
}

/**
 * One streamed request. `onChunk` gets each chunk's age in µs when it was read; `abortAfter` leaves after that many chunks.
 * Resolves with times in µs; rejects when the connection breaks.
 */
export function streamed(client, target, payload, { onChunk, abortAfter = Infinity } = {}) {
  return new Promise((resolve, reject) => {
    const begun = micros();
    let [ttft, chunks, status] = [NaN, 0, 0];
    let [carry, tail] = ['', ''];
    let abort;
    client.dispatch({ method: 'POST', path: target.path, headers: target.headers, body: payload }, {
      onRequestStart(controller) { abort = () => controller.abort(new Error('the bench leaves')); },
      onResponseStart(_controller, code) { status = code; },
      onResponseData(_controller, data) {
        const now = micros();
        const part = data.latin1Slice();
        const text = carry + part;
        let from = 0;
        for (let at = text.indexOf('t='); at >= 0 && at + STAMP_LENGTH <= text.length; at = text.indexOf('t=', at + 2)) {
          if (text.charCodeAt(at + STAMP_LENGTH - 1) !== 0x3b) continue;
          if (chunks++ === 0) ttft = now - begun;
          onChunk?.(now - Number(text.slice(at + 2, at + STAMP_LENGTH - 1)));
          from = at + STAMP_LENGTH;
        }
        if (Number.isNaN(ttft) && text.includes(HEAD)) ttft = now - begun; // answered from a buffered reply
        carry = text.slice(Math.max(from, text.length - STAMP_LENGTH));
        tail = (tail + part).slice(-64);
        if (chunks >= abortAfter) abort();
      },
      onResponseEnd() { resolve({ status, ttft, chunks, done: tail.includes('[DONE]') }); },
      onResponseError(_controller, error) {
        if (chunks >= abortAfter) resolve({ status, ttft, chunks, done: false });
        else reject(error);
      },
    });
  });
}

/** Sets what the mock does from now on, and its counters to zero. */
export function control(port, settings) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: '/__control', method: 'POST', agent: false }, (res) => {
      res.resume();
      res.on('end', resolve);
    });
    request.on('error', reject);
    request.end(JSON.stringify(settings));
  });
}

/** The mock's counters since the last `control`. */
export function mockStats(port) {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: '/__stats', agent: false }, (res) => {
      let text = '';
      res.on('data', (data) => { text += data; });
      res.on('end', () => resolve(JSON.parse(text)));
    }).on('error', reject);
  });
}
