/** `route --jsonl`: one line in, one line out, in order and flushed. */
import { createInterface } from 'node:readline';
import { readAnyRequest } from '../protocol/wires.ts';
import { isRecord, tryParseJson } from '../protocol/json.ts';
import type { Plan } from '../routing/types.ts';
import type { Engine } from '../strategy/engine.ts';
import { EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { write } from './output.ts';
import type { World } from './world.ts';

/** One answered line; part of the contract. */
export interface RouteLine {
  id: unknown;
  /** Predicted chance that the cheapest capable candidate gets it wrong, 0..1. */
  difficulty: number;
  domain: string;
  turn: string;
  strategy: string;
  model: string;
  /** Every candidate of the pool, best first; those that cannot take the request come last, without a score. */
  candidates: { id: string; model: string; score: number | null; quality: number | null; costUsd: number | null; rejected?: string }[];
  /** Time of planning in microseconds. */
  routeMicros: number;
}

/** A line that could not be planned. */
export interface RouteLineError {
  id: unknown;
  error: string;
}

/** Answers line by line as they come. A bad line is answered with its error, and the rest goes on; then the exit code is 1. */
export async function routeLines(engine: Engine, { world, model }: { world: World; model: string }): Promise<ExitCode> {
  let failed = false;
  for await (const line of createInterface({ input: world.stdin, crlfDelay: Infinity, terminal: false })) {
    if (line.trim() === '') continue;
    const answer = routeLine(engine, line, { model, nowMs: world.nowMs() });
    failed ||= 'error' in answer;
    await write(world.stdout, `${JSON.stringify(answer)}\n`);
  }
  return failed ? EXIT.unwell : EXIT.ok;
}

/** Plans one line. */
export function routeLine(engine: Engine, line: string, { model, nowMs }: { model: string; nowMs: number }): RouteLine | RouteLineError {
  const input = tryParseJson(line);
  if (!isRecord(input)) return { id: null, error: 'the line is not a JSON object' };
  const { id = null, prompt, request } = input;
  const body = typeof prompt === 'string' ? { model, messages: [{ role: 'user', content: prompt }] } : isRecord(request) ? { model, ...request } : null;
  if (body === null) return { id, error: 'the line has neither "prompt", a text, nor "request", a request body' };
  const parsed = readAnyRequest(Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) return { id, error: parsed.error.message };
  const begun = performance.now();
  const planned = engine.plan(parsed.value, { traceId: 'route', startedAtMs: nowMs, headers: {} });
  const routeMicros = Math.round((performance.now() - begun) * 1000);
  return planned.ok ? { id, ...lineOf(planned.plan), routeMicros } : { id, error: planned.error.message };
}

function lineOf({ task, strategy, primary, candidates, rejected }: Plan): Omit<RouteLine, 'id' | 'routeMicros'> {
  return {
    difficulty: task.difficulty, domain: task.domain, turn: task.turn, strategy, model: primary.model,
    candidates: [
      ...candidates.map(({ id, model, score, quality, costUsd }) => ({ id, model, score, quality, costUsd })),
      ...rejected.map(({ id, model, quality = null, costUsd = null, reason }) => ({ id, model, score: null, quality, costUsd, rejected: reason })),
    ],
  };
}
