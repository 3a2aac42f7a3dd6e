import { InvalidArgumentError } from 'commander';
import { isLoopback } from '../config/loopback.ts';
import { PROBE_FORMAT_IDS } from '../receipts/probe/format.ts';
import type { ProbeFormatId } from '../receipts/probe/format.ts';
import { CliFailure } from './failure.ts';
import type { World } from './world.ts';

/** The URL of an endpoint that may be probed. `option` is named in the message. */
export function probeUrl(text: string, option: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new CliFailure(`${option}: wrong value (expected an http:// or https:// URL up to and including /v1)`);
  return url;
}

/** The key in the named environment variable. It is sent to no other machine in the clear. */
export function probeKey(world: World, name: string | undefined, url: URL, options: { key: string; url: string }): string | undefined {
  if (name === undefined) return undefined;
  const key = world.env[name];
  if (key === undefined || key === '') throw new CliFailure(`${options.key}: ${name} is not set (expected the name of an environment variable that holds the key)`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw new CliFailure(`${options.url}: http:// would send the key in the clear (expected https://, or an address on loopback)`);
  world.keepSecret([key]);
  return key;
}

/** `chat,responses,messages`, or some of them. */
export function parseFormats(text: string): ProbeFormatId[] {
  const given = text.split(',').map((part) => part.trim());
  const known = PROBE_FORMAT_IDS.filter((id) => given.includes(id));
  if (known.length === 0 || given.some((one) => !(PROBE_FORMAT_IDS as readonly string[]).includes(one))) throw new InvalidArgumentError(`Expected some of ${PROBE_FORMAT_IDS.join(',')}.`);
  return known;
}
