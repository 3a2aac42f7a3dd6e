import type { Config } from '../config/schema.ts';
import { createDryRunUpstream } from './dry-run.ts';
import { createHttpUpstream } from './http.ts';
import type { Network } from './network.ts';
import type { Upstream } from './types.ts';

export interface RegistryOptions {
  dryRun: boolean;
  /** The key of an upstream, by its name; undefined when it is missing or not needed. */
  keyFor(upstreamName: string): string | undefined;
  /** An upstream's extra headers, their references resolved. */
  headersFor(upstreamName: string): Readonly<Record<string, string>>;
  network: Network;
  nowMs(): number;
}

/** Every configured upstream by its name. In dry-run all of them are played locally. */
export function createUpstreams(config: Config, { dryRun, keyFor, headersFor, network, nowMs }: RegistryOptions): Map<string, Upstream> {
  return new Map(Object.entries(config.upstreams).map(([name, upstream]): [string, Upstream] => [
    name,
    dryRun ? createDryRunUpstream(name) : createHttpUpstream({ name, config: upstream, apiKey: keyFor(name), headers: headersFor(name), network, nowMs }),
  ]));
}
