import type { Wire } from '../support/scripted-upstream.ts';
import { AGENTS, type AgentName } from './run-agent.ts';

export const UPSTREAMS: readonly Wire[] = ['chat', 'responses', 'messages'];
export const MODELS = ['openfusion/auto', 'openfusion/fusion', 'openfusion/coder'] as const;
/** What goes wrong once in the midst of the work. */
export const FAULTS = ['cut', 'no-finish', 'rate-limit', 'server-error', 'slow'] as const;

export type Fault = (typeof FAULTS)[number];

/** One run: which agent, which format the upstream speaks, which model the agent asks for, and what goes wrong. */
export interface Cell {
  readonly agent: AgentName;
  readonly upstream: Wire;
  readonly model: (typeof MODELS)[number];
  readonly fault: Fault | null;
}

/** Every agent on every upstream format for every model; and every fault for every agent on its own format. */
export function allCells(): Cell[] {
  const names = Object.keys(AGENTS) as AgentName[];
  return names.flatMap((agent) => [
    ...UPSTREAMS.flatMap((upstream) => MODELS.map((model): Cell => ({ agent, upstream, model, fault: null }))),
    ...FAULTS.map((fault): Cell => ({ agent, upstream: AGENTS[agent].wire, model: 'openfusion/auto', fault })),
  ]);
}

export function nameOf({ agent, upstream, model, fault }: Omit<Cell, 'agent'> & { agent: string }): string {
  return `${agent} on ${upstream}, ${model}${fault === null ? '' : `, ${fault}`}`;
}
