/** Small builders for requests, configurations and plans. */
import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/load.ts';
import type { Config, ConfigInput } from '../../../src/config/schema.ts';
import { chatRequestFrom } from '../../../src/protocol/chat/parse.ts';
import type { ApiError } from '../../../src/protocol/errors.ts';
import type { ChatMessage, ChatRequest, ContentPart, Role } from '../../../src/protocol/types.ts';
import { planRequest } from '../../../src/routing/plan.ts';
import type { Plan, PlanInput } from '../../../src/routing/types.ts';
import { withTestPool } from '../../support/test-pool.ts';

export const NOW_MS = 1_800_000_000_000;

export function configFrom(given: ConfigInput = {}): Config {
  const parsed = parseConfig(withTestPool(given), 'test.json');
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.config;
}

export const DEFAULTS = configFrom();

/** A chat-completions body as it comes over the wire. */
export function chat(body: Record<string, unknown>): ChatRequest {
  const parsed = chatRequestFrom(body, Buffer.from(JSON.stringify(body)));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

/** One ask of a user. */
export const ask = (content: string, body: Record<string, unknown> = {}): ChatRequest => chat({ messages: [{ role: 'user', content }], ...body });

export const TOOLS = ['read_file', 'edit_file', 'run'].map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }));

export const call = (name = 'read_file'): Record<string, unknown> => ({ role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: '{}' } }] });
export const result = (content: unknown = 'contents'): Record<string, unknown> => ({ role: 'tool', tool_call_id: 'call_1', content });

/** A message in the internal form, for wire formats other than chat. */
export const message = (role: Role, content: string | ContentPart[] | null): ChatMessage => ({ role, content });

export function planInput(request: ChatRequest, given: Partial<PlanInput> = {}): PlanInput {
  return { request, headers: {}, config: DEFAULTS, mode: { kind: 'auto' }, pinOf: () => undefined, coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs: NOW_MS, ...given };
}

export function planned(request: ChatRequest, given: Partial<PlanInput> = {}): Plan {
  const made = planRequest(planInput(request, given));
  assert.ok(made.ok, JSON.stringify(made));
  return made.plan;
}

export function refused(request: ChatRequest, given: Partial<PlanInput> = {}): ApiError {
  const made = planRequest(planInput(request, given));
  assert.ok(!made.ok, 'expected an error');
  return made.error;
}

/** A store that knows one pin for every session. */
export const pinnedTo = (candidateId: string, ageMs = 1_000): Partial<PlanInput> => ({ pinOf: () => ({ candidateId, roles: {}, updatedAtMs: NOW_MS - ageMs }) });
