/** What a web page can do to a server on this machine. Each is an expression of the page; it says what the page got to know, `refused` when nothing. */
import type { Page } from 'playwright-core';

/** What the page asks a model, and what it wants to read: neither may happen. */
export const ATTEMPTS: Readonly<Record<string, string>> = {
  'a simple POST of text': `fetch(at('/v1/chat/completions'), { method: 'POST', body: ask, credentials: 'include' }).then(read)`,
  'a simple POST whose answer it does not want': `fetch(at('/v1/chat/completions'), { method: 'POST', mode: 'no-cors', body: ask, credentials: 'include' }).then(read)`,
  'a POST of JSON, with a preflight': `fetch(at('/v1/messages'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: ask }).then(read)`,
  'a POST with a made-up token': `fetch(at('/v1/responses'), { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': 'Bearer x' }, body: ask }).then(read)`,
  'a beacon': `Promise.resolve(String(navigator.sendBeacon(at('/v1/chat/completions'), ask)))`,
  'a form of plain text': `new Promise((done) => {
    const form = Object.assign(document.createElement('form'), { action: at('/v1/chat/completions'), method: 'POST', enctype: 'text/plain', target: 'form' });
    const field = Object.assign(document.createElement('input'), { name: ask.slice(0, -1) + ',"x":"', value: '"}' });
    const frame = Object.assign(document.createElement('iframe'), { name: 'form' });
    form.append(field);
    // The empty frame's own load is over once it is appended.
    document.body.append(frame, form);
    frame.onload = () => done('loaded');
    form.submit();
  })`,
  'the list of traces': `fetch(at('/traces'), { credentials: 'include' }).then(read)`,
  'the list of traces, unread': `fetch(at('/traces'), { mode: 'no-cors', credentials: 'include' }).then(read)`,
  'the models': `fetch(at('/v1/models')).then(read)`,
  'who it is': `fetch(at('/health')).then(read)`,
  'a thumb for a trace': `fetch(at('/traces/' + trace + '/feedback'), { method: 'POST', mode: 'no-cors', body: '{"thumb":"down"}', credentials: 'include' }).then(read)`,
  'the end of a trace': `fetch(at('/traces/' + trace), { method: 'DELETE', credentials: 'include' }).then(read)`,
  'traces as an image': `new Promise((done) => { document.body.append(element('img', { src: at('/traces') }, done)); })`,
  'traces as a script': `new Promise((done) => { document.body.append(element('script', { src: at('/traces') }, done)); })`,
  'the viewer as a script': `new Promise((done) => { document.body.append(element('script', { src: at('/viewer.js') }, done)); })`,
  'the viewer in a frame': `new Promise((done) => { document.body.append(element('iframe', { src: at('/') }, done)); })`,
  'a window on the traces': `new Promise((done) => { const opened = open(at('/traces')); setTimeout(() => { try { done(opened.document.body.innerText); } catch { done('refused'); } }, 1_000); })`,
  'a WebSocket that asks a model': `socket('/v1/responses', JSON.stringify({ type: 'response.create', model: 'openfusion/auto', input: 'Hello' }))`,
  'a WebSocket on the live feed': `socket('/traces/live', '{}')`,
};

/** Those that come as requests of HTTP. */
export const OVER_HTTP = Object.keys(ATTEMPTS).filter((name) => !name.includes('WebSocket'));

/** Does one of them from a page against a server; `trace` is the id of one that is there. */
export async function attempt(page: Page, name: string, { target, trace }: { target: string; trace: string }): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const at = (path) => ${JSON.stringify(target)} + path;
    const trace = ${JSON.stringify(trace)};
    const ask = '{"model":"openfusion/auto","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}';
    const read = async (answer) => answer.type === 'opaque' ? 'refused' : answer.status + ' ' + await answer.text();
    const element = (name, fields, done) => Object.assign(document.createElement(name), fields, { onload: () => done('loaded'), onerror: () => done('refused') });
    const socket = (path, message) => new Promise((done) => {
      const opened = new WebSocket(at(path).replace('http', 'ws'));
      opened.onopen = () => { opened.send(message); };
      opened.onmessage = ({ data }) => { done('said ' + data); opened.close(); };
      opened.onerror = opened.onclose = () => { done('refused'); };
    });
    try { return await (${ATTEMPTS[name] ?? 'undefined'}); } catch { return 'refused'; }
  })()`);
}
