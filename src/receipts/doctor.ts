/** `doctor`: is this configuration well, does the panel work on dry-run, does the real upstream answer, does an endpoint keep the protocol? */
import { check, type Check, type Overall, overallOf } from './check.ts';
import { configChecks, type DoctorConfig } from './doctor-config.ts';
import { describeError, type FusionRun, runFusion } from './fusion-run.ts';
import { BUILT_IN_CASES } from './cases.ts';
import { type ReceiptPort, roleModelId, type RoleModel } from './port.ts';
import { type ProbeOptions, type ProbeReport, runProbe } from './probe.ts';
import { viewAnswer } from './answer-view.ts';
import { withTimeout } from './timeout.ts';

export type { DoctorConfig } from './doctor-config.ts';

export interface DoctorOptions {
  /** Absent where the asker does not hold the configuration (the editor): its checks are then left out. */
  config?: DoctorConfig;
  /** An OpenFusion on the dry-run upstream: the whole panel is run on it. Absent: that check is skipped. */
  dryRunPort?: ReceiptPort;
  /** `--real`: an OpenFusion on the configured upstream. One call is made. */
  realPort?: ReceiptPort;
  /** Role that answers the real call; `fast` unless told. */
  realRole?: string;
  /** Longest time for the real call; 60 s unless told. */
  realTimeoutMs?: number;
  /** `--probe-url` and what belongs to it. */
  probe?: Omit<ProbeOptions, 'signal'>;
  nowMs?: () => number;
  /** Called before each group of checks, for a progress line. */
  onProgress?: (step: 'config' | 'pipeline' | 'real' | 'probe') => void;
  signal?: AbortSignal;
}

export interface DoctorReport {
  object: 'openfusion.doctor_report';
  schema: 'openfusion.doctor_report.v1';
  /** ISO 8601 */
  startedAt: string;
  status: Overall;
  checks: Check[];
  /** What the dry-run panel did; null when it was not run or failed before it answered. */
  fusion: FusionSummary | null;
  /** What was probed, without credentials; null when nothing was. */
  probe: Omit<ProbeReport, 'checks'> | null;
}

export interface FusionSummary {
  panel: RoleModel[];
  judge: RoleModel | null;
  synthesizer: RoleModel | null;
  traceId: string | null;
  phaseCount: number;
  latencyMs: number | null;
}

/** Default of {@link DoctorOptions.realTimeoutMs}: a reasoning model's short answer fits well inside. */
const REAL_TIMEOUT_MS = 60_000;

/** Runs the checks. Rejects with the signal's reason when it aborts; whatever else goes wrong is a failed check. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { config, dryRunPort, realPort, probe, nowMs = Date.now, onProgress, signal } = options;
  const startedAt = new Date(nowMs()).toISOString();
  const checks: Check[] = [];
  let fusion: FusionSummary | null = null;

  if (config !== undefined) {
    onProgress?.('config');
    checks.push(...configChecks(config));
  }
  if (dryRunPort !== undefined) {
    onProgress?.('pipeline');
    const pipeline = await checkPipeline(dryRunPort, signal);
    checks.push(pipeline.check);
    fusion = pipeline.fusion;
    signal?.throwIfAborted();
  }
  if (realPort !== undefined) {
    onProgress?.('real');
    checks.push(await checkReal(realPort, options));
    signal?.throwIfAborted();
  }
  const probed = probe === undefined ? null : await probeWith(probe, options);
  signal?.throwIfAborted();
  if (probed !== null) checks.push(...probed.checks);

  return {
    object: 'openfusion.doctor_report', schema: 'openfusion.doctor_report.v1', startedAt, status: overallOf(checks), checks, fusion,
    probe: probed === null ? null : { url: probed.url, model: probed.model, timeoutMs: probed.timeoutMs, formats: probed.formats },
  };
}

function probeWith(probe: Omit<ProbeOptions, 'signal'>, { onProgress, signal }: DoctorOptions) {
  onProgress?.('probe');
  return runProbe({ ...probe, signal });
}

/** A full run of the panel, as `openfusion/fusion` would do it. */
async function checkPipeline(port: ReceiptPort, signal: AbortSignal | undefined): Promise<{ check: Check; fusion: FusionSummary | null }> {
  const name = 'pipeline.dry-run';
  const prompt = BUILT_IN_CASES[0]?.prompt ?? 'Review this patch.';
  const { run } = await runFusion(port, prompt, { signal });
  const { latencyMs } = run;
  if (run.error !== null) return { check: check(name, 'fail', describeError(run.error), { latencyMs }), fusion: null };
  const failed = run.checks.filter(({ status }) => status === 'fail');
  const fusion = summarise(run);
  if (failed.length > 0) {
    return { check: check(name, 'fail', failed.map((item) => `${item.name}: ${item.detail}`).join('; '), { latencyMs, hint: 'See the trace for the phase that failed.' }), fusion };
  }
  const panel = fusion.panel.map(({ role }) => role).join(' + ');
  return { check: check(name, 'pass', `panel ${panel}, judge, synthesis: ${fusion.phaseCount} phases`, { latencyMs }), fusion };
}

const summarise = ({ panel, judge, synthesizer, trace, latencyMs }: FusionRun): FusionSummary => ({ panel, judge, synthesizer, traceId: trace.id, phaseCount: trace.phaseCount, latencyMs });

/** One short question to one role. */
async function checkReal(port: ReceiptPort, { realRole = 'fast', realTimeoutMs = REAL_TIMEOUT_MS, signal }: DoctorOptions): Promise<Check> {
  const name = 'real';
  const limit = withTimeout(realTimeoutMs, signal);
  const result = await port.complete({ model: roleModelId(realRole), messages: [{ role: 'user', content: 'Reply with the single word: ready' }] }, limit);
  if (!result.ok) {
    const timedOut = limit.aborted && signal?.aborted !== true;
    return check(name, 'fail', timedOut ? `no answer within ${realTimeoutMs} ms` : describeError(result.error), { hint: timedOut ? 'The upstream is slow or unreachable.' : realHint(result.error.status) });
  }
  const { text, latencyMs } = result.value;
  const { dryRun, phases } = viewAnswer(result.value);
  if (dryRun === true) return check(name, 'fail', 'the dry-run upstream answered: no model was called', { latencyMs, hint: 'Set the upstream’s key (environment variable or OpenFusion: Set Upstream Key) and leave --dry-run away.' });
  if (text.trim() === '') return check(name, 'fail', 'the answer is empty', { latencyMs, hint: 'Try another model for this role.' });
  return check(name, 'pass', `${realRole}:${phases.at(-1)?.model ?? 'unknown model'} answered`, { latencyMs });
}

function realHint(status: number): string {
  if (status === 0) return 'Check the network and the upstream’s baseURL.';
  if (status === 402) return 'Add credit at the upstream, or choose a cheaper model.';
  if (status === 404) return 'Check the role’s model id against the upstream’s list.';
  return status === 429 ? 'The upstream limits the rate: try again later.' : 'Check the upstream’s key and baseURL.';
}
