/** A server that speaks as much of Redis as the store asks of it, and that can lie, stall and break. */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Identity } from './certificates.ts';

export interface FakeRedis {
  port: number;
  /** None: it lets everybody in. */
  password: string;
  /** Everything that was asked, as it was. */
  asked: string[][];
  strings: Map<string, string>;
  sorted: Map<string, Map<string, number>>;
  /** Answers this, byte for byte, instead of the truth; null: the truth. `stall`: nothing at all. */
  lie: string | 'stall' | null;
  /** Ends all connections. */
  breakOff(): void;
  close(): Promise<void>;
}

type Answer = string | number | null | Error | Answer[];

/** `identity`: it speaks TLS and shows this certificate. */
export async function startFakeRedis({ port = 0, password = 'correct-horse-battery', identity }: { port?: number; password?: string; identity?: Identity } = {}): Promise<FakeRedis> {
  const sockets = new Set<Socket>();
  const greet = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serveClient(socket, redis);
  };
  const server = identity === undefined ? createServer(greet) : createTlsServer(identity, greet).on('tlsClientError', () => undefined);
  const redis: FakeRedis = {
    port: 0, password, asked: [], strings: new Map(), sorted: new Map(), lie: null,
    breakOff() { for (const socket of sockets) socket.destroy(); },
    close: () => new Promise((resolve) => { redis.breakOff(); server.close(() => { resolve(); }); }),
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  redis.port = (server.address() as AddressInfo).port;
  return redis;
}

function serveClient(socket: Socket, redis: FakeRedis): void {
  let buffered = Buffer.alloc(0);
  let isIn = false;
  let queued: string[][] | null = null;
  const answer = (args: string[]): Answer => {
    const [name = '', ...rest] = args;
    if (name === 'AUTH') {
      if (redis.password === '') return new Error('ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?');
      isIn = rest.at(-1) === redis.password;
      return isIn ? 'OK' : new Error('WRONGPASS invalid username-password pair or user is disabled.');
    }
    if (!isIn && redis.password !== '') return new Error('NOAUTH Authentication required.');
    if (name === 'MULTI') { queued = []; return 'OK'; }
    if (name === 'EXEC') {
      const commands = queued ?? [];
      queued = null;
      return commands.map((command) => run(redis, command));
    }
    if (queued !== null) { queued.push(args); return 'QUEUED'; }
    return run(redis, args);
  };
  socket.on('data', (piece) => {
    buffered = Buffer.concat([buffered, piece]);
    for (let command = takeCommand(buffered); command !== null; command = takeCommand(buffered)) {
      buffered = buffered.subarray(command.length);
      const [name = '', ...rest] = command.args;
      // A name means the same in any case.
      command.args = [name.toUpperCase(), ...rest];
      redis.asked.push(command.args);
      if (redis.lie === 'stall') continue;
      socket.write(redis.lie ?? encode(answer(command.args)));
    }
  });
}

function takeCommand(bytes: Buffer): { args: string[]; length: number } | null {
  let at = 0;
  const line = () => { const end = bytes.indexOf('\r\n', at); if (end === -1) return null; const text = bytes.toString('utf8', at + 1, end); at = end + 2; return Number(text); };
  const count = line();
  if (count === null) return null;
  const args: string[] = [];
  for (let n = 0; n < count; n++) {
    const length = line();
    if (length === null || bytes.length < at + length + 2) return null;
    args.push(bytes.toString('utf8', at, at + length));
    at += length + 2;
  }
  return { args, length: at };
}

function encode(answer: Answer): string {
  if (answer === null) return '$-1\r\n';
  if (answer instanceof Error) return `-${answer.message}\r\n`;
  if (typeof answer === 'number') return `:${answer}\r\n`;
  if (Array.isArray(answer)) return `*${answer.length}\r\n${answer.map(encode).join('')}`;
  return answer === 'OK' || answer === 'QUEUED' || answer === 'PONG' ? `+${answer}\r\n` : `$${Buffer.byteLength(answer)}\r\n${answer}\r\n`;
}

function run({ strings, sorted }: FakeRedis, [name = '', key = '', ...rest]: string[]): Answer {
  const set = (): Map<string, number> => { let found = sorted.get(key); if (found === undefined) sorted.set(key, found = new Map()); return found; };
  switch (name) {
    case 'PING': return 'PONG';
    case 'SELECT': case 'EXPIRE': return 'OK';
    case 'SET': strings.set(key, rest[0] ?? ''); return 'OK';
    case 'GET': return strings.get(key) ?? null;
    case 'MGET': return [key, ...rest].map((each) => strings.get(each) ?? null);
    case 'DEL': return [key, ...rest].filter((each) => strings.delete(each)).length;
    case 'INCRBYFLOAT': { const total = String(Number(strings.get(key) ?? 0) + Number(rest[0])); strings.set(key, total); return total; }
    case 'ZADD': set().set(rest[1] ?? '', Number(rest[0])); return 1;
    case 'ZREM': return rest.filter((member) => set().delete(member)).length;
    case 'ZCARD': return set().size;
    case 'ZRANGE': return range(set(), rest);
    case 'ZREMRANGEBYSCORE': return range(set(), [rest[0] ?? '', rest[1] ?? '', 'BYSCORE']).filter((member) => set().delete(member)).length;
    case 'ZREMRANGEBYRANK': return range(set(), rest).filter((member) => set().delete(member)).length;
    default: return new Error(`ERR unknown command '${name}'`);
  }
}

function range(set: ReadonlyMap<string, number>, [from = '', to = '', ...options]: string[]): string[] {
  const members = [...set].sort((a, b) => a[1] - b[1]);
  if (!options.includes('BYSCORE')) {
    const end = Number(to) < 0 ? members.length + Number(to) : Number(to);
    return members.slice(Number(from) < 0 ? members.length + Number(from) : Number(from), end + 1).map(([member]) => member);
  }
  const bound = (text: string) => ({ value: text.endsWith('inf') ? Number(`${text.replace('inf', 'Infinity')}`) : Number(text.replace('(', '')), open: text.startsWith('(') });
  const reversed = options.includes('REV');
  const [low, high] = reversed ? [bound(to), bound(from)] : [bound(from), bound(to)];
  const within = members.filter(([, score]) => (low.open ? score > low.value : score >= low.value) && (high.open ? score < high.value : score <= high.value)).map(([member]) => member);
  const ordered = reversed ? within.reverse() : within;
  const limit = options.indexOf('LIMIT');
  return limit === -1 ? ordered : ordered.slice(Number(options[limit + 1]), Number(options[limit + 1]) + Number(options[limit + 2]));
}
