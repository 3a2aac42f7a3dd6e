import { CLIENTS } from '../clients/list.ts';
import type { Change } from '../clients/connect/connection.ts';
import { apply, inspect, planToConnect, planToDisconnect } from '../clients/connect/connection.ts';
import { diffOf } from '../clients/connect/diff.ts';
import { maskKeys } from '../clients/connect/mask.ts';
import { baseUrlOf } from '../clients/endpoint.ts';
import { neutralEndpoint } from '../clients/models.ts';
import type { Client } from '../clients/types.ts';
import { createRedactor } from '../trace/redact.ts';
import type { Call } from './command.ts';
import type { ConnectOptions } from './connect.ts';
import type { Target } from './client-target.ts';
import { deskOf, targetOf } from './client-target.ts';
import { CliFailure, EXIT } from './failure.ts';
import { columns, forTerminal, oneLine, write, writeJson } from './output.ts';
import { stepLines } from './steps.ts';

type ConnectCall = Pick<Call<ConnectOptions>, 'world' | 'options'>;

/** Connects an agent and tells what was written, what is left to do and how to take it back. */
export async function connectOne({ world, options }: ConnectCall, client: Client): Promise<undefined> {
  const target = await targetOf(world, options);
  const { endpoint, desk } = target;
  const changes = await planned(() => planToConnect(client, endpoint, desk));
  const { notes } = options.print === true ? { notes: [] } : await done(changes, client, target);
  const steps = client.start(endpoint, desk.place);
  const facts = { client: client.id, base_url: baseUrlOf(endpoint), model: endpoint.model.id, written: options.print !== true, gateway_running: target.running, changes: changes.filter(isChange).map((change) => changeFacts(change, target)) };
  if (options.json === true) return writeJson(world, { ...facts, notes, next: steps, undo: `openfusion disconnect ${client.id}` }) as Promise<undefined>;
  await write(world.stdout, diffs(changes, target));
  if (options.print === true) return undefined;
  const lines = changes.length === 0 ? [] : [
    ...changes.filter(isChange).flatMap(wroteLines),
    `${client.title} ${changes.some(isChange) ? 'now asks' : 'asks'} OpenFusion at ${baseUrlOf(endpoint)} for ${endpoint.model.id}.`,
    ...notes.map((note) => `But: ${oneLine(note)}`),
    ...(target.running === false ? ['No gateway of yours runs yet: `openfusion serve` starts one, and so does VS Code with the extension.'] : []),
  ];
  await write(world.stdout, [...lines, ...stepLines(steps), ...(changes.some(isChange) ? [`Undo: openfusion disconnect ${client.id}`] : []), ''].join('\n'));
  return undefined;
}

/** Takes an agent's connection back and tells what was written. */
export async function disconnectOne({ world, options }: ConnectCall, client: Client): Promise<undefined> {
  // Also while the configuration of the gateway is broken.
  const target: Target = { endpoint: neutralEndpoint(), desk: deskOf(world, options.file), secrets: [], running: null };
  const changes = await planned(() => planToDisconnect(client, target.endpoint, target.desk, { undo: options.undo === true }));
  if (options.print !== true) await done(changes, client, target);
  const facts = { client: client.id, written: options.print !== true, changes: changes.filter(isChange).map((change) => changeFacts(change, target)) };
  if (options.json === true) return writeJson(world, facts) as Promise<undefined>;
  await write(world.stdout, diffs(changes, target));
  if (options.print === true) return undefined;
  if (client.stop !== undefined) {
    await write(world.stdout, `${stepLines(client.stop(target.desk.place)).join('\n')}\n`);
    return undefined;
  }
  const changed = changes.filter(isChange);
  const lines = changed.length === 0 ? [`Nothing of OpenFusion is in the configuration of ${client.title}.`] : [...changed.flatMap(wroteLines), `${client.title} no longer asks OpenFusion.`];
  await write(world.stdout, `${lines.join('\n')}\n`);
  return undefined;
}

/** Shows where each agent points. */
export async function listAll({ world, options }: ConnectCall): Promise<undefined> {
  const { endpoint, desk } = await targetOf(world, options);
  const found = await Promise.all(CLIENTS.map(async (client) => ({ client, status: await inspect(client, endpoint, desk) })));
  if (options.json === true) {
    const clients = found.map(({ client: { id, title, protocol }, status: { state, path, baseUrl, model, notes } }) => ({ id, title, protocol, state, config: path, base_url: baseUrl, model, notes }));
    await writeJson(world, { base_url: baseUrlOf(endpoint), clients });
    return undefined;
  }
  const rows = found.map(({ client, status: { state, path, baseUrl, model } }) => [client.id, state, oneLine(model ?? '-'), oneLine(baseUrl ?? '-'), oneLine(path ?? '-')]);
  const notes = found.flatMap(({ client, status }) => status.notes.map((note) => `${client.id}: ${oneLine(note)}`));
  await write(world.stdout, `${[columns([['client', 'state', 'model', 'points at', 'configuration'], ...rows]), ...notes].join('\n')}\n`);
  return undefined;
}

/** A file that is not well ends the command as a bad configuration does. */
async function planned(plan: () => Promise<Change[]>): Promise<Change[]> {
  try {
    return await plan();
  } catch (error) {
    throw new CliFailure(error instanceof Error ? error.message : String(error));
  }
}

async function done(changes: readonly Change[], client: Client, { endpoint, desk }: Target): Promise<{ notes: string[] }> {
  try {
    await apply(changes, desk);
  } catch (error) {
    throw new CliFailure(error instanceof Error ? error.message : String(error), EXIT.unwell);
  }
  return inspect(client, endpoint, desk);
}

const isChange = ({ before, after }: Change): boolean => before !== after;

/** Without the user's keys, whatever they replaced. */
function shownDiff({ path, before, after, generated }: Change, { secrets }: Target): string {
  return generated ? '' : forTerminal(createRedactor(secrets).redactText(maskKeys(diffOf(path, before, after))));
}

const diffs = (changes: readonly Change[], target: Target): string => changes.map((change) => shownDiff(change, target)).filter((diff) => diff !== '').join('\n');

function changeFacts(change: Change, target: Target): Record<string, unknown> {
  const { path, before, after, memory } = change;
  return { path, action: before === null ? 'created' : after === null ? 'removed' : 'changed', backup: memory?.backup ?? null, diff: shownDiff(change, target) };
}

function wroteLines({ path, before, after, memory, dropsBackup }: Change): string[] {
  if (after === null) return [`Removed ${oneLine(path)}`];
  if (before === null) return [`Wrote ${oneLine(path)}, which is new`];
  const backup = memory?.backup;
  return [`Wrote ${oneLine(path)}${backup == null ? dropsBackup === null ? '' : ', as it was before' : ` (as it was: ${oneLine(backup)})`}`];
}
