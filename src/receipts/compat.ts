/** `compat`: the probes over several endpoints, as one matrix. */
import { type Check, type CheckStatus, type Overall, overallOf } from './check.ts';
import type { ProbeFlags } from './probe/flags.ts';
import type { ProbeFormatId } from './probe/format.ts';
import { type ProbeOptions, runProbe } from './probe.ts';
import { createPublicAddress } from './public-address.ts';

export interface CompatTarget extends Pick<ProbeOptions, 'url' | 'model' | 'key'> {
  name: string;
}

export interface CompatOptions {
  targets: readonly CompatTarget[];
  /** Longest time for each request; 30 s unless told. */
  timeoutMs?: number | undefined;
  /** Formats that every target has to offer; absent: all that it does offer, and one at least. */
  formats?: readonly ProbeFormatId[] | undefined;
  /** See {@link ProbeOptions.overflow}. */
  overflow?: boolean;
  /** Leave addresses out that are nobody else's business: of this machine and of private networks. */
  isPublic?: boolean;
  /** Version of OpenFusion, for the report. */
  version?: string;
  nowMs?: () => number;
  onProgress?: (target: string) => void;
  signal?: AbortSignal;
}

export interface CompatRow {
  name: string;
  url: string;
  model: string;
  status: Overall;
  /** As in a probe's report. */
  formats: Partial<Record<ProbeFormatId, CheckStatus>>;
  checks: Check[];
}

export interface CompatMatrix {
  object: 'openfusion.compat_matrix';
  schema: 'openfusion.compat_matrix.v1';
  /** ISO 8601 */
  startedAt: string;
  version: string;
  timeoutMs: number;
  status: Overall;
  targets: CompatRow[];
}

const COMPAT_FLAGS: ProbeFlags = { model: '--model or the third part of --target', key: '--key-env or the fourth part of --target', timeout: '--timeout-ms', overflow: '--overflow' };
const DEFAULT_TIMEOUT_MS = 30_000;

/** Probes the targets one after the other. Rejects as {@link runProbe} does. */
export async function runCompat(options: CompatOptions): Promise<CompatMatrix> {
  const { targets, timeoutMs = DEFAULT_TIMEOUT_MS, formats, overflow = false, isPublic = false, version = '', nowMs = Date.now, onProgress, signal } = options;
  const startedAt = new Date(nowMs()).toISOString();
  const rows: CompatRow[] = [];
  for (const { name, ...target } of targets) {
    onProgress?.(name);
    const report = await runProbe({ ...target, timeoutMs, formats, overflow, flags: COMPAT_FLAGS, nowMs, signal });
    const address = createPublicAddress(isPublic ? target.url : null);
    const checks = report.checks.map((item) => ({ ...item, detail: address.text(item.detail), hint: address.text(item.hint) }));
    rows.push({ name, url: address.url(report.url), model: report.model, status: overallOf(checks), formats: report.formats, checks });
  }
  return { object: 'openfusion.compat_matrix', schema: 'openfusion.compat_matrix.v1', startedAt, version, timeoutMs, status: rows.length > 0 && rows.every(({ status }) => status === 'pass') ? 'pass' : 'fail', targets: rows };
}

/**
 * `"name|url|model|KEY_ENV"`, the last two optional. Null when a name or URL is missing. The key's value is looked up by the
 * caller.
 */
export function parseCompatTarget(text: string): { name: string; url: string; model: string | undefined; keyEnv: string | undefined } | null {
  const [name = '', url = '', model = '', keyEnv = '', ...rest] = text.split('|').map((part) => part.trim());
  if (name === '' || !URL.canParse(url) || rest.length > 0) return null;
  return { name, url, model: model === '' ? undefined : model, keyEnv: keyEnv === '' ? undefined : keyEnv };
}
