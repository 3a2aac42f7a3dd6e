import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { CREATED } from './wire.ts';

/** The list of models, in Anthropic's form for who speaks to it as to Anthropic. */
export function sendModels(response: ServerResponse, models: readonly string[], headers: IncomingHttpHeaders): void {
  const body = asksAnthropic(headers)
    ? { data: models.map(anthropicModel), has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null }
    : { object: 'list', data: models.map(openAiModel) };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** One model, or a 404. */
export function sendModel(response: ServerResponse, id: string, models: readonly string[], headers: IncomingHttpHeaders): void {
  const anthropic = asksAnthropic(headers);
  const found = models.includes(id);
  const missing = anthropic ? { type: 'error', error: { type: 'not_found_error', message: `model: ${id}` } } : { error: { message: `The model '${id}' does not exist`, type: 'invalid_request_error', param: 'model', code: 'model_not_found' } };
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ? (anthropic ? anthropicModel(id) : openAiModel(id)) : missing));
}

function asksAnthropic(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined;
}

function openAiModel(id: string): object {
  return { id, object: 'model', created: CREATED, owned_by: 'scripted' };
}

function anthropicModel(id: string): object {
  return { id, type: 'model', display_name: id, created_at: new Date(CREATED * 1000).toISOString() };
}
