/** The traces of the running owner, over its own HTTP with the view token that it left for its user; those on disk when none runs. */
import { readdir } from 'node:fs/promises';
import * as z from 'zod';
import { probeOwner, authorityOf } from '../ownership/probe.ts';
import type { OwnerInfo } from '../ownership/owner-file.ts';
import { readOwner } from '../ownership/owner-file.ts';
import { readBody, sendHttp } from '../receipts/http-request.ts';
import { findTracesAtRest } from '../store/sqlite/traces-at-rest.ts';
import type { Redactor } from '../trace/redact.ts';
import type { TraceRecord, TraceSummary } from '../trace/types.ts';
import { CliFailure, EXIT } from './failure.ts';

const summarySchema = z.custom<TraceSummary>((value) => z.looseObject({ id: z.string(), startedAtMs: z.number(), status: z.string() }).safeParse(value).success);
const listSchema = z.object({ traces: z.array(summarySchema) });
const recordSchema = z.custom<TraceRecord>((value) => z.looseObject({ id: z.string(), startedAtMs: z.number(), phases: z.array(z.unknown()) }).safeParse(value).success);

/** Where traces are read: at the owner that runs, or on disk when none does. */
export interface TracesClient {
  owner: OwnerInfo | null;
  list(limit: number): Promise<TraceSummary[]>;
  show(id: string): Promise<TraceRecord>;
  delete(id: string): Promise<void>;
}

export interface WhereToLook {
  stateDir: string;
  host: string;
  usualPort: number;
  /** Where it must be; null: at the usual port, else wherever the state folder says that one is. */
  port: number | null;
}

/** Finds the OpenFusion that runs for this user and proves that it is one; fails where there is none. */
export async function findOwner(where: WhereToLook): Promise<OwnerInfo> {
  const found = await lookForOwner(where);
  if (typeof found === 'string') throw noOwner(found);
  return found;
}

export const noOwner = (why: string): CliFailure => new CliFailure(`no OpenFusion of yours is running: ${why}. Start one with \`openfusion serve\` or in VS Code`, EXIT.unwell);

/** The same, with a text where there is none: it says why. */
export async function lookForOwner({ stateDir, host, usualPort, port }: WhereToLook): Promise<OwnerInfo | string> {
  const found = await probeOwner({ host, port: port ?? usualPort, stateDir });
  if (found.kind === 'ours') return found.owner;
  const others = port === null ? await otherOwners(stateDir) : [];
  const [only, second] = others;
  if (second !== undefined) throw new CliFailure(`several OpenFusions are running: choose one with --port ${others.map((owner) => String(owner.port)).join(' or --port ')}`);
  if (only !== undefined) return only;
  const at = `port ${String(port ?? usualPort)}`;
  return found.kind === 'foreign' ? `${at} is held by ${found.what}` : `nothing listens on ${at}`;
}

async function otherOwners(stateDir: string): Promise<OwnerInfo[]> {
  const files = await readdir(stateDir).catch(() => []);
  const ports = files.flatMap((name) => /^owner-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  const probed = await Promise.all(ports.map(async (port) => {
    const owner = await readOwner(stateDir, port);
    return owner === null ? null : probeOwner({ host: owner.host, port, stateDir, patienceMs: 0 });
  }));
  return probed.flatMap((found) => (found?.kind === 'ours' ? [found.owner] : []));
}

/** Asks the owner that runs. */
export function createTracesClient(owner: OwnerInfo): TracesClient {
  const call = async <T>(method: 'GET' | 'DELETE', path: string, schema: z.ZodType<T>): Promise<T> => {
    const url = new URL(path, `http://${authorityOf(owner.host, owner.port)}`);
    const reply = await sendHttp({ method, url, headers: { authorization: `Bearer ${owner.viewToken}` } });
    const text = await readBody(reply);
    if (reply.statusCode === 404) throw noSuchTrace();
    if (reply.statusCode !== 200) throw new CliFailure(`OpenFusion on port ${String(owner.port)} answered ${String(reply.statusCode)}`, EXIT.unwell);
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new CliFailure(`OpenFusion on port ${String(owner.port)} (version ${owner.version}) answered something else than traces`, EXIT.unwell);
    return parsed.data;
  };
  return {
    owner,
    list: async (limit) => (await call('GET', `/traces?limit=${String(limit)}`, listSchema)).traces,
    show: (id) => call('GET', `/traces/${encodeURIComponent(id)}`, recordSchema),
    delete: async (id) => void (await call('DELETE', `/traces/${encodeURIComponent(id)}`, z.unknown())),
  };
}

/** Reads what the last owner left on disk; null when there is nothing. Whatever comes out is redacted once more: the keys may be others by now. */
export function createAtRestClient(stateDir: string, maxAgeDays: number, redactor: Redactor): (TracesClient & { path: string }) | null {
  const atRest = findTracesAtRest(stateDir, { maxAgeDays });
  if (atRest === null) return null;
  const reading = <T>(read: () => T): Promise<T> => {
    try {
      return Promise.resolve(redactor.redactDeep(read()));
    } catch (error) {
      throw new CliFailure(`no OpenFusion of yours is running, and ${atRest.path} cannot be used: ${error instanceof Error ? error.message : String(error)}`, EXIT.unwell);
    }
  };
  return {
    owner: null,
    path: atRest.path,
    list: async (limit) => reading(() => atRest.list(limit)),
    show: async (id) => {
      const trace = await reading(() => atRest.get(id));
      if (trace === undefined) throw noSuchTrace();
      return trace;
    },
    delete: async (id) => { if (!await reading(() => atRest.delete(id))) throw noSuchTrace(); },
  };
}

const noSuchTrace = (): CliFailure => new CliFailure('there is no such trace; `openfusion traces` lists them', EXIT.unwell);
