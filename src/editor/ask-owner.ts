/** Calls to the gateway that owns the port, over its own HTTP port: the same in an attached window. */
import { endpointUrl, readBody, sendHttp } from '../receipts/http-request.ts';
import { asObject, asString, parseJson } from '../receipts/guards.ts';
import type { OwnerState } from '../trace/types.ts';
import { originOf } from './base-url.ts';

export interface OwnerCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Without a leading slash, e.g. `debug/route`. */
  path: string;
  query?: Record<string, string>;
  token: string | null;
  json?: unknown;
  signal?: AbortSignal;
}

/** Answers the parsed JSON. Throws an error fit for people when the gateway refuses or is not there. */
export async function askOwner(owner: Pick<OwnerState, 'host' | 'port'>, { method, path, query = {}, token, json, signal }: OwnerCall): Promise<unknown> {
  const headers = { 'user-agent': 'openfusion-editor', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const url = endpointUrl(originOf(owner), path);
  url.search = new URLSearchParams(query).toString();
  const reply = await sendHttp({ method, url, headers, json, signal });
  const body = parseJson(await readBody(reply));
  const status = reply.statusCode ?? 0;
  if (status >= 200 && status < 300) return body;
  throw new Error(asString(asObject(asObject(body).error).message) ?? `The gateway answered ${status}.`);
}
