/** One attempt at the port: listen, and where that fails find out why. */
import { newOwnerSecrets, type OwnerSecrets } from './challenge.ts';
import type { ListenResult, OwnPortOptions, World } from './own-port-types.ts';
import type { OwnerInfo } from './owner-file.ts';

export type Claim =
  /** We listen. */
  | { kind: 'owned'; server: Extract<ListenResult, { ok: true }>; secrets: OwnerSecrets }
  /** One of ours has it. */
  | { kind: 'ours'; owner: OwnerInfo }
  | { kind: 'foreign'; what: string }
  /** Taken, and yet nobody is there: it is just being let go, or held by a process that does not listen. */
  | { kind: 'vanished' }
  /** The system refused for another reason than that the port is taken. */
  | { kind: 'refused'; message: string };

/** Never throws but when aborted while it asks. */
export async function claimPort({ host, port, stateDir, listen }: OwnPortOptions, { probe }: Pick<World, 'probe'>, signal: AbortSignal): Promise<Claim> {
  const secrets = newOwnerSecrets();
  const server = await listen(secrets).catch((error: unknown): ListenResult => ({ ok: false, code: 'unknown', message: error instanceof Error ? error.message : String(error) }));
  if (server.ok) return { kind: 'owned', server, secrets };
  if (server.code !== 'EADDRINUSE') return { kind: 'refused', message: `cannot listen on ${host}:${port}: ${server.message}` };
  const found = await probe({ host, port, stateDir, signal });
  return found.kind === 'none' ? { kind: 'vanished' } : found;
}
