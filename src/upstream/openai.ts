import type { UpstreamConfig } from '../config/schema.ts';
import type { WireFormat } from '../protocol/types.ts';
import { classifyFailure } from './classify.ts';
import { createPool, dispatch, type RawReply } from './dispatch.ts';
import { UpstreamError, type Upstream, type UpstreamCall, type UpstreamFailure } from './types.ts';

/** An error body is read up to here (criterion U1). */
const MAX_ERROR_BYTES = 65_536;
const PATHS: Record<WireFormat, string> = { chat: '/chat/completions', responses: '/responses', messages: '/messages' };

export interface OpenAiUpstreamOptions {
  name: string;
  config: UpstreamConfig;
  /** The key, or undefined when the upstream wants none. */
  apiKey: string | undefined;
  /** Extra headers with their references resolved. */
  headers: Readonly<Record<string, string>>;
  nowMs(): number;
}

/** An upstream that speaks OpenAI's wire format over HTTP. */
export function createOpenAiUpstream({ name, config, apiKey, headers, nowMs }: OpenAiUpstreamOptions): Upstream {
  const base = new URL(config.baseURL);
  const prefix = base.pathname.replace(/\/+$/, '');
  const paths: Record<WireFormat, string> = { chat: prefix + PATHS.chat, responses: prefix + PATHS.responses, messages: prefix + PATHS.messages };
  const pool = createPool(base.origin, config.timeouts);
  const fixed: Record<string, string> = {
    'content-type': 'application/json', 'user-agent': 'openfusion',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...headers,
  };
  const headersFor = (accept: string, more: Readonly<Record<string, string>>): string[] => Object.entries({ ...fixed, accept, ...more }).flat();
  // Most calls pass no header of the client on.
  const streaming = headersFor('text/event-stream', {}), whole = headersFor('application/json', {});
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
        const usual = call.stream ? streaming : whole;
        const request = { path: paths[call.wire], headers: isEmpty(call.headers) ? usual : headersFor(call.stream ? 'text/event-stream' : 'application/json', call.headers), body: call.body };
        const raw = await dispatch(pool, name, request, config.timeouts, signal);
        const contentType = one(raw.headers['content-type']) ?? '';
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

async function readFailure(where: string, keyHint: string, raw: RawReply, nowMs: number): Promise<UpstreamFailure> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (let piece = await raw.read(); piece !== null; piece = await raw.read()) {
      pieces.push(piece);
      size += piece.byteLength;
      if (size >= MAX_ERROR_BYTES) { raw.cancel(); break; }
    }
  } catch (error) {
    // The status says enough when the body breaks off.
    if (!(error instanceof UpstreamError) || error.failure.reason === 'aborted') throw error;
  }
  return classifyFailure(where, keyHint, raw.status, Buffer.concat(pieces).toString('utf8', 0, MAX_ERROR_BYTES), one(raw.headers['retry-after']), nowMs);
}

function isEmpty(headers: Readonly<Record<string, string>>): boolean {
  for (const _name in headers) return false;
  return true;
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
