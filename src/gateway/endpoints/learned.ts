import { apiError } from '../../protocol/errors.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';

/** `GET /learned`: what was learned of each model on each kind of task, and from what. */
export function showLearned(exchange: Exchange): void {
  sendJson(exchange, 200, exchange.settings.learned());
}

/** `DELETE /learned`: forgets all of it; with `?of=` only what is of this kind of task or this model. */
export async function forgetLearned(exchange: Exchange): Promise<void> {
  const of = exchange.query.get('of');
  const unknown = [...exchange.query.keys()].find((name) => name !== 'of');
  // A misspelt name must not forget everything.
  if (unknown !== undefined || of === '') { sendError(exchange, apiError(400, '`of` names a kind of task or a model; without it all is forgotten.', { param: unknown ?? 'of' })); return; }
  sendJson(exchange, 200, { forgotten: await exchange.settings.forgetLearned(of) });
}
