/** Agents whose gateway has moved: who they are, and the offer to write the new address into their configuration. */
import * as vscode from 'vscode';
import type { Change, Desk } from '../clients/connect/connection.ts';
import { apply, wayBack } from '../clients/connect/connection.ts';
import { clientsAt, planToMove } from '../clients/connect/move.ts';
import type { Client } from '../clients/types.ts';
import { deskHere } from './desk.ts';
import { tell, tellError } from './tell.ts';

/** Names of the agents whose configuration points at this origin. */
export async function agentsAt(origin: string, userDir: string | null): Promise<string[]> {
  return (await clientsAt(origin, deskHere(userDir))).map(({ title }) => title);
}

export interface Move {
  /** Origins, as agents were told of them. */
  from: string;
  to: string;
}

/** Asks whether the agents of the old address are to follow; says nothing where there are none. */
export async function offerToFollow(move: Move, userDir: string | null): Promise<void> {
  const desk = deskHere(userDir);
  const clients = await clientsAt(move.from, desk);
  if (clients.length === 0) return;
  const { l10n } = vscode;
  tell('warning', l10n.t('The gateway answers at {0} now. These agents still ask {1}: {2}.', move.to, move.from, namesOf(clients)), [
    { title: l10n.t('Let Them Follow'), run: () => follow(clients, move, desk) },
    { title: l10n.t('Not Now'), run: () => undefined },
  ]);
}

/** One that cannot be written keeps no other one back. */
async function follow(clients: readonly Client[], move: Move, desk: Desk): Promise<void> {
  const [moved, back, failures]: [Client[], Change[][], string[]] = [[], [], []];
  for (const client of clients) {
    try {
      const changes = await planToMove(client, move, desk);
      const undo = await wayBack(changes, desk);
      await apply(changes, desk);
      back.push(undo);
      moved.push(client);
    } catch (error) {
      failures.push(`${client.title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { l10n } = vscode;
  if (failures.length > 0) tell('error', failures.join(' '));
  if (moved.length > 0) tell('info', l10n.t('These agents now ask {0}: {1}. One that runs has to be started again.', move.to, namesOf(moved)), [{ title: l10n.t('Undo'), run: () => takeBack(back, desk) }]);
}

async function takeBack(back: readonly Change[][], desk: Desk): Promise<void> {
  try {
    for (const changes of back) await apply(changes, desk);
    tell('info', vscode.l10n.t('The configuration of these agents is as it was before.'));
  } catch (error) {
    tellError(error);
  }
}

const namesOf = (clients: readonly Client[]): string => clients.map(({ title }) => title).join(', ');
