/** What `serve` says of its port: that it listens, for whom it stands by, and what to do when a stranger has it. */
import type { App } from '../app.ts';
import { describeOwner } from '../ownership/owner-file.ts';
import type { OwnPortState } from '../ownership/own-port.ts';
import { authorityOf } from '../ownership/probe.ts';
import { CliFailure, EXIT } from './failure.ts';
import { tell, write } from './output.ts';
import type { World } from './world.ts';

export type FailedPort = Extract<OwnPortState, { status: 'failed' }>;

/** Says on stdout when it listens, and nothing there before; on stderr whom it stands by for, once for each owner. */
export function announcePort(world: World, app: App, onFailed: (state: FailedPort) => void): (state: OwnPortState) => void {
  let ownerPid = 0;
  return (state) => {
    if (state.status === 'failed') onFailed(state);
    if (state.status === 'owner') void write(world.stdout, `OpenFusion listening on http://${shownAuthority(app.settings.server.host, state.port)}\n`);
    if (state.status !== 'attached' || state.owner.pid === ownerPid) return;
    ownerPid = state.owner.pid;
    const { host, port, dryRun } = state.owner;
    tell(world, `openfusion: ${describeOwner(state.owner)} answers at http://${authorityOf(host, port)} already${dryRun ? ', on dry-run' : ''}; this one stands by and takes over when that one ends`);
  };
}

/** The address as it was asked for: `0.0.0.0` stays, so that nobody takes the server for a local one. */
const shownAuthority = (host: string, port: number): string => (host.includes(':') ? `[${host.replace(/^\[(.*)\]$/, '$1')}]:${String(port)}` : `${host}:${String(port)}`);

/** Why it does not listen, with the commands for another port; names the agents that reach somebody else there. */
export async function portFailure({ code, message, suggestedPort }: FailedPort, { host, port }: { host: string; port: number }, world: World): Promise<CliFailure> {
  if (code !== 'port_taken') return new CliFailure(message, EXIT.unwell);
  const agents = await agentsAt(`http://${authorityOf(host, port)}`, world);
  const reached = agents.length === 0 ? [] : [`connected to port ${String(port)} and so to that process now: ${agents.map(({ title }) => title).join(', ')}`];
  const commands = suggestedPort === null ? [] : [
    `\`openfusion serve --port ${String(suggestedPort)}\` takes the free one`,
    ...agents.map(({ id }) => `\`openfusion connect ${id} --url http://${authorityOf(host, suggestedPort)}\` lets the agent follow`),
  ];
  return new CliFailure([message, ...reached, ...commands].join('\n'), EXIT.unwell);
}

/** With the libraries that read agents' files: most runs never need them. */
async function agentsAt(origin: string, world: World): Promise<{ id: string; title: string }[]> {
  const [{ clientsAt }, { deskOf }] = await Promise.all([import('../clients/connect/move.ts'), import('./client-target.ts')]);
  return clientsAt(origin, deskOf(world)).catch(() => []);
}
