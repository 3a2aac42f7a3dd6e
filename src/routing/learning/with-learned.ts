/** Lays what was learned over the candidates of a configuration. Pure, and done once for each new picture. */
import type { LearnedCounts } from '../../config/known-facts.ts';
import type { Config } from '../../config/schema.ts';
import type { Domain } from '../types.ts';

/** `upstream/model` → kind of task → how it did. */
export type LearnedPicture = ReadonlyMap<string, Readonly<Partial<Record<Domain, LearnedCounts>>>>;

/** The configuration with what was learned of its candidates; the same object when nothing was. */
export function withLearned(config: Config, picture: LearnedPicture): Config {
  if (!config.auto.candidates.some(({ upstreamName, model }) => picture.has(`${upstreamName}/${model}`))) return config;
  const candidates = config.auto.candidates.map((candidate) => {
    const learned = picture.get(`${candidate.upstreamName}/${candidate.model}`);
    return learned === undefined ? candidate : { ...candidate, learned };
  });
  return { ...config, auto: { ...config.auto, candidates } };
}
