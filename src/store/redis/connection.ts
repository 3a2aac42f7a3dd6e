import type { Redis, RedisOptions } from 'ioredis';
import { isIP } from 'node:net';
import type { RedisAddress } from '../../config/redis-url.ts';
import { BackendError } from '../backend.ts';
import { AnswerLimits } from './answer-limits.ts';

export type Command = readonly [name: string, ...args: (string | number)[]];

export interface RedisConnection {
  /** Sends all at once and waits for all answers, in their order. Errors: {@link BackendError} when one was refused or none came; then the connection is over. */
  send(commands: readonly Command[]): Promise<unknown[]>;
  /** The same, and all of it is done or nothing. */
  transact(commands: readonly Command[]): Promise<unknown[]>;
  /** Ends it; what waits for an answer fails. */
  close(): void;
}

export interface ConnectOptions {
  connectMs?: number;
  /** How long the answers to one call may take. */
  answerMs?: number;
  /** The connection ended by itself. */
  onClosed?(why: Error): void;
}

/** Connects, shows the password and chooses the database. Certificates are always checked. Errors: {@link BackendError}. */
export async function connectRedis(address: RedisAddress, { connectMs = 5_000, answerMs = 5_000, onClosed }: ConnectOptions = {}): Promise<RedisConnection> {
  const { Redis } = await import('./redis-client.ts');
  const connection = new Connection(new Redis(optionsOf(address, connectMs)), answerMs, onClosed);
  const { username, password, database } = address;
  try {
    await connection.open();
    // By hand: the client takes a server that wants no password for a good one.
    await connection.send([
      username === '' ? ['AUTH', password] : ['AUTH', username, password],
      ...(database === 0 ? [] : [['SELECT', database] as const]),
      ['PING'],
    ]);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** One connection and no more: who keeps it decides when to try again, and reads anew what others wrote meanwhile. */
function optionsOf({ host, port, tls }: RedisAddress, connectTimeout: number): RedisOptions {
  return {
    host, port, connectTimeout, protocol: 2, lazyConnect: true, retryStrategy: null, enableOfflineQueue: false, enableReadyCheck: false, disableClientInfo: true,
    autoResendUnfulfilledCommands: false, ...(tls ? { tls: { rejectUnauthorized: true, servername: isIP(host) === 0 ? host : undefined } } : {}),
  };
}

class Connection implements RedisConnection {
  readonly #client: Redis;
  readonly #answerMs: number;
  readonly #onClosed: ConnectOptions['onClosed'];
  readonly #limits = new AnswerLimits();
  #end: Error | null = null;

  constructor(client: Redis, answerMs: number, onClosed: ConnectOptions['onClosed']) {
    this.#client = client;
    this.#answerMs = answerMs;
    this.#onClosed = onClosed;
    client.on('error', (error) => { this.#fail(error); });
    client.on('close', () => { this.#fail(new Error('the connection was closed')); });
  }

  async open(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw this.#trouble(error);
    }
    const { stream } = this.#client;
    stream.unref().prependListener('data', (piece: Buffer) => {
      const problem = this.#limits.problemWith(piece);
      if (problem === null) return;
      this.#fail(new Error(problem));
      // The decoder's turn is next, whatever becomes of the connection.
      piece.fill(0);
    });
  }

  send(commands: readonly Command[]): Promise<unknown[]> {
    return this.#ask(commands.length, () => this.#client.pipeline(callsOf(commands)).exec());
  }

  transact(commands: readonly Command[]): Promise<unknown[]> {
    return this.#ask(commands.length + 2, () => this.#client.multi(callsOf(commands)).exec());
  }

  close(): void {
    this.#end ??= new Error('the connection was closed');
    this.#client.disconnect();
    (this.#client.stream as Redis['stream'] | undefined)?.destroy();
  }

  async #ask(count: number, exec: () => Promise<[error: Error | null, reply: unknown][] | null>): Promise<unknown[]> {
    if (this.#end !== null) throw this.#trouble(this.#end);
    const { stream } = this.#client;
    const deadline = setTimeout(() => { this.#fail(new Error(`no answer within ${String(this.#answerMs)} ms`)); }, this.#answerMs);
    // A process that ends waits for what it has asked, and for nothing else here.
    stream.ref();
    this.#limits.ask(count);
    try {
      return ((await exec()) ?? []).map(([error, reply]) => {
        if (error !== null) throw error;
        return reply;
      });
    } catch (error) {
      throw this.#trouble(error);
    } finally {
      clearTimeout(deadline);
      this.#limits.answered(count);
      if (!this.#limits.isAsked) stream.unref();
    }
  }

  #fail(error: Error): void {
    if (this.#end !== null) return;
    this.#end = error;
    this.close();
    this.#onClosed?.(this.#trouble(error));
  }

  /** What ended the connection says more than what that did to a command. Nothing of the command goes along: it may hold the password. */
  #trouble(error: unknown): BackendError {
    if (this.#end !== null) return new BackendError('unavailable', this.#end.message.startsWith('Unknown RESP type') ? 'what answers does not speak the protocol of Redis' : this.#end.message);
    return new BackendError('unavailable', `Redis refused: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
  }
}

/** Each argument goes with its length before it: nothing inside one can be taken for a command. */
const callsOf = (commands: readonly Command[]): (string | number)[][] => commands.map((command) => ['call', ...command]);
