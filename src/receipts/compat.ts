/** `compat`: the probes over several endpoints, as one matrix. */
import { type Check, type Overall, overallOf } from './check.ts';
import { type ProbeOptions, runProbe } from './probe.ts';

export interface CompatTarget extends Pick<ProbeOptions, 'url' | 'model' | 'key'> {
  name: string;
}

export interface CompatOptions {
  targets: readonly CompatTarget[];
  /** Longest time for each request; 30 s unless told. */
  timeoutMs?: number;
  onProgress?: (target: string) => void;
  signal?: AbortSignal;
}

export interface CompatMatrix {
  object: 'openfusion.compat_matrix';
  schema: 'openfusion.compat_matrix.v1';
  status: Overall;
  targets: { name: string; url: string; model: string; status: Overall; checks: Check[] }[];
}

/** Probes the targets one after the other. Rejects as {@link runProbe} does. */
export async function runCompat({ targets, timeoutMs, onProgress, signal }: CompatOptions): Promise<CompatMatrix> {
  const rows: CompatMatrix['targets'] = [];
  for (const { name, ...target } of targets) {
    onProgress?.(name);
    const { url, model, checks } = await runProbe({ ...target, ...(timeoutMs === undefined ? {} : { timeoutMs }), signal });
    rows.push({ name, url, model, status: overallOf(checks), checks });
  }
  return { object: 'openfusion.compat_matrix', schema: 'openfusion.compat_matrix.v1', status: rows.length > 0 && rows.every(({ status }) => status === 'pass') ? 'pass' : 'fail', targets: rows };
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
