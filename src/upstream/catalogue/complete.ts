/** Lays what a catalogue knows over a configuration. Pure: the same input gives the same configuration. */
import type { FactName, FactOrigin, Known } from '../../config/known-facts.ts';
import type { Config, Pricing } from '../../config/schema.ts';
import type { Catalogue } from './catalogue.ts';
import type { Entry, Fact, Source } from './facts.ts';

interface Facts extends Known {
  pricing?: Pricing | undefined;
  contextTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  tools?: boolean | undefined;
  images?: boolean | undefined;
  jsonSchema?: boolean | undefined;
}

/**
 * Gives roles and candidates what their configuration does not say: price, window, longest answer, abilities. What the user says
 * stays as it is; what is built in or assumed makes place. Each fact is told with where it is from (`origins`).
 */
export function completeConfig(config: Config, catalogue: Catalogue): Config {
  const known = (model: string, upstreamName: string): Entry | null => {
    const upstream = config.upstreams[upstreamName];
    return upstream === undefined ? null : catalogue.lookUp(upstream.baseURL, model);
  };
  const roles = Object.fromEntries(Object.entries(config.roles).map(([name, role]) => {
    const { maxOutputTokens: _, ...completed } = complete<typeof role & Facts>(role, known(role.model, role.upstreamName));
    return [name, completed as typeof role];
  }));
  const candidates = config.auto.candidates.map((candidate) => complete(candidate, known(candidate.model, candidate.upstreamName)));
  return { ...config, roles: Object.assign(Object.create(Object.getPrototypeOf(config.roles) as object | null) as Config['roles'], roles), auto: { ...config.auto, candidates } };
}

function complete<T extends Facts>(said: T, entry: Entry | null): T {
  if (entry === null) return said;
  const completed: T = { ...said }, origins: Partial<Record<FactName, FactOrigin>> = { ...said.origins };
  const open = (name: FactName): boolean => said.origins?.[name]?.from !== 'config' && !(said.origins?.[name] === undefined && said[name] !== undefined);
  const take = <K extends FactName>(name: K, value: T[K], { origin, date }: Source): void => {
    completed[name] = value;
    origins[name] = { from: 'catalogue', origin, date };
  };
  const pricing = pricingOf(entry);
  if (pricing !== null && open('pricing')) take('pricing', pricing.value as T['pricing'], pricing.source);
  for (const name of ['contextTokens', 'maxOutputTokens', 'tools', 'images', 'jsonSchema'] as const) {
    const fact = entry[name];
    if (fact !== undefined && open(name)) take(name, fact.value as T[typeof name], fact.source);
  }
  return { ...completed, origins };
}

/** A price is one only with both of its sides. */
function pricingOf({ inputUsdPer1M, outputUsdPer1M, cachedInputUsdPer1M, cacheWriteUsdPer1M }: Entry): Fact<Pricing> | null {
  if (inputUsdPer1M === undefined || outputUsdPer1M === undefined) return null;
  return {
    source: inputUsdPer1M.source,
    value: {
      inputUsdPer1M: inputUsdPer1M.value, outputUsdPer1M: outputUsdPer1M.value,
      ...(cachedInputUsdPer1M === undefined ? {} : { cachedInputUsdPer1M: cachedInputUsdPer1M.value }),
      ...(cacheWriteUsdPer1M === undefined ? {} : { cacheWriteUsdPer1M: cacheWriteUsdPer1M.value }),
    },
  };
}
