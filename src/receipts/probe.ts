/** `--probe-url` and `compat`: does an endpoint do what coding agents need, in each wire format that it offers? */
import { type Check, check, type CheckStatus } from './check.ts';
import { endpointUrl } from './http-request.ts';
import { chatFormat } from './probe/chat.ts';
import { createProbeClient, type ProbeClientOptions } from './probe/client.ts';
import { COUNT_TOKENS_CHECK, probeCountTokens } from './probe/count-tokens.ts';
import { probeErrors } from './probe/errors.ts';
import { DOCTOR_FLAGS, type ProbeFlags } from './probe/flags.ts';
import { PROBE_FORMAT_IDS, type ProbeFormat, type ProbeFormatId } from './probe/format.ts';
import { probeHeaders } from './probe/headers.ts';
import { messagesFormat } from './probe/messages.ts';
import { MODELS_CHECK, probeModels } from './probe/models.ts';
import { probeOverflow } from './probe/overflow.ts';
import { probeParallelTools } from './probe/parallel-tools.ts';
import { probePlain } from './probe/plain.ts';
import { responsesFormat } from './probe/responses.ts';
import { probeRetryAfter, RETRY_AFTER_CHECK } from './probe/retry-after.ts';
import type { FormatRun } from './probe/run.ts';
import { probeStream } from './probe/stream.ts';
import { probeToolRoundTrip } from './probe/tool-roundtrip.ts';
import { probeUsage } from './probe/usage.ts';
import { createPublicText } from './public-text.ts';

export interface ProbeOptions {
  /** Base URL up to and including `/v1`. */
  url: string;
  /** Model to ask for; `openfusion/auto` unless told. */
  model?: string;
  /** The key itself. It is sent to `url` and appears in no report. */
  key?: string | undefined;
  /** Longest time for each request; 30 s unless told. */
  timeoutMs?: number;
  /** Formats that the endpoint has to offer; absent: all that it does offer, and one at least. */
  formats?: readonly ProbeFormatId[] | undefined;
  /** Also send one request a format that is larger than the model's window. It costs money where it is accepted. */
  overflow?: boolean;
  /** How the asking command calls its options, for hints. */
  flags?: ProbeFlags;
  nowMs?: () => number;
  signal?: AbortSignal | undefined;
}

export interface ProbeReport {
  /** Without credentials, query or fragment. */
  url: string;
  model: string;
  timeoutMs: number;
  /** The worst of each format's checks; `skip` where the format is not offered. Formats that were not asked for are absent. */
  formats: Partial<Record<ProbeFormatId, CheckStatus>>;
  checks: Check[];
}

const DEFAULT_TIMEOUT_MS = 30_000;

export const PROBE_FORMATS: Readonly<Record<ProbeFormatId, ProbeFormat>> = { chat: chatFormat, responses: responsesFormat, messages: messagesFormat };

/** The names of a format's checks, in the order in which they run. */
export function checksOf(id: ProbeFormatId): string[] {
  const { plain, stream, roundTrip, parallel, usage, errors, headers, overflow } = PROBE_FORMATS[id].checks;
  return [plain, stream, roundTrip, parallel, usage, errors, headers, ...(id === 'messages' ? [COUNT_TOKENS_CHECK] : []), overflow];
}

/** The checks that belong to no format. */
export const COMMON_CHECKS: readonly string[] = [MODELS_CHECK, RETRY_AFTER_CHECK];
/** What all the probes are called. */
export const PROBE_NAMES: readonly string[] = [MODELS_CHECK, ...PROBE_FORMAT_IDS.flatMap(checksOf), RETRY_AFTER_CHECK];

