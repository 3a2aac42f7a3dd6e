import type { Candidate } from '../../../../src/config/schema.ts';
import { profileTask } from '../../../../src/routing/profile/profile.ts';
import type { TaskProfile } from '../../../../src/routing/types.ts';
import { ask } from '../support.ts';

/** A candidate of which little is known. */
export const candidate = (given: Partial<Candidate> = {}): Candidate => ({
  id: 'a', role: 'coder', model: 'vendor/a', upstreamName: 'default', skills: {}, benchmarks: {}, performance: {}, tools: true, images: false, jsonSchema: true, upstream: {}, ...given,
});

export const price = (inputUsdPer1M: number, outputUsdPer1M = inputUsdPer1M * 4): NonNullable<Candidate['pricing']> => ({ inputUsdPer1M, outputUsdPer1M });

export const taskFor = (text: string): TaskProfile => profileTask(ask(text), []).task;
