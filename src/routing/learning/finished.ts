import type { FreshPlan, Plan } from '../types.ts';
import type { Outcome } from './outcome.ts';

/** A request that is over, as far as something can be learned from it: a trace is one. */
export interface Finished {
  id: string;
  /** Epoch ms. */
  startedAtMs: number;
  durationMs: number | null;
  status: string;
  dryRun: boolean;
  client: string;
  toolCount: number;
  plan: FreshPlan | null;
  served: { model: string; upstreamName: string } | null;
  phases: readonly { phase: string; status: string; model: string; upstreamName: string; verdict?: string | undefined }[];
}

/** What an outcome is about: one kind of task, one model, what was predicted of it for this request. */
export type Subject = Pick<Outcome, 'kind' | 'model' | 'predicted' | 'traceId'>;

/** For a model that was asked for by name and is in no pool. */
const UNKNOWN = 0.5;

/** Whose answer the client got; null where that says nothing of one model: a chore, a dry run, a synthesis of several answers, no answer. */
export function subjectOf(request: Finished): Subject | null {
  const { plan, served, toolCount } = request;
  // With tools one of the panel's answers goes out as it is.
  if (served === null || (plan?.strategy === 'fusion-panel' && toolCount === 0)) return null;
  return subjectFor(request, served);
}

export function subjectFor({ id, dryRun, plan }: Finished, { upstreamName, model }: { upstreamName: string; model: string }): Subject | null {
  if (dryRun || plan === null || plan.task.turn === 'chore') return null;
  const predicted = plan.predictedOf === undefined ? predictedIn(plan, { upstreamName, model }) : plan.predictedOf({ upstreamName, model });
  return { kind: plan.task.domain, model: `${upstreamName}/${model}`, predicted: predicted ?? UNKNOWN, traceId: id };
}

function predictedIn({ candidates }: Plan, { upstreamName, model }: { upstreamName: string; model: string }): number | undefined {
  const candidate = candidates.find((one) => one.model === model && one.upstreamName === upstreamName);
  return candidate?.predicted ?? candidate?.quality;
}

/** Epoch ms. */
export const endedAtMs = ({ startedAtMs, durationMs }: Finished): number => startedAtMs + (durationMs ?? 0);

/** What a verifier said of the draft that it was shown; null where none spoke. */
export function verifierOutcome(request: Finished): Outcome | null {
  const { plan, phases } = request;
  if (plan?.strategy !== 'single-verify') return null;
  const at = phases.findIndex(({ phase, status, verdict }) => phase === 'verify' && status === 'done' && verdict !== undefined);
  const draft = phases.slice(0, Math.max(0, at)).findLast(({ phase, status }) => phase === 'primary' && status === 'done');
  const subject = draft === undefined ? null : subjectFor(request, draft);
  return subject === null ? null : { ...subject, from: 'verifier', right: phases[at]?.verdict === 'no change', atMs: endedAtMs(request) };
}

/** A session that left a model because of what its transcript showed: wrong for that one. A flag without a move, and a move that holds, are no news. */
export function escalationOutcome(request: Finished): Outcome | null {
  const { plan } = request;
  const left = plan?.escalation?.level === 'raised' ? plan.candidates.find(({ id }) => id === plan.escalation?.from) : undefined;
  const subject = left === undefined ? null : subjectFor(request, left);
  return subject === null ? null : { ...subject, from: 'escalation', right: false, atMs: request.startedAtMs };
}
