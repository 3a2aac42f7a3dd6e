import { apiError, type ApiError } from '../../protocol/errors.ts';
import { modelBody, modelListBody } from '../../protocol/messages/models.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';

/** `GET /v1/models`, in Anthropic's form when an Anthropic client asks. */
export function listModels(exchange: Exchange): void {
  const { settings, query } = exchange;
  if (!asksAsAnthropic(exchange)) { sendJson(exchange, 200, { object: 'list', data: settings.models }); return; }
  const list = modelListBody(settings.models, { limit: query.get('limit'), after_id: query.get('after_id'), before_id: query.get('before_id') });
  if (list.ok) sendJson(exchange, 200, list.value);
  else sendError(exchange, list.error);
}

/** `GET /v1/models/{id}`; ids hold slashes, encoded or not. */
export function showModel(exchange: Exchange): void {
  const id = safeDecode(exchange.path.slice('/v1/models/'.length));
  const model = exchange.settings.models.find((entry) => entry.id === id);
  if (model === undefined) { sendError(exchange, unknownModel(id)); return; }
  sendJson(exchange, 200, asksAsAnthropic(exchange) ? modelBody(model) : model);
}

/** Every Anthropic client sends its version; no OpenAI client does. */
const asksAsAnthropic = ({ req }: Exchange): boolean => req.headers['anthropic-version'] !== undefined;

const unknownModel = (id: string): ApiError =>
  apiError(404, `The model \`${id.slice(0, 100)}\` is not known. GET /v1/models lists what is.`, { code: 'model_not_found', param: 'model' });

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
