import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from '../../config/redis-url.ts';
import { BackendError } from '../backend.ts';
import { encodeCommand, RedisRefusal, RespReader, type Reply } from './resp.ts';

export type Command = readonly (string | number)[];

export interface RedisConnection {
  /** Sends all at once and waits for all answers, in their order. Errors: {@link BackendError} when one was refused or none came; then the connection is over. */
  send(commands: readonly Command[]): Promise<Reply[]>;
  /** Ends it; what waits for an answer fails. */
  close(): void;
  readonly isOpen: boolean;
}

export interface ConnectOptions {
  connectMs?: number;
  /** How long the answers to one call of `send` may take. */
  answerMs?: number;
  /** The connection ended by itself. */
  onClosed?(): void;
}

interface Waiting {
  count: number;
  replies: Reply[];
  resolve(replies: Reply[]): void;
  reject(error: Error): void;
  deadline: NodeJS.Timeout;
}

/** Connects, shows the password and chooses the database. Certificates are always checked. Errors: {@link BackendError}. */
export async function connectRedis(address: RedisAddress, { connectMs = 5_000, answerMs = 5_000, onClosed }: ConnectOptions = {}): Promise<RedisConnection> {
  const socket = await openSocket(address, connectMs);
  const connection = new Connection(socket, answerMs, onClosed);
  const { username, password, database } = address;
  try {
    await connection.send([
      username === '' ? ['AUTH', password] : ['AUTH', username, password],
      ...(database === 0 ? [] : [['SELECT', database]]),
      ['PING'],
    ]);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function openSocket({ host, port, tls }: RedisAddress, connectMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, rejectUnauthorized: true, servername: /^[\d.]+$|:/.test(host) ? undefined : host }) : connectPlain({ host, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(new BackendError('unavailable', error.message, { cause: error }));
    };
    socket.setTimeout(connectMs, () => { fail(new Error(`no answer within ${String(connectMs)} ms`)); });
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket.setNoDelay(true).unref());
    });
  });
}

class Connection implements RedisConnection {
  readonly #socket: Socket;
  readonly #answerMs: number;
  readonly #onClosed: (() => void) | undefined;
  readonly #reader = new RespReader();
  readonly #waiting: Waiting[] = [];
  #isOpen = true;

  constructor(socket: Socket, answerMs: number, onClosed: (() => void) | undefined) {
    this.#socket = socket;
    this.#answerMs = answerMs;
    this.#onClosed = onClosed;
    socket.on('data', (piece) => { this.#take(piece); });
    socket.on('error', (error) => { this.#end(error); });
    socket.on('close', () => { this.#end(new Error('the connection was closed')); });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(commands: readonly Command[]): Promise<Reply[]> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(new BackendError('unavailable', 'the connection is closed'));
        return;
      }
      const deadline = setTimeout(() => { this.#end(new Error(`no answer within ${String(this.#answerMs)} ms`)); }, this.#answerMs);
      // A process that ends waits for what it has asked, and for nothing else here.
      this.#socket.ref();
      this.#waiting.push({ count: commands.length, replies: [], resolve, reject, deadline });
      this.#socket.write(commands.map(encodeCommand).join(''));
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#fail(new Error('the connection was closed'));
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    try {
      for (const reply of this.#reader.push(piece)) this.#answer(reply);
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #answer(reply: Reply): void {
    const [first] = this.#waiting;
    if (first === undefined) throw new Error('Redis said something that nobody asked for');
    first.replies.push(reply);
    if (first.replies.length < first.count) return;
    this.#waiting.shift();
    if (this.#waiting.length === 0) this.#socket.unref();
    clearTimeout(first.deadline);
    const refusal = first.replies.flatMap((each) => (Array.isArray(each) ? (each as Reply[]) : [each])).find((each) => each instanceof RedisRefusal);
    if (refusal === undefined) first.resolve(first.replies);
    else first.reject(new BackendError('unavailable', `Redis refused: ${refusal.message}`));
  }

  #end(error: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.destroy();
    this.#fail(error);
    this.#onClosed?.();
  }

  #fail({ message }: Error): void {
    for (const { reject, deadline } of this.#waiting.splice(0)) {
      clearTimeout(deadline);
      reject(new BackendError('unavailable', message));
    }
  }
}
