/** `POST /v1/messages/count_tokens`: https://docs.anthropic.com/en/api/messages-count-tokens */
import type { Result } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ChatRequest } from '../types.ts';
import { readForCount } from './read.ts';

/** Reads a body that asks only for a count: a Messages body without `max_tokens`. Errors: 400 that names the offending field. */
export const readCountTokens = (body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> => readForCount(body, bytes);

export const renderCount = (inputTokens: number): JsonObject => ({ input_tokens: inputTokens });
