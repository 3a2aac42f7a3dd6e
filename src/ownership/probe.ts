/** Who sits on a port? Asks `GET /health` with a challenge, and trusts nobody who cannot answer it. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { CHALLENGE_HEADER, checkProof, newNonce } from './challenge.ts';
import { describeOwner, isAlive, readOwner } from './owner-file.ts';
import type { OwnerInfo } from './owner-file.ts';

export type ProbeResult =
  /** Nobody listens. */
  | { kind: 'none' }
  /** An OpenFusion of this user that proved it. */
  | { kind: 'ours'; owner: OwnerInfo }
  /** Someone else; `what` says in a few words what it looks like. */
  | { kind: 'foreign'; what: string };

export interface ProbeOptions {
  /** The address to listen on; a wildcard means loopback. */
  host: string;
  port: number;
  stateDir: string;
  /** How long an answer may take. */
  timeoutMs?: number;
  /** How long one that gave no proof is asked again: an owner that ends breaks off, a new one needs a moment between listening and writing its file. */
  patienceMs?: number;
  signal?: AbortSignal | undefined;
}

const ASK_AGAIN_MS = 50;
const MAX_ANSWER_BYTES = 65_536;

const healthSchema = z.object({ name: z.literal('openfusion'), version: z.string().optional(), pid: z.number().optional(), proof: z.string().optional() });
type Health = z.output<typeof healthSchema>;

/** Never throws but when aborted. */
export async function probeOwner({ host, port, stateDir, timeoutMs = 2_000, patienceMs = 1_000, signal }: ProbeOptions): Promise<ProbeResult> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    signal?.throwIfAborted();
    const nonce = newNonce();
    const answer = await askHealth({ host: reachableHost(host), port, nonce, timeoutMs, signal });
    signal?.throwIfAborted();
    if (answer.kind === 'silent') return { kind: 'foreign', what: `a process that does not answer${await lastOwnerOf(stateDir, port)}` };
    if (answer.kind === 'none' || answer.kind === 'foreign') return answer;
    if (answer.kind === 'openfusion') {
      const owner = await readOwner(stateDir, port);
      if (owner !== null && checkProof(owner.proofKey, nonce, answer.health.proof ?? '')) return { kind: 'ours', owner };
    }
    if (performance.now() >= deadlineMs) return { kind: 'foreign', what: answer.kind === 'openfusion' ? describeStranger(answer.health) : answer.what };
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}

/** Where a listener on this address can be reached from this machine; for use in URLs and as a connection's target. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  return host === '::' || host === '[::]' ? '::1' : host.replace(/^\[(.*)\]$/, '$1');
}

/** `host:port` as it stands in a URL and in a Host header. */
export function authorityOf(host: string, port: number): string {
  const name = reachableHost(host);
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

type Answer = { kind: 'none' } | { kind: 'silent' } | { kind: 'broke_off'; what: string } | { kind: 'foreign'; what: string } | { kind: 'openfusion'; health: Health };

function askHealth({ host, port, nonce, timeoutMs, signal }: { host: string; port: number; nonce: string; timeoutMs: number; signal: AbortSignal | undefined }): Promise<Answer> {
  return new Promise((resolve) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const foreign = (what: string) => { resolve({ kind: 'foreign', what }); };
    const sent = request({
      host, port, path: '/health', agent: false, headers: { host: authorityOf(host, port), [CHALLENGE_HEADER]: nonce },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve({ kind: 'none' });
      else if (deadline.aborted) resolve({ kind: 'silent' });
      else if (error.code?.startsWith('HPE_') === true) foreign('a process that does not speak HTTP');
      else resolve({ kind: 'broke_off', what: 'a process that does not speak HTTP' });
    });
    sent.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('error', () => { resolve({ kind: 'broke_off', what: 'a process that breaks its answers off' }); });
      response.on('data', (piece: string) => {
        body += piece;
        if (body.length > MAX_ANSWER_BYTES) {
          foreign('another HTTP server');
          sent.destroy();
        }
      });
      response.on('end', () => {
        const health = parseHealth(body);
        if (health === null) foreign('another HTTP server');
        else resolve({ kind: 'openfusion', health });
      });
    });
    sent.end();
  });
}

/** Whether it is the owner that hangs cannot be proven, but it helps to know whom to end. */
async function lastOwnerOf(stateDir: string, port: number): Promise<string> {
  const owner = await readOwner(stateDir, port);
  return owner !== null && isAlive(owner.pid) ? ` (last it was ${describeOwner(owner)}, which still runs)` : '';
}

function parseHealth(body: string): Health | null {
  try {
    return healthSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

function describeStranger({ pid, version }: Health): string {
  // What it says of itself is not proven: digits and a version's characters only.
  const details = [pid === undefined ? '' : `pid ${Math.trunc(pid)}`, version === undefined ? '' : `version ${version.replaceAll(/[^\w.+-]/g, '').slice(0, 40)}`].filter(Boolean).join(', ');
  return `a process that calls itself OpenFusion${details === '' ? '' : ` (${details})`} and cannot prove that it is yours: another user's, or one with another state folder`;
}
