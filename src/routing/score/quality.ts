import type { Candidate, Config } from '../../config/schema.ts';
import { learnedQuality } from '../learning/learned-quality.ts';
import { Newest } from '../newest.ts';
import { qualityModel } from '../quality/default-model.ts';
import type { PromptReading } from '../quality/model.ts';
import type { TaskProfile } from '../types.ts';
import { benchmarkFor, skillFit } from './metrics.ts';

/** Ability of a model of which nothing is known: the middle of today's. */
const UNKNOWN_ABILITY = 0.65;
/** How skill and benchmark share when neither has a weight: as by default. */
const USUAL_SHARES = { skill: 0.6, benchmark: 0.4 };

/** The chance that a candidate gets a request right, 0..1, and what it comes to by each source that knows something of the candidate. */
export interface Foresight {
  /** By both sources, in the ratio of their weights. */
  quality: number;
  bySkill: number;
  byBenchmark: number;
}

export interface Foreseeing {
  task: TaskProfile;
  /** What the words of the task say of its difficulty; null when there are none to read, as in a chore. */
  reading: PromptReading | null;
  config: Config;
}

/**
 * What the trained predictor makes of a candidate and a task: what its skills and benchmarks say is the prior, the prompt moves it
 * (docs/routing-quality.md), and what was seen of it here on such tasks moves it a bit more (docs/learning.md). A source that says
 * nothing takes over what the other says.
 */
export function foresee(candidate: Candidate, { task, reading, config }: Foreseeing): Foresight {
  const skill = skillFit(candidate, task), benchmark = benchmarkFor(candidate, task);
  const seen = candidate.learned?.[task.domain];
  const at = (prior: number): number => learnedQuality(predict(candidate, prior, reading), seen);
  const bySkill = skill === null ? null : at(skill), byBenchmark = benchmark === null ? null : at(benchmark / 100);
  const known = bySkill ?? byBenchmark ?? at(UNKNOWN_ABILITY);
  const own = { bySkill: bySkill ?? known, byBenchmark: byBenchmark ?? known };
  const { weights } = config.auto.scoring;
  const shares = weights.skill + weights.benchmark > 0 ? weights : USUAL_SHARES;
  return { ...own, quality: (shares.skill * own.bySkill + shares.benchmark * own.byBenchmark) / (shares.skill + shares.benchmark) };
}

/** Priors nearer to certainty than this say no more. */
const SUREST = 0.98;

function predict({ model: name }: Candidate, prior: number, reading: PromptReading | null): number {
  return reading === null ? Math.min(SUREST, Math.max(1 - SUREST, prior)) : qualityModel().predict(reading, { name, prior }).quality;
}

const readings = new Newest<PromptReading>();

/** Reads the words of a task; null when there are none. */
export const readTask = (text: string): PromptReading | null => (text.trim() === '' ? null : readings.get(text, (words) => qualityModel().read(words)));
