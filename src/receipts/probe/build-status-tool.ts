/** The tool that the probes offer, and what it says. */
import { isObject, parseJson } from '../guards.ts';
import type { ProbeCall, ProbeTool } from './format.ts';

export const BUILD_STATUS: ProbeTool = {
  name: 'read_build_status',
  description: 'Reads whether the latest build of a branch passed.',
  parameters: { type: 'object', properties: { branch: { type: 'string', description: 'Name of the branch' } }, required: ['branch'], additionalProperties: false },
};

export const resultsFor = (calls: readonly ProbeCall[]): { id: string; text: string }[] =>
  calls.map(({ id, arguments: args }, at) => ({ id, text: JSON.stringify({ ...(parseJson(args) as object), build: 1204 + at, passed: true }) }));

/** Why an agent could not run this call; null when it could. */
export function callProblem(call: ProbeCall | undefined): string | null {
  if (call === undefined) return 'no tool was called';
  if (call.name !== BUILD_STATUS.name) return 'a tool was called that was not offered';
  if (call.id === '') return 'the tool call has no id';
  return isObject(parseJson(call.arguments)) ? null : 'the arguments of the tool call are not a JSON object';
}

/** A refused `tool_choice`: worth a second try without it. */
export const isRefusedChoice = (status: number): boolean => status === 400 || status === 422;
