/** Connect Client and Disconnect Client: the agent, the diff, the yes; then what was done, with the way back. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Change, Desk } from '../clients/connect/connection.ts';
import { apply, inspect, planToConnect, planToDisconnect, wayBack } from '../clients/connect/connection.ts';
import { disk } from '../clients/connect/disk.ts';
import { KEY_VARIABLE } from '../clients/endpoint.ts';
import { CLIENTS } from '../clients/list.ts';
import { endpointFor, keyFor, neutralEndpoint } from '../clients/models.ts';
import type { Client, Endpoint } from '../clients/types.ts';
import type { OwnerState } from '../trace/types.ts';
import { askOwner } from './ask-owner.ts';
import { originOf } from './base-url.ts';
import type { ClientChoice, FoundClient } from './client-choices.ts';
import { connectChoices, disconnectChoices } from './client-choices.ts';
import { readSettings } from './config-sources.ts';
import { deskHere } from './desk.ts';
import { runningGateway } from './running-gateway.ts';
import { tell, tellError } from './tell.ts';
import { offerToken } from './token-agents.ts';
import type { VirtualDocuments } from './virtual-documents.ts';
import type { WindowGateway } from './window-gateway.ts';

// One bundle has the libraries that read agents' files.
export { agentsAt, offerToFollow } from './moved-agents.ts';

/** Lets agents that are connected already send the token that the gateway wants now. */
export async function offerTokenToAgents(owner: OwnerState, gateway: WindowGateway, userDir: string | null): Promise<void> {
  await offerToken((model) => endpointOf(owner, gateway, model ?? 'openfusion/auto'), userDir);
}

export interface ClientParts {
  gateway: WindowGateway;
  documents: VirtualDocuments;
  userDir: string | null;
}

const modelsSchema = z.object({
  data: z.array(z.object({
    id: z.string(), kind: z.string(), description: z.string(), context_window: z.nullable(z.number()), max_output_tokens: z.nullable(z.number()), capabilities: z.object({ images: z.boolean() }),
  })),
});
const TIMEOUT_MS = 10_000;

/** Points an agent that the person chooses at this window's gateway. */
export async function connectClient({ gateway, documents, userDir }: ClientParts): Promise<void> {
  const { l10n } = vscode;
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const endpoint = await endpointOf(owner, gateway);
  const desk = deskHere(userDir);
  const choice = await pick(connectChoices(await findAll(endpoint, desk), l10n.t), l10n.t('Which agent is to ask OpenFusion?'));
  if (!choice) return;
  const { client } = choice;
  if (client.stop !== undefined) return showSteps(client, endpoint, desk, documents);
  const changes = await planToConnect(client, endpoint, desk);
  if (!changes.some(isChange)) return tell('info', l10n.t('{0} asks OpenFusion already.', client.title), [openFile(choice.status.path)]);
  if (!(await agrees(client, changes, documents))) return;
  await apply(changes, desk);
  const { notes } = await inspect(client, endpoint, desk);
  const more = [...notes, ...client.start(endpoint, desk.place).slice(0, -1).map(({ text, command = '' }) => `${text} ${command}`)].map((one) => one.trim());
  tell('info', [l10n.t('{0} now asks OpenFusion for {1}.', client.title, endpoint.model.id), ...more].join(' '), [
    undo(client, async () => planToDisconnect(client, endpoint, desk, { undo: true }), desk), openFile(changes[0]?.path ?? null),
  ]);
}

/** Takes OpenFusion out of the configuration of an agent that the person chooses. */
export async function disconnectClient({ gateway, documents, userDir }: ClientParts): Promise<void> {
  const { l10n } = vscode;
  const desk = deskHere(userDir);
  // Without a gateway the states say less, and everything else is the same.
  const endpoint = gateway.owner === null ? neutralEndpoint() : await endpointOf(gateway.owner, gateway).catch(neutralEndpoint);
  const choices = disconnectChoices(await findAll(endpoint, desk), l10n.t);
  if (choices.length === 0) return tell('info', l10n.t('No agent asks OpenFusion.'));
  const choice = await pick(choices, l10n.t('Which agent is no longer to ask OpenFusion?'));
  if (!choice) return;
  const { client } = choice;
  const changes = await planToDisconnect(client, endpoint, desk);
  if (!changes.some(isChange) || !(await agrees(client, changes, documents))) return;
  const back = await wayBack(changes, desk);
  await apply(changes, desk);
  tell('info', l10n.t('{0} no longer asks OpenFusion.', client.title), [undo(client, () => Promise.resolve(back), desk), openFile(changes[0]?.path ?? null)]);
}

