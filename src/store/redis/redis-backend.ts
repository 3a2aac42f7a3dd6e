import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { TraceRecord, TraceSummary } from '../../trace/types.ts';
import type { Backend, Batch, Snapshot, UsdByDay } from '../backend.ts';
import { MAX_LEARNED, MAX_SESSIONS, MAX_TELEMETRY } from '../memory.ts';
import { parseFact, parsePin, parseRecord, parseSummary } from '../stored-shapes.ts';
import { dayKeyOf, type StoreLimits } from '../types.ts';
import type { Command, RedisConnection } from './connection.ts';

export interface RedisBackendOptions {
  /** Before every key, so that several teams can share a server. */
  prefix: string;
  limits: Readonly<StoreLimits>;
  /** Epoch ms. */
  nowMs(): number;
}

const DAY_MS = 86_400_000;
const SPEND_LIFE_S = 62 * 86_400;
const FACT_LIFE_MS = 62 * DAY_MS;
const LEARNED_LIFE_MS = 400 * DAY_MS;
/** More than anybody spends in a day; what a server says beyond it is not believed. */
const MAX_USD = 1_000_000;
/** Traces that are dropped with one command. */
const AT_ONCE = 1_000;

/**
 * The store's part on a Redis that a team shares. Every name from outside (session, trace, fact) is hashed in its key and stands
 * inside the value, where it is compared again: a value under a key that is not its own is not taken.
 */
export class RedisBackend implements Backend {
  readonly kind = 'redis';
  readonly #connection: RedisConnection;
  readonly #options: RedisBackendOptions;

