import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatFormat } from './chat.ts';
import type { Gate } from './gate.ts';
import { messagesFormat } from './messages.ts';
import type { Answer, Pause, RawResponse, Reply, StatusReply } from './reply.ts';
import { responsesFormat } from './responses.ts';
import type { Asked, Wire, WireFormat } from './wire.ts';
import { BROKE_DOWN, piecesOf } from './wire.ts';

export const FORMATS: Readonly<Record<Wire, WireFormat>> = { chat: chatFormat, responses: responsesFormat, messages: messagesFormat };

/**
 * Plays one reply on the wire. Resolves when it is over; `gone` aborts when the client has left, which ends every wait.
 * Rejects only with that abort.
 */
export async function play(reply: Reply, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  switch (reply.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'stall':
      return untilGone(gone);
    case 'status':
      return playStatus(reply, asked.wire, response, gone);
    case 'raw':
      return playRaw(reply, response, gone);
    case 'answer':
      return asked.stream ? playStream(reply, asked, response, gone) : playPlain(reply, asked, response, gone);
  }
}

async function playRaw({ status, headers, body, before }: RawResponse, response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (before) await pass(before, gone);
  response.writeHead(status, headers).end(body);
}

async function playStatus({ status, headers, error, before }: StatusReply, wire: Wire, response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (before) await pass(before, gone);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(FORMATS[wire].error(status, error(wire))));
}

async function playPlain(answer: Answer, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await beforeHeaders(answer, gone);
  for (const piece of [answer.reasoning, answer.text, answer.closing].flatMap(piecesOf)) if (typeof piece !== 'string') await waitFor(piece, gone);
  const body = JSON.stringify(FORMATS[asked.wire].plain(answer, asked));
  const headers = { 'content-type': 'application/json', ...answer.headers };
  switch (answer.ending) {
    case 'cut':
    case 'reset':
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) });
      await write(response, body.slice(0, body.length >> 1), gone);
      return sever(answer.ending, response);
    case 'hold':
      response.writeHead(200, headers);
      await write(response, body.slice(0, body.length >> 1), gone);
      return untilGone(gone);
    case 'error-chunk':
      response.writeHead(200, headers).end(JSON.stringify(FORMATS[asked.wire].error(500, BROKE_DOWN)));
      return;
    default:
      response.writeHead(200, headers).end(body);
  }
}

async function playStream(answer: Answer, asked: Asked, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await beforeHeaders(answer, gone);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...answer.headers });
  const newline = answer.crlf ? '\r\n' : '\n';
  let first = true;
  for (const event of FORMATS[asked.wire].events(answer, asked)) {
    if (event.kind !== 'event') {
      await waitFor(event, gone);
      continue;
    }
    if (!first && answer.chunkDelayMs) await sleep(answer.chunkDelayMs, undefined, { signal: gone });
    first = false;
    const comment = answer.comments ? `: processing${newline}${newline}` : '';
    const name = event.name === undefined ? '' : `event: ${event.name}${newline}`;
    await writeSplit(response, `${comment}${name}data: ${event.data}${newline}${newline}`, answer.bytesPerWrite, gone);
  }
  switch (answer.ending) {
    case 'hold':
      return untilGone(gone);
    case 'cut':
    case 'reset':
      return sever(answer.ending, response);
    default:
      response.end();
  }
}

async function beforeHeaders({ before, firstByteDelayMs }: Answer, gone: AbortSignal): Promise<void> {
  if (before) await pass(before, gone);
  if (firstByteDelayMs) await sleep(firstByteDelayMs, undefined, { signal: gone });
}

async function waitFor(piece: Gate | Pause, gone: AbortSignal): Promise<void> {
  if (piece.kind === 'gate') await pass(piece, gone);
  else await sleep(piece.ms, undefined, { signal: gone });
}

async function pass(gate: Gate, gone: AbortSignal): Promise<void> {
  gate.arrive();
  await Promise.race([gate.opened, untilGone(gone)]);
  gone.throwIfAborted();
}

async function writeSplit(response: ServerResponse, value: string, bytesPerWrite: number | undefined, gone: AbortSignal): Promise<void> {
  const bytes = Buffer.from(value);
  const size = bytesPerWrite ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) await write(response, bytes.subarray(at, at + size), gone);
}

/** Resolves when the bytes have been handed to the system. */
async function write(response: ServerResponse, bytes: string | Uint8Array, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted();
  const written = new Promise<void>((resolve) => {
    response.write(bytes, () => resolve());
  });
  await Promise.race([written, untilGone(gone)]);
  gone.throwIfAborted();
}

function sever(how: 'cut' | 'reset', response: ServerResponse): void {
  if (how === 'cut') response.socket?.destroy();
  else response.socket?.resetAndDestroy();
}

function untilGone(gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
