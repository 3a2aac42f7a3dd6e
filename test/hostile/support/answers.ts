/** What a good upstream says, in pieces that a bad one can break. */
import { Mint } from '../../support/scripted-upstream/mint.ts';
import { FORMATS } from '../../support/scripted-upstream/play.ts';
import { text, type Answer, type AnswerOptions } from '../../support/scripted-upstream/reply.ts';
import type { Asked, Wire, WireError } from '../../support/scripted-upstream/wire.ts';

const mint = new Mint();

const asked = (wire: Wire, model: string, stream: boolean): Asked => ({ wire, order: 0, model, stream, body: { stream_options: { include_usage: true } }, conversation: { tools: [], mayCall: false, turns: [] }, mint });

/** The events of an answer, one SSE text each. */
export function eventsOf(wire: Wire, answer: Answer | readonly string[], model = 'rogue'): string[] {
  const told = 'kind' in answer ? answer : text(answer);
  return [...FORMATS[wire].events(told, asked(wire, model, true))].flatMap((event) => (event.kind === 'event' ? [`${event.name === undefined ? '' : `event: ${event.name}\n`}data: ${event.data}\n\n`] : []));
}

/** A whole answer as JSON text. */
export const wholeOf = (wire: Wire, words: string, options: AnswerOptions = {}): string => JSON.stringify(FORMATS[wire].plain(text(words, options), asked(wire, options.model ?? 'rogue', false)));

/** An error in a format's own shape, as JSON text. */
export const errorOf = (wire: Wire, status: number, error: WireError): string => JSON.stringify(FORMATS[wire].error(status, error));

/** A response's head; `headers` as lines. */
export const head = (status: number, ...headers: string[]): string => `HTTP/1.1 ${status} X\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;

/** A whole HTTP response with a length. */
export function httpWhole(status: number, body: string, ...headers: string[]): string {
  const typed = headers.some((line) => /^content-type:/i.test(line)) ? headers : ['content-type: application/json', ...headers];
  return head(status, ...typed, `content-length: ${Buffer.byteLength(body)}`) + body;
}

export const SSE_HEAD = head(200, 'content-type: text/event-stream', 'transfer-encoding: chunked');
/** One chunk of a chunked body; nothing for an empty one, which would be the end. */
export const chunk = (body: string | Uint8Array): Buffer => (body.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from(`${Buffer.byteLength(body).toString(16)}\r\n`), Buffer.from(body), Buffer.from('\r\n')]));
export const LAST_CHUNK = '0\r\n\r\n';
