import { DEFAULT_UPSTREAM } from './defaults.ts';
import type { Report } from './issue.ts';
import { isLoopback } from './loopback.ts';
import { byName } from './named.ts';
import { upstreamSchema } from './schema.ts';
import type { ParsedConfig, UpstreamConfig, UpstreamInput } from './schema.ts';

/** Name of the upstream that takes everything which names no other. */
export const DEFAULT_UPSTREAM_NAME = 'default';

/** The upstreams by name. The one called `default` is `upstream`, else `upstreams.default`, else OpenRouter. */
export function resolveUpstreams({ upstream, upstreams }: ParsedConfig, report: Report): Record<string, UpstreamConfig> {
  const named: Record<string, UpstreamInput> = { ...upstreams };
  if (upstream !== undefined && named[DEFAULT_UPSTREAM_NAME] !== undefined) {
    report(['upstreams', DEFAULT_UPSTREAM_NAME], 'there is already an `upstream`, which is the one called `default`', 'only one of the two');
  }
  if (upstream !== undefined) named[DEFAULT_UPSTREAM_NAME] = completed(upstream);
  named[DEFAULT_UPSTREAM_NAME] ??= upstreamSchema.parse(DEFAULT_UPSTREAM);
  for (const [name, one] of Object.entries(named)) {
    checkAddress(one, name === DEFAULT_UPSTREAM_NAME && upstream !== undefined ? ['upstream'] : ['upstreams', name], report);
  }
  return byName(Object.fromEntries(Object.entries(named).map(([name, one]) => [name, withProtocols(one)])));
}

/** A kind speaks its own format unless the file says more. */
const withProtocols = (upstream: UpstreamInput): UpstreamConfig => ({ ...upstream, protocols: upstream.protocols ?? (upstream.kind === 'anthropic' ? ['messages'] : ['chat']) });

/** An address of the user's own never inherits the default's key: it would be sent to another host. */
function completed(upstream: NonNullable<ParsedConfig['upstream']>): UpstreamInput {
  const { baseURL, ...rest } = upstream;
  if (baseURL !== undefined) return { ...rest, baseURL };
  return { ...rest, baseURL: DEFAULT_UPSTREAM.baseURL, apiKeyEnv: rest.apiKeyEnv ?? DEFAULT_UPSTREAM.apiKeyEnv };
}

function checkAddress({ baseURL, allowInsecureHttp }: UpstreamInput, path: readonly string[], report: Report): void {
  const url = new URL(baseURL);
  if (url.username !== '' || url.password !== '') {
    report([...path, 'baseURL'], 'holds a user name or password', 'an address without credentials; name the key with apiKeyEnv');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecureHttp) {
    report([...path, 'baseURL'], 'http:// sends keys and prompts in the clear', 'https://, or "allowInsecureHttp": true beside it');
  }
}
