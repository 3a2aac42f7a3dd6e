/** `--probe-url`: does an OpenAI-compatible endpoint do what coding agents need? */
import type { Check } from './check.ts';
import { endpointUrl } from './http-request.ts';
import { createProbeClient } from './probe-client.ts';
import { probeChat, probeModels, probeStream } from './probe-chat.ts';
import { probeToolRoundTrip } from './probe-tools.ts';

export interface ProbeOptions {
  /** Base URL up to and including `/v1`. */
  url: string;
  /** Model to ask for; `openfusion/auto` unless told. */
  model?: string;
  /** The key itself. It is sent to `url` and appears in no report. */
  key?: string | undefined;
  /** Longest time for each request; 30 s unless told. */
  timeoutMs?: number;
  nowMs?: () => number;
  signal?: AbortSignal | undefined;
}

export interface ProbeReport {
  /** Without credentials, query or fragment. */
  url: string;
  model: string;
  timeoutMs: number;
  checks: Check[];
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** What the probes are called, in the order in which they run. */
export const PROBE_NAMES = ['probe.models', 'probe.chat', 'probe.chat.stream', 'probe.tool.roundtrip'] as const;

/** Runs the probes one after the other. Rejects with the signal's reason when it aborts, and with a TypeError on a URL that is none. */
export async function runProbe({ url, model = 'openfusion/auto', key, timeoutMs = DEFAULT_TIMEOUT_MS, nowMs = Date.now, signal }: ProbeOptions): Promise<ProbeReport> {
  const client = createProbeClient({ baseUrl: url, key, timeoutMs, nowMs, signal });
  const checks: Check[] = [];
  for (const probe of [probeModels, probeChat, probeStream, probeToolRoundTrip]) {
    checks.push(await probe(client, model));
    signal?.throwIfAborted();
  }
  return { url: publicUrl(url), model, timeoutMs, checks: checks.map((item) => ({ ...item, detail: withoutKey(item.detail, key) })) };
}

/** An endpoint may repeat the key in its errors. */
const withoutKey = (text: string, key: string | undefined): string => (key === undefined || key === '' ? text : text.replaceAll(key, '[key]'));

function publicUrl(baseUrl: string): string {
  const url = endpointUrl(baseUrl, '');
  return `${url.origin}${url.pathname.replace(/\/+$/u, '')}`;
}
