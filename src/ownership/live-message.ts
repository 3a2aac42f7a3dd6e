/** Checks what comes over the live feed of another process before anything of ours looks at it. */
import * as z from 'zod';
import type { Mode } from '../routing/types.ts';
import type { LiveMessage, OwnerState, TraceRecord, TraceSummary } from '../trace/types.ts';

const modeSchema: z.ZodType<Mode> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auto') }),
  z.object({ kind: z.literal('fusion') }),
  z.object({ kind: z.literal('role'), role: z.string() }),
]);

const stateSchema: z.ZodType<OwnerState> = z.looseObject({
  version: z.string(), pid: z.number(), host: z.string(), port: z.number(), mode: modeSchema, dryRun: z.boolean(), dryRunReason: z.string(),
  roles: z.array(z.string()), kind: z.enum(['window', 'serve']),
});

const status = z.enum(['running', 'done', 'failed', 'aborted']);
const ms = z.number().nullable();
const text = z.string().nullable();

const summarySchema: z.ZodType<TraceSummary> = z.looseObject({
  id: z.string(), startedAtMs: z.number(), durationMs: ms, status, httpStatus: ms, client: z.string(), requestedModel: z.string(), servedModel: text,
  strategy: text, turn: text, domain: text, fallback: text, excerpt: z.string(), costUsd: ms, dryRun: z.boolean(),
});

/** The outline of a record; its plan is shown as data and not acted upon. */
const recordOutline = z.looseObject({
  id: z.string(), startedAtMs: z.number(), durationMs: ms, status, client: z.string(), requestedModel: z.string(), answer: z.string(),
  plan: z.looseObject({ strategy: z.string(), task: z.looseObject({ excerpt: z.string() }), candidates: z.array(z.looseObject({ id: z.string() })) }).nullable(),
  phases: z.array(z.looseObject({ id: z.string(), phase: z.string(), model: z.string(), status, startedMs: z.number(), text: z.string(), attempts: z.array(z.looseObject({ model: z.string() })) })),
  served: z.looseObject({ model: z.string() }).nullable(),
  error: z.looseObject({ message: z.string() }).nullable(),
});
const recordSchema = z.custom<TraceRecord>((value) => recordOutline.safeParse(value).success);

const liveMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), state: stateSchema, traces: z.array(summarySchema) }),
  z.object({ type: z.literal('state'), state: stateSchema }),
  z.object({ type: z.literal('trace'), trace: recordSchema }),
  z.object({ type: z.literal('deleted'), id: z.string() }),
]);

/** A frame of the feed as a message; null for what we do not know or understand: a newer owner may say more. */
export function parseLiveMessage(frame: string): LiveMessage | null {
  try {
    return liveMessageSchema.safeParse(JSON.parse(frame)).data ?? null;
  } catch {
    return null;
  }
}
