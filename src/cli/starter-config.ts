import { DEFAULT_CANDIDATES, DEFAULT_ROLES, DEFAULT_UPSTREAM } from '../config/defaults.ts';
import { configSchema } from '../config/schema.ts';

/**
 * What `init` writes: the defaults, to be edited. Candidates name no model, so that changing a role's model changes what
 * Auto calls; roles name no price, so that it stays the one that is known.
 */
export function starterConfig(): string {
  const { auto, fusion } = configSchema.parse({});
  const roles = Object.fromEntries(Object.entries(DEFAULT_ROLES).map(([name, { model, description }]) => [name, { model, description }]));
  const candidates = DEFAULT_CANDIDATES.map(({ upstream: _, ...candidate }) => candidate);
  const { minPanel: _min, maxPanel: _max, ...panel } = fusion;
  const config = {
    upstream: DEFAULT_UPSTREAM,
    roles,
    routing: { rules: [] },
    auto: {
      scoring: { costQualityTradeoff: auto.scoring.costQualityTradeoff },
      stickiness: auto.stickiness,
      upstreamFallbacks: auto.upstreamFallbacks,
      fallbackRoles: auto.fallbackRoles,
      candidates,
    },
    fusion: panel,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