/** Runs the probes one after the other. Rejects with the signal's reason when it aborts, and with a TypeError on a URL that is none. */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport> {
  const { url, model = 'openfusion/auto', key, timeoutMs = DEFAULT_TIMEOUT_MS, formats, overflow = false, flags = DOCTOR_FLAGS, nowMs = Date.now, signal } = options;
  const waitsMs: (number | null)[] = [];
  const clientFor = (auth: ProbeClientOptions['auth']) => createProbeClient({ baseUrl: url, auth, timeoutMs, flags, nowMs, onRateLimit: (waitMs) => { waitsMs.push(waitMs); }, signal });
  const listAuth = [...chatFormat.auth(key), ...(key === undefined ? [] : messagesFormat.auth(key).slice(0, 1))];
  const models = await probeModels(clientFor(listAuth), model, flags);
  signal?.throwIfAborted();

  const probed: FormatProbe[] = [];
  for (const id of PROBE_FORMAT_IDS) {
    if (formats?.includes(id) === false) continue;
    const format = PROBE_FORMATS[id];
    const dead = probed.some(({ reached }) => !reached);
    probed.push(dead ? notReached(format) : await probeFormat({ client: clientFor(format.auth(key)), format, model, flags, facts: {} }, { overflow, contextTokens: models.contextTokens, signal }));
  }
  const demanded = formats !== undefined || probed.every(({ offered }) => !offered);
  const judged = demanded ? probed.map(asDemanded) : probed;
  const publicText = createPublicText({ secrets: [key, ...secretsOf(url)] });
  return {
    url: publicText(publicUrl(url)), model: publicText(model), timeoutMs,
    formats: Object.fromEntries(judged.map(({ id, offered, checks }) => [id, offered ? worstOf(checks) : checks[0]?.status ?? 'skip'])),
    checks: [models.check, ...judged.flatMap(({ checks }) => checks), probeRetryAfter(waitsMs)].map((item) => ({ ...item, detail: publicText(item.detail), hint: publicText(item.hint) })),
  };
}

interface FormatProbe {
  id: ProbeFormatId;
  offered: boolean;
  /** False when the endpoint did not answer: further formats are not tried. */
  reached: boolean;
  checks: Check[];
}

/** The first three probes are run in any case; the others tell nothing where there is no plain answer. */
async function probeFormat(run: FormatRun, { overflow, contextTokens, signal }: { overflow: boolean; contextTokens: number | null; signal: AbortSignal | undefined }): Promise<FormatProbe> {
  const { format: { id, checks: names }, flags } = run;
  const plain = await probePlain(run);
  signal?.throwIfAborted();
  const { offered, reached } = plain;
  if (!offered) return { id, offered, reached, checks: [plain.check] };
  const more: [string, () => Check | Promise<Check>][] = [
    [names.parallel, () => probeParallelTools(run)], [names.usage, () => probeUsage(run)], [names.errors, () => probeErrors(run)], [names.headers, () => probeHeaders(run)],
    ...(id === 'messages' ? [[COUNT_TOKENS_CHECK, () => probeCountTokens(run)] as [string, () => Promise<Check>]] : []),
    [names.overflow, () => (overflow ? probeOverflow(run, contextTokens) : check(names.overflow, 'skip', `not sent without ${flags.overflow}: it costs money where it is accepted`))],
  ];
  const checks = [plain.check];
  for (const probe of [probeStream, probeToolRoundTrip]) {
    checks.push(await probe(run));
    signal?.throwIfAborted();
  }
  for (const [name, probe] of more) {
    checks.push(plain.check.status === 'fail' ? check(name, 'skip', 'not run: there is no plain answer') : await probe());
    signal?.throwIfAborted();
  }
  return { id, offered, reached, checks };
}

const notReached = ({ id, checks }: ProbeFormat): FormatProbe => ({ id, offered: false, reached: false, checks: [check(checks.plain, 'skip', 'not run: the endpoint does not answer')] });

/** A format that has to be there is not skipped. */
const asDemanded = (probe: FormatProbe): FormatProbe => (probe.offered ? probe : { ...probe, checks: probe.checks.map((item) => ({ ...item, status: 'fail', hint: probe.reached ? 'Does the URL end in /v1?' : item.hint })) });

const BADNESS: readonly CheckStatus[] = ['skip', 'pass', 'warn', 'fail'];

const worstOf = (checks: readonly Check[]): CheckStatus => BADNESS[Math.max(...checks.map(({ status }) => BADNESS.indexOf(status)))] ?? 'skip';

function publicUrl(baseUrl: string): string {
  const url = endpointUrl(baseUrl, '');
  return `${url.origin}${url.pathname.replace(/\/+$/u, '')}`;
}

/** Credentials and values of the query: an endpoint may repeat them. */
function secretsOf(baseUrl: string): string[] {
  const { username, password, searchParams } = new URL(baseUrl);
  return [username, password, decoded(username), decoded(password), ...searchParams.values()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