  constructor(connection: RedisConnection, options: RedisBackendOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async load(sinceMs = 0): Promise<Snapshot> {
    const now = this.#options.nowMs();
    const days = [dayKeyOf(now), dayKeyOf(now - DAY_MS)];
    const newest = (index: string, count: number): Command => ['ZRANGE', this.#key(index), '+inf', Math.floor(sinceMs), 'BYSCORE', 'REV', 'LIMIT', 0, count];
    const [pinIds, factIds, learnedIds, usd] = await this.#connection.send([
      newest('pins', MAX_SESSIONS), newest('facts', MAX_TELEMETRY), newest('learning', MAX_LEARNED),
      ['MGET', ...days.map((day) => this.#key('spend', day))],
    ]);
    const [pins, facts, learned] = [await this.#values('pin', texts(pinIds)), await this.#values('fact', texts(factIds)), await this.#values('learned', texts(learnedIds))];
    return {
      // The oldest first, as a memory that forgets wants it.
      pins: pins.reverse().flatMap(({ name, json }) => { const pin = parsePin(json); return pin === undefined || pin.updatedAtMs > now + DAY_MS ? [] : [[name, pin] as const]; }),
      telemetry: facts.reverse().map(({ name, json }) => [name, parseFact(json)] as const),
      learned: learned.reverse().map(({ name, json }) => [name, parseFact(json)] as const),
      usdByDay: days.flatMap((day, at) => { const total = usdOf((Array.isArray(usd) ? usd : [])[at]); return total === null ? [] : [[day, total] as const]; }),
    };
  }

  async write({ traces, pins, addedUsd, telemetry, clearLearned, learned }: Batch): Promise<UsdByDay> {
    const { limits, nowMs } = this.#options;
    const traceLifeMs = Math.ceil(limits.maxAgeDays * DAY_MS), pinLifeMs = Math.ceil(limits.sessionTtlMs);
    const keep = (kind: string, index: string, lifeMs: number) => ([key, value]: readonly [string, unknown]): Command[] => [
      ['SET', this.#key(kind, key), named(key, JSON.stringify(value ?? null)), 'PX', lifeMs], ['ZADD', this.#key(index), Math.floor(nowMs()), hashOf(key)],
    ];
    const forgotten = clearLearned ? await this.#learnedHashes() : [];
    const commands: Command[] = [
      ...addedUsd.flatMap(([day, usd]): Command[] => [['INCRBYFLOAT', this.#key('spend', day), usd.toFixed(9)], ['EXPIRE', this.#key('spend', day), SPEND_LIFE_S]]),
      ...traces.flatMap(({ id, startedAtMs, summary, record }): Command[] => [
        ['SET', this.#key('trace', id), named(id, record), 'PX', traceLifeMs], ['SET', this.#key('line', id), named(id, summary), 'PX', traceLifeMs],
        ['ZADD', this.#key('traces'), Math.floor(startedAtMs), hashOf(id)],
      ]),
      ...pins.flatMap(([id, pin]): Command[] => [['SET', this.#key('pin', id), named(id, JSON.stringify(pin)), 'PX', pinLifeMs], ['ZADD', this.#key('pins'), Math.floor(pin.updatedAtMs), hashOf(id)]]),
      ...telemetry.flatMap(keep('fact', 'facts', FACT_LIFE_MS)),
      ...(forgotten.length === 0 ? [] : [['DEL', ...forgotten.map((hash) => this.#hashedKey('learned', hash))], ['ZREM', this.#key('learning'), ...forgotten]] satisfies Command[]),
      ...learned.flatMap(keep('learned', 'learning', LEARNED_LIFE_MS)),
    ];
    if (commands.length === 0) return [];
    const done = await this.#connection.transact(commands);
    return addedUsd.flatMap(([day], at) => { const total = usdOf(done[2 * at]); return total === null ? [] : [[day, total] as const]; });
  }

  async getTrace(id: string): Promise<TraceRecord | undefined> {
    const [value] = await this.#connection.send([['GET', this.#key('trace', id)]]);
    const stored = readNamed(value);
    return stored?.name === id ? parseRecord(stored.json) : undefined;
  }

  async listTraces({ limit, beforeMs, afterMs }: { limit: number; beforeMs: number; afterMs: number }): Promise<TraceSummary[]> {
    const from = beforeMs === Infinity ? '+inf' : `(${String(Math.ceil(beforeMs))}`;
    const [hashes] = await this.#connection.send([['ZRANGE', this.#key('traces'), from, Math.floor(afterMs), 'BYSCORE', 'REV', 'LIMIT', 0, limit]]);
    return (await this.#values('line', texts(hashes))).flatMap(({ name, json }) => { const summary = parseSummary(json); return summary?.id === name ? [summary] : []; });
  }

  async deleteTrace(id: string): Promise<boolean> {
    const [deleted] = await this.#connection.transact([['DEL', this.#key('trace', id), this.#key('line', id)], ['ZREM', this.#key('traces'), hashOf(id)]]);
    return typeof deleted === 'number' && deleted > 0;
  }

  async clearTraces(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const [reply] = await this.#connection.send([['ZRANGE', this.#key('traces'), 0, AT_ONCE - 1]]);
      const hashes = texts(reply);
      if (hashes.length === 0) return ids;
      ids.push(...(await this.#values('line', hashes)).map(({ name }) => name));
      await this.#drop(hashes);
    }
  }

  /** Text that was kept before ends with its trace: other machines may be meant to keep theirs. */
  async maintain({ maxTraces, maxAgeDays, sessionTtlMs }: Readonly<StoreLimits>): Promise<boolean> {
    const now = this.#options.nowMs();
    const [count, aged] = await this.#connection.send([
      ['ZCARD', this.#key('traces')],
      ['ZRANGE', this.#key('traces'), '-inf', `(${String(Math.floor(now - maxAgeDays * DAY_MS))}`, 'BYSCORE', 'LIMIT', 0, AT_ONCE],
      // The values end by themselves; here it is their index.
      ['ZREMRANGEBYSCORE', this.#key('pins'), '-inf', Math.floor(now - sessionTtlMs)], ['ZREMRANGEBYRANK', this.#key('pins'), 0, -(MAX_SESSIONS + 1)],
      ['ZREMRANGEBYSCORE', this.#key('facts'), '-inf', Math.floor(now - FACT_LIFE_MS)], ['ZREMRANGEBYRANK', this.#key('facts'), 0, -(MAX_TELEMETRY + 1)],
      ['ZREMRANGEBYSCORE', this.#key('learning'), '-inf', Math.floor(now - LEARNED_LIFE_MS)], ['ZREMRANGEBYRANK', this.#key('learning'), 0, -(MAX_LEARNED + 1)],
    ]);
    const excess = Math.min(AT_ONCE, (typeof count === 'number' ? count : 0) - maxTraces);
    const [beyond] = excess > 0 ? await this.#connection.send([['ZRANGE', this.#key('traces'), 0, excess - 1]]) : [];
    const dropped = [...texts(beyond), ...texts(aged)];
    await this.#drop(dropped);
    return dropped.length >= AT_ONCE;
  }

  close(): void {
    this.#connection.close();
  }

  /** A key of ours; `name` comes from outside and is hashed. */
  #key(kind: string, name?: string): string {
    return this.#hashedKey(kind, name === undefined ? undefined : hashOf(name));
  }

  #hashedKey(kind: string, hash?: string): string {
    return `${this.#options.prefix}:1:${kind}${hash === undefined ? '' : `:${hash}`}`;
  }

  async #learnedHashes(): Promise<string[]> {
    const [hashes] = await this.#connection.send([['ZRANGE', this.#key('learning'), 0, -1]]);
    return texts(hashes);
  }

  async #values(kind: string, hashes: readonly string[]): Promise<Named[]> {
    if (hashes.length === 0) return [];
    const [values] = await this.#connection.send([['MGET', ...hashes.map((hash) => this.#hashedKey(kind, hash))]]);
    return (Array.isArray(values) ? (values as unknown[]) : []).flatMap((value, at) => {
      const stored = readNamed(value);
      return stored !== null && hashOf(stored.name) === hashes[at] ? [stored] : [];
    });
  }

  async #drop(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return;
    await this.#connection.transact([['DEL', ...hashes.flatMap((hash) => [this.#hashedKey('trace', hash), this.#hashedKey('line', hash)])], ['ZREM', this.#hashedKey('traces'), ...hashes]]);
  }
}

interface Named {
  name: string;
  json: string;
}

const namedSchema = z.tuple([z.string(), z.string()]);

const named = (name: string, json: string): string => JSON.stringify([name, json]);

function readNamed(value: unknown): Named | null {
  if (typeof value !== 'string') return null;
  try {
    const [name, json] = namedSchema.parse(JSON.parse(value));
    return { name, json };
  } catch {
    return null;
  }
}

/** 128 bits of SHA-256 in hex: names of any length and content become keys of one shape. */
const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);

/** The hashes in an answer. */
const texts = (reply: unknown): string[] => (Array.isArray(reply) ? (reply as unknown[]).filter((each): each is string => typeof each === 'string' && /^[0-9a-f]{32}$/.test(each)) : []);

function usdOf(reply: unknown): number | null {
  const usd = typeof reply === 'string' ? Number(reply) : NaN;
  return usd >= -0.01 && usd <= MAX_USD ? Math.max(0, usd) : null;
}
