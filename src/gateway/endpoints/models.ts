import { apiError } from '../../protocol/errors.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';

/** `GET /v1/models` */
export function listModels(exchange: Exchange): void {
  sendJson(exchange, 200, { object: 'list', data: exchange.settings.models });
}

/** `GET /v1/models/{id}`; ids hold slashes, encoded or not. */
export function showModel(exchange: Exchange): void {
  const id = safeDecode(exchange.path.slice('/v1/models/'.length));
  const model = exchange.settings.models.find((entry) => entry.id === id);
  if (model === undefined) { sendError(exchange, apiError(404, `The model \`${id.slice(0, 100)}\` is not known. GET /v1/models lists what is.`, { code: 'model_not_found', param: 'model' })); return; }
  sendJson(exchange, 200, model);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
