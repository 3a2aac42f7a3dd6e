import { apiError } from '../../protocol/errors.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';

/** `POST /catalogue/refresh`: fetches the public lists of models now, and says what became of each. */
export async function refreshCatalogue(exchange: Exchange): Promise<void> {
  try {
    sendJson(exchange, 200, await exchange.settings.refreshCatalogue(AbortSignal.timeout(TIMEOUT_MS)));
  } catch (error) {
    sendError(exchange, apiError(500, `What was fetched could not be kept: ${error instanceof Error ? error.message : String(error)}`));
  }
}

/** Longer than all the lists may take. */
const TIMEOUT_MS = 120_000;
