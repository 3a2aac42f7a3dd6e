import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatMessage, ChatRequest, ContentPart, ToolDefinition } from '../../../src/protocol/types.ts';
import { planRequest } from '../../../src/routing/plan.ts';
import type { Mode } from '../../../src/routing/types.ts';
import { ask, call, configFrom, DEFAULTS, NOW_MS, planInput } from './support.ts';

const words = fc.constantFrom('fix', 'the bug', 'security', '<system-reminder>', '</system-reminder>', '<task>', '</task>', '<environment_details>', '继续', '修复漏洞', 'Generate a title for this conversation:', '\n- ', '1. ', 'node.js', 'a/b.ts', '[x] Result:', '"', 'continue', '\ud800', '\u0000');
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')));
const part: fc.Arbitrary<ContentPart> = fc.oneof(
  text.map((value): ContentPart => ({ type: 'text', text: value })),
  fc.string().map((url): ContentPart => ({ type: 'image', url })),
  fc.oneof(fc.anything(), fc.constantFrom<unknown>({ type: 'tool_result', content: [{ type: 'image', source: { data: 'A' } }, null, 7] }, { type: 'image', source: null })).map((raw): ContentPart => ({ type: 'other', raw })),
);
const chatMessage: fc.Arbitrary<ChatMessage> = fc.record({
  role: fc.constantFrom('system' as const, 'developer' as const, 'user' as const, 'assistant' as const, 'tool' as const),
  content: fc.oneof(fc.constant(null), text, fc.array(part, { maxLength: 4 })),
  toolCalls: fc.constantFrom(undefined, [], [{ id: 'c', name: 'f', arguments: '{' }]),
});
const names = fc.constantFrom('', 'openfusion/auto', 'openfusion/fusion', 'openfusion/coder', 'openfusion/nobody', 'vendor/model');
const request: fc.Arbitrary<ChatRequest> = fc.record({
  model: fc.oneof(names, fc.string()), messages: fc.array(chatMessage, { maxLength: 8 }), tools: fc.constantFrom<ToolDefinition[]>([], [{ kind: 'function', name: 'f', raw: call() }]),
  responseFormat: fc.constantFrom('text' as const, 'json_object' as const, 'json_schema' as const), maxOutputTokens: fc.constantFrom(undefined, 1, 500),
  bytes: fc.uint8Array({ maxLength: 200 }), session: fc.record({ sessionId: fc.option(fc.string(), { nil: undefined }), metadataUserId: fc.option(fc.oneof(fc.string(), fc.json()), { nil: undefined }) }),
  openrouter: fc.record({ models: fc.option(fc.array(names), { nil: undefined }), provider: fc.anything(), plugins: fc.constantFrom<unknown[] | undefined>(undefined, [], [null, { id: 'web' }]) }),
}).map((given) => ({ ...ask('x'), ...given }));
const mode: fc.Arbitrary<Mode> = fc.constantFrom<Mode>({ kind: 'auto' }, { kind: 'fusion' }, { kind: 'role', role: 'coder' }, { kind: 'role', role: 'gone' });

const CONFIGS = [
  DEFAULTS,
  configFrom({ fallback: 'never', budget: { maxUsdPerRequest: 0.001, onExceeded: 'cheapest' }, auto: { tools: 'fixed', upstreamFallbacks: { enabled: true } } }),
  configFrom({ fallback: 'same-tier', fusion: { maxUpstreamCalls: 3, maxPanel: 2 }, auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a', upstream: { provider: { a: 1 }, plugins: [{ id: 'web' }] } }, { id: 'b', role: 'fast', model: 'v/b', contextTokens: 300, tools: false }] } }),
  configFrom({ routing: { rules: [{ role: 'verifier', keywords: ['bug', '漏洞'], patterns: ['s.*y'] }] }, auto: { scoring: { costQualityTradeoff: 10 }, thresholds: { smart: 0, verifyRisk: 0.1 } } }),
];
const inputs = fc.record({
  request, mode, config: fc.constantFrom(...CONFIGS), pin: fc.constantFrom(undefined, 'coder', 'a', 'nobody'), headers: fc.dictionary(fc.constantFrom('x-session-id', 'session-id', 'x-other'), fc.oneof(fc.string(), fc.array(fc.string()))),
  cooling: fc.constantFrom<string[]>([], ['coder'], ['a', 'b'], ['fast', 'coder', 'reasoner', 'verifier', 'writer']), keyless: fc.constantFrom<string[]>([], ['default']),
}).map(({ pin, cooling, keyless, ...rest }) => planInput(rest.request, {
  ...rest, pinOf: () => (pin === undefined ? undefined : { candidateId: pin, roles: {}, updatedAtMs: NOW_MS }),
  coolingUntilMs: new Map(cooling.map((id) => [id, NOW_MS + 1_000])), keylessUpstreams: new Set(keyless),
}));

describe('planning, whatever comes in', () => {
  it('never throws, and makes the same plan twice', () => {
    fc.assert(fc.property(inputs, (input) => { assert.deepEqual(planRequest(input), planRequest(input)); }), { numRuns: 500 });
  });

  it('makes plans that hold together, or errors that say something', () => {
    fc.assert(fc.property(inputs, (input) => {
      const made = planRequest(input);
      if (!made.ok) {
        assert.ok([400, 402, 404, 429, 503].includes(made.error.status) && made.error.message.length > 20);
        return;
      }
      const { plan } = made;
      for (const { score, quality, parts } of plan.candidates) for (const value of [score, quality, ...Object.values(parts)]) assert.ok(Number.isFinite(value));
      for (const value of [plan.task.complexity, plan.task.risk, plan.task.difficulty]) assert.ok(value >= 0 && value <= 1);
      assert.ok(plan.budget.plannedCalls <= plan.budget.maxCalls);
      assert.ok(plan.fallbacks.every(({ model, upstreamName }) => model !== plan.primary.model || upstreamName !== plan.primary.upstreamName));
      assert.equal(plan.strategy === 'fusion-panel', plan.panel.length > 0 && plan.judge !== null && plan.synthesizer !== null);
      assert.equal(plan.strategy === 'single-verify', plan.verifier !== null);
      if (plan.task.turn === 'chore') assert.equal(plan.pin, null);
      if (input.config.fallback === 'never') assert.deepEqual(plan.fallbacks, []);
    }), { numRuns: 500 });
  });
});