/** The gateway that runs, as agents are told of it. */
async function endpointOf(owner: OwnerState, gateway: WindowGateway, model = 'openfusion/auto'): Promise<Endpoint> {
  const token = gateway.host.clientToken;
  const { data } = z.parse(modelsSchema, await askOwner(owner, { method: 'GET', path: 'v1/models', token, signal: AbortSignal.timeout(TIMEOUT_MS) }));
  const endpoint = endpointFor({ origin: originOf(owner), model, listed: data, key: keyFor(token === null ? undefined : tokenSetting(), KEY_VARIABLE) });
  if (endpoint === null) throw new Error(vscode.l10n.t('The gateway lists no model {0}.', model));
  return endpoint;
}

/** The reference to the token where the settings hold it; one of the config file is not known here. */
function tokenSetting(): string {
  const server = readSettings().config.server;
  const token = typeof server === 'object' && server !== null && 'token' in server ? server.token : undefined;
  return typeof token === 'string' ? token : 'a token';
}

const findAll = (endpoint: Endpoint, desk: Desk): Promise<FoundClient[]> => Promise.all(CLIENTS.map(async (client) => ({ client, status: await inspect(client, endpoint, desk) })));

const pick = (choices: ClientChoice[], placeHolder: string): Thenable<ClientChoice | undefined> =>
  vscode.window.showQuickPick(choices, { title: 'OpenFusion', placeHolder, matchOnDescription: true, matchOnDetail: true });

const isChange = ({ before, after }: Change): boolean => before !== after;

/** Shows the diff of what people write themselves, and asks. The question stays while they look at it. */
async function agrees(client: Client, changes: readonly Change[], documents: VirtualDocuments): Promise<boolean> {
  const { l10n } = vscode;
  const [shown] = [...changes.filter((change) => isChange(change) && !change.generated), ...changes.filter(isChange)];
  if (shown === undefined) return true;
  const name = basename(shown.path);
  const left = shown.before === null ? documents.keep(name, '') : vscode.Uri.file(shown.path);
  const right = documents.keep(name, shown.after ?? '');
  await vscode.commands.executeCommand('vscode.diff', left, right, l10n.t('{0}: what would change in {1}', client.title, name), { preview: true });
  const others = changes.filter((change) => isChange(change) && change !== shown).map(({ path }) => basename(path));
  const write = { label: `$(check) ${l10n.t('Write')}`, description: shown.path, detail: others.length === 0 ? '' : l10n.t('and {0}', others.join(', ')) };
  const cancel = { label: `$(close) ${l10n.t('Cancel')}`, description: '', detail: '' };
  const chosen = await vscode.window.showQuickPick([write, cancel], {
    title: client.title, placeHolder: l10n.t('Write what the diff shows? The file as it was stays beside it.'), ignoreFocusOut: true,
  });
  await closeDiff(right);
  return chosen === write;
}

async function closeDiff(right: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === right.toString()));
}

function undo(client: Client, plan: () => Promise<Change[]>, desk: Desk): { title: string; run: () => Promise<void> } {
  const run = async (): Promise<void> => {
    try {
      await apply(await plan(), desk);
      tell('info', vscode.l10n.t('The configuration of {0} is as it was before.', client.title));
    } catch (error) {
      tellError(error);
    }
  };
  return { title: vscode.l10n.t('Undo'), run };
}

function openFile(path: string | null): { title: string; run: () => unknown } {
  return { title: vscode.l10n.t('Open File'), run: () => (path !== null && disk.exists(path) ? vscode.window.showTextDocument(vscode.Uri.file(path)) : undefined) };
}

/** For a program without a file: the lines for its shell. */
async function showSteps(client: Client, endpoint: Endpoint, { place }: Desk, documents: VirtualDocuments): Promise<void> {
  const lines = client.start(endpoint, place).map(({ text, command = '' }) => `${text}\n${command}`).join('\n');
  const document = await vscode.workspace.openTextDocument(documents.keep(place.platform === 'win32' ? 'openfusion.ps1' : 'openfusion.sh', `${lines}\n`));
  await vscode.window.showTextDocument(document, { preview: true });
}
