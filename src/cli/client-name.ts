import { CLIENTS, findClient, didYouMean } from '../clients/list.ts';
import type { Client } from '../clients/types.ts';
import { CliFailure } from './failure.ts';

/** The agent of this name; an unknown one ends the command. */
export function clientNamed(name: string): Client {
  const client = findClient(name);
  if (client !== undefined) return client;
  const ids = CLIENTS.map(({ id }) => id);
  throw new CliFailure(`unknown client \`${name}\`${didYouMean(name, ids)} Known: ${ids.join(', ')}`);
}
