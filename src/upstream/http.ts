import type { UpstreamConfig } from '../config/schema.ts';
import type { WireFormat } from '../protocol/types.ts';
import { classifyFailure } from './classify.ts';
import { createPool, dispatch, type RawReply } from './dispatch.ts';
import type { Network } from './network.ts';
import { UpstreamError, type Upstream, type UpstreamCall, type UpstreamFailure } from './types.ts';

/** An error body is read up to here (criterion U1). */
const MAX_ERROR_BYTES = 65_536;
/** The status says enough when an error's body takes longer. */
const MAX_ERROR_MS = 2_000;
const PATHS: Record<WireFormat, string> = { chat: '/chat/completions', responses: '/responses', messages: '/messages' };
/** The only version of the Messages format: https://docs.anthropic.com/en/api/versioning */
const ANTHROPIC_VERSION = '2023-06-01';

export interface HttpUpstreamOptions {
  name: string;
  config: UpstreamConfig;
  /** The key, or undefined when the upstream wants none. */
  apiKey: string | undefined;
  /** Extra headers with their references resolved. */
  headers: Readonly<Record<string, string>>;
  network: Network;
  nowMs(): number;
}

type Headers = Readonly<Record<string, string>>;

/** An upstream over HTTP. Kinds differ in how the key is sent; what is spoken is up to `protocols`. */
export function createHttpUpstream({ name, config, apiKey, headers, network, nowMs }: HttpUpstreamOptions): Upstream {
  const base = new URL(config.baseURL);
  const prefix = base.pathname.replace(/\/+$/, '');
  const pool = createPool(base.origin, config.timeouts, network);
  const fixed: Headers = {
    'content-type': 'application/json', 'user-agent': 'openfusion',
    ...(apiKey === undefined ? {} : keyHeader(config.kind, apiKey)),
    ...Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])),
  };
  const headersFor = ({ wire, stream }: Pick<UpstreamCall, 'wire' | 'stream'>, more: Headers): string[] => Object.entries({
    ...(wire === 'messages' ? { 'anthropic-version': ANTHROPIC_VERSION } : {}), ...fixed, accept: stream ? 'text/event-stream' : 'application/json', ...passedOn(more, config.kind, wire),
  }).flat();
  // Most calls pass no header of the client on.
  const usual = new Map<string, string[]>();
  const usualHeaders = (call: UpstreamCall): string[] => {
    const key = `${call.wire} ${String(call.stream)}`;
    let known = usual.get(key);
    if (known === undefined) usual.set(key, known = headersFor(call, {}));
    return known;
  };
  const keyHint = config.apiKeyEnv === undefined
    ? `name its key in upstreams.${name}.apiKeyEnv`
    : `set ${config.apiKeyEnv} or run *OpenFusion: Set Upstream Key*`;

  return {
    name, kind: config.kind, protocols: config.protocols,
    async call(call: UpstreamCall, signal: AbortSignal) {
      if (config.apiKeyEnv !== undefined && apiKey === undefined) {
        return { ok: false, failure: { reason: 'no_key', status: 0, message: `upstream \`${name}\` has no key; ${keyHint}`, code: null, param: null } };
      }
      try {
        const path = `${prefix}${PATHS[call.wire]}${call.operation === 'count_tokens' ? '/count_tokens' : ''}`;
        const request = { path, headers: isEmpty(call.headers) ? usualHeaders(call) : headersFor(call, call.headers), body: call.body };
        const raw = await dispatch(pool, name, request, config.timeouts, signal);
        const contentType = (one(raw.headers['content-type']) ?? '').toLowerCase();
        if (raw.status >= 300) return { ok: false, failure: await readFailure(`upstream \`${name}\``, keyHint, raw, nowMs()) };
        if (!/json|event-stream/.test(contentType)) {
          raw.cancel();
          return { ok: false, failure: { reason: 'invalid_response', status: raw.status, message: `upstream \`${name}\` answered with ${contentType === '' ? 'no content type' : contentType.slice(0, 60)} instead of JSON; check its baseURL`, code: null, param: null } };
        }
        return { ok: true, reply: { status: raw.status, contentType, read: raw.read, cancel: raw.cancel } };
      } catch (error) {
        if (error instanceof UpstreamError) return { ok: false, failure: error.failure };
        throw error;
      }
    },
    async close({ now }) { await (now ? pool.destroy() : pool.close()); },
  };
}

const keyHeader = (kind: UpstreamConfig['kind'], apiKey: string): Headers => (kind === 'anthropic' ? { 'x-api-key': apiKey } : { authorization: `Bearer ${apiKey}` });

/** Anthropic's headers mean nothing to an upstream that is called in another format, and unknown ones have been refused. */
function passedOn(headers: Headers, kind: UpstreamConfig['kind'], wire: WireFormat): Headers {
  if (kind === 'anthropic' || wire === 'messages') return headers;
  return Object.fromEntries(Object.entries(headers).filter(([header]) => !header.startsWith('anthropic-')));
}

async function readFailure(where: string, keyHint: string, raw: RawReply, nowMs: number): Promise<UpstreamFailure> {
  const pieces: Uint8Array[] = [];
  let size = 0, late = false;
  const timer = setTimeout(() => { late = true; raw.cancel(); }, MAX_ERROR_MS).unref();
  try {
    for (let piece = await raw.read(); piece !== null; piece = await raw.read()) {
      pieces.push(piece);
      size += piece.byteLength;
      if (size >= MAX_ERROR_BYTES) { raw.cancel(); break; }
    }
  } catch (error) {
    // The status says enough when the body breaks off.
    if (!(error instanceof UpstreamError) || (error.failure.reason === 'aborted' && !late)) throw error;
  } finally {
    clearTimeout(timer);
  }
  return classifyFailure(where, keyHint, raw.status, Buffer.concat(pieces).toString('utf8', 0, MAX_ERROR_BYTES), one(raw.headers['retry-after']), nowMs);
}

function isEmpty(headers: Headers): boolean {
  for (const _name in headers) return false;
  return true;
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
