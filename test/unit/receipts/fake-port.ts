/** A double of a running OpenFusion: answers as told, remembers what it was asked. */
import type { ChatBody, PlanView, PortAnswer, PortResult, ReceiptPort, RoleModel } from '../../../src/receipts/port.ts';

const MODELS: Record<string, string> = {
  fast: 'vendor/fast', coder: 'vendor/coder', reasoner: 'vendor/reasoner', verifier: 'vendor/verifier', writer: 'vendor/writer',
};
export const as = (role: string): RoleModel => ({ role, model: MODELS[role] ?? `vendor/${role}` });

export interface FakePort extends ReceiptPort {
  readonly asked: { model: string; prompt: string }[];
}

export type Answering = (asked: { model: string; prompt: string; messages: { role: string; content: string }[] }) => PortResult<PortAnswer>;

export function fakePort(answering: Answering, { dryRun = true, roles = Object.keys(MODELS) }: { dryRun?: boolean | null; roles?: string[] } = {}): FakePort {
  const asked: FakePort['asked'] = [];
  return {
    dryRun,
    asked,
    plan(body) {
      const role = modelOf(body).replace('openfusion/', '');
      if (!roles.includes(role)) return Promise.resolve({ ok: false, error: { status: 404, code: 'model_not_found', message: `there is no model ${modelOf(body)}` } });
      const plan: PlanView = { strategy: 'direct', selectedRoles: [role], rationale: '', primary: as(role), plannedCalls: 1, maxCalls: 6, estimatedUsd: 0 };
      return Promise.resolve({ ok: true, value: plan });
    },
    complete(body, signal) {
      if (signal?.aborted === true) return Promise.resolve({ ok: false, error: { status: 0, code: 'aborted', message: 'the request was aborted' } });
      const messages = body.messages as { role: string; content: string }[];
      const question = { model: modelOf(body), prompt: messages.at(-1)?.content ?? '', messages };
      asked.push({ model: question.model, prompt: question.prompt });
      return Promise.resolve(answering(question));
    },
  };
}

const modelOf = (body: ChatBody): string => String(body.model);

export interface FusionAnswer {
  text?: string;
  panel?: string[];
  dryRun?: boolean;
  without?: 'judge' | 'synthesizer' | 'trace' | 'panel-phases';
}

/** What a working panel answers. */
export function fusionAnswer({ text = 'The fused answer.', panel = ['verifier', 'coder', 'fast'], dryRun = true, without }: FusionAnswer = {}): PortResult<PortAnswer> {
  const phase = (name: string, role: string, said: string) => ({ phase: name, ...as(role), status: 'done', text: said, attempts: [{ model: as(role).model, status: 'success' }] });
  const phases = [
    ...(without === 'panel-phases' ? [] : panel.map((role) => phase('panel', role, `${role} says`))),
    ...(without === 'judge' ? [] : [phase('judge', 'verifier', 'notes')]),
    ...(without === 'synthesizer' ? [] : [phase('synthesis', 'writer', text)]),
  ];
  return answer(text, {
    mode: 'fusion', dry_run: dryRun, route: { selectedRoles: panel, rationale: 'because' }, panel: panel.map(as),
    judge: without === 'judge' ? null : as('verifier'), synthesizer: without === 'synthesizer' ? null : as('writer'),
    usage: { input_tokens: 100, output_tokens: 20 }, cost_usd: 0.002,
    ...(without === 'trace' ? {} : { trace: { id: 'trace-1', phase_count: phases.length, phases } }),
  });
}

/** What one role answers. */
export function roleAnswer(role: string, text: string, { dryRun = true, model = as(role).model }: { dryRun?: boolean; model?: string } = {}): PortResult<PortAnswer> {
  const phases = [{ phase: 'primary', role, model, status: 'done', attempts: [{ model, status: 'success' }] }];
  return answer(text, { mode: 'role', dry_run: dryRun, panel: [{ role, model }], trace: { id: 'trace-0', phase_count: 1, phases }, cost_usd: 0.0001, usage: { input_tokens: 10, output_tokens: 5 } });
}

export const answer = (text: string, openfusion: Record<string, unknown>): PortResult<PortAnswer> =>
  ({ ok: true, value: { text, toolCalls: [], finishReason: 'stop', usage: null, openfusion, trace: null, latencyMs: 12 } });

export const failure = (status: number, message: string): PortResult<PortAnswer> => ({ ok: false, error: { status, code: null, message } });

/** The panels that the seed shows for the built-in prompts. */
export function panelFor(prompt: string): string[] {
  if (/architecture/i.test(prompt)) return ['coder', 'reasoner', 'fast', 'verifier'];
  return /readme/i.test(prompt) ? ['writer', 'fast', 'verifier'] : ['verifier', 'coder', 'fast'];
}

/** Answers like a whole OpenFusion on dry-run. */
export const everything: Answering = ({ model, prompt }) =>
  model === 'openfusion/fusion' ? fusionAnswer({ panel: panelFor(prompt) }) : roleAnswer(model.replace('openfusion/', ''), 'The answer of one.');
