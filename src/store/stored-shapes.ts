/** Checks what comes back from a disk or a Redis: others may have written there. */
import * as z from 'zod';
import type { SessionPin } from '../routing/types.ts';
import type { TraceRecord, TraceSummary } from '../trace/types.ts';

const status = z.enum(['running', 'done', 'failed', 'aborted']);
const ms = z.number().nullable();
const text = z.string().nullable();
const usage = z.looseObject({ inputTokens: z.number(), outputTokens: z.number() }).nullable();
const toolCalls = z.array(z.looseObject({ name: z.string(), arguments: z.string() }));

const alternative = z.looseObject({ model: z.string(), costUsd: z.number() }).nullable();

const summarySchema: z.ZodType<TraceSummary> = z.looseObject({
  id: z.string(), startedAtMs: z.number(), durationMs: ms, status, httpStatus: ms, client: z.string(), requestedModel: z.string(), servedModel: text,
  strategy: text, turn: text, domain: text, fallback: text, excerpt: z.string(), costUsd: ms, dryRun: z.boolean(),
});

/** What the viewer and the command line reach into without asking. The rest is shown as data. */
const recordOutline = z.looseObject({
  id: z.string(), startedAtMs: z.number(), durationMs: ms, firstContentMs: ms, status, httpStatus: ms, client: z.string(), requestedModel: z.string(), usage, costUsd: ms,
  answer: z.string(), toolCalls,
  plan: z.looseObject({
    strategy: z.string(), reason: z.string(), task: z.looseObject({ excerpt: z.string(), signals: z.array(z.looseObject({})) }), candidates: z.array(z.looseObject({ id: z.string() })),
    rejected: z.array(z.looseObject({ id: z.string() })), explanation: z.array(z.string()), route: z.looseObject({ rationale: z.string() }),
  }).nullable(),
  phases: z.array(z.looseObject({
    id: z.string(), phase: z.string(), role: z.string(), model: z.string(), status, startedMs: z.number(), endedMs: ms, usage, text: z.string(), toolCalls,
    attempts: z.array(z.looseObject({ model: z.string(), status: z.string() })),
  })),
  served: z.looseObject({ model: z.string(), strategy: z.string(), fallback: text }).nullable(),
  error: z.looseObject({ status: z.number(), message: z.string() }).nullable(),
  savings: z.looseObject({ tokens: z.looseObject({ input: z.number(), cached: z.number(), output: z.number() }), strongest: alternative, cheapest: alternative, unpriced: z.number() }).nullish(),
});

const escalationReason = z.enum(['same_error_again', 'tests_fail_after_edit', 'repeated_edits', 'no_diff', 'user_says_broken', 'past_p90_steps']);
const pinnedEscalation = z.object({
  fromId: z.string(), toId: z.string(), effort: z.string().nullable(), atMessages: z.number(), reasons: z.array(escalationReason), state: z.enum(['open', 'failing', 'succeeded']),
});
// An escalation of another version is forgotten, the pin is not.
const pinSchema: z.ZodType<SessionPin> = z.object({ candidateId: z.string(), roles: z.record(z.string(), z.string()), updatedAtMs: z.number(), effort: z.string().optional().catch(undefined), escalation: pinnedEscalation.optional().catch(undefined) });

/** Undefined for what makes no sense. */
export const parseRecord = (json: string): TraceRecord | undefined => parsed(json, z.custom<TraceRecord>((value) => recordOutline.safeParse(value).success));
export const parseSummary = (json: string): TraceSummary | undefined => parsed(json, summarySchema);
export const parsePin = (json: string): SessionPin | undefined => parsed(json, pinSchema);
/** Whoever asked for it to be kept checks its shape. */
export const parseFact = (json: string): unknown => parsed(json, z.unknown());

function parsed<T>(json: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
