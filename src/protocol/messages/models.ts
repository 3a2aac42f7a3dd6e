/** `GET /v1/models` in Anthropic's form: https://docs.anthropic.com/en/api/models-list */
import { apiError, fail, ok, type Result } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** What the list is made from. */
export interface ListedModel {
  id: string;
  /** Epoch seconds. */
  created: number;
  context_window: number | null;
  max_output_tokens: number | null;
}

/** As they stand in the address. */
export interface ModelPage {
  limit?: string | null | undefined;
  after_id?: string | null | undefined;
  before_id?: string | null | undefined;
}

const DEFAULT_LIMIT = 20, MAX_LIMIT = 1_000;

export function modelBody({ id, created, context_window: input, max_output_tokens: output }: ListedModel): JsonObject {
  return { type: 'model', id, display_name: displayName(id), created_at: new Date(created * 1_000).toISOString(), max_input_tokens: input, max_tokens: output };
}

/** One page of the list. Errors: 400 that names a `limit` or an id that is not right. */
export function modelListBody(models: readonly ListedModel[], { limit, after_id: afterId, before_id: beforeId }: ModelPage): Result<JsonObject> {
  const size = limit == null ? DEFAULT_LIMIT : Number(limit);
  if (!Number.isInteger(size) || size < 1 || size > MAX_LIMIT) return fail(apiError(400, `\`limit\` is invalid: expected a whole number from 1 to ${MAX_LIMIT}.`, { param: 'limit' }));
  const cursor = afterId ?? beforeId;
  const at = cursor == null ? -1 : models.findIndex(({ id }) => id === cursor);
  if (cursor != null && at < 0) {
    const param = afterId == null ? 'before_id' : 'after_id';
    return fail(apiError(400, `\`${param}\` names no model of this list.`, { param }));
  }
  const backwards = afterId == null && beforeId != null;
  const rest = backwards ? models.slice(0, at) : models.slice(at + 1);
  const page = backwards ? rest.slice(-size) : rest.slice(0, size);
  return ok({ data: page.map(modelBody), has_more: page.length < rest.length, first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null });
}

/** `openfusion/long-context` → `OpenFusion Long Context`; other ids tell enough as they are. */
function displayName(id: string): string {
  const own = /^openfusion\/(.+)$/.exec(id)?.[1];
  return own === undefined ? id : `OpenFusion ${own.replace(/[-_]+/g, ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}`;
}
