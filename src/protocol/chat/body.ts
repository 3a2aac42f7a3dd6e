import { splicedBody } from '../model-span.ts';
import type { ChatRequest } from '../types.ts';

const NOTHING: Readonly<Record<string, unknown>> = {};

export interface BodyChanges {
  model: string;
  stream: boolean;
  /** Top-level fields to set. */
  set?: Readonly<Record<string, unknown>>;
  /** Top-level fields to leave out. */
  drop?: readonly string[];
}

/**
 * The client's own bytes with another model and few top-level fields set: head, model, tail, without parsing or copying a
 * large body again. Falls back to serialising where a field that stands in the body must change.
 */
export function nativeBody(request: ChatRequest, { model, stream, set = {}, drop = [] }: BodyChanges): Uint8Array[] {
  const { body } = request;
  const asked = usageField(request, stream);
  const fields: Readonly<Record<string, unknown>> = asked === NOTHING ? set : { ...set, ...asked };
  const clash = stream !== request.stream || Object.keys(fields).some((key) => key in body) || drop.some((key) => key in body);
  return (clash ? null : splicedBody(request, model, fields)) ?? [serialised(request, { model, stream, set: fields, drop })];
}

/** The body written anew, for calls whose messages or tools are ours. */
export function serialised(request: ChatRequest, { model, stream, set = {}, drop = [] }: BodyChanges): Uint8Array {
  const left = new Set([...drop, 'stream', ...(stream ? [] : ['stream_options'])]);
  const kept = Object.entries({ ...request.body, ...set, ...usageField(request, stream), model }).filter(([key]) => !left.has(key));
  return Buffer.from(JSON.stringify(Object.fromEntries(stream ? [...kept, ['stream', true]] : kept)));
}

/** Usage is always asked of the upstream; what the client did not ask for is taken out again on the way back. */
function usageField(request: ChatRequest, stream: boolean): Readonly<Record<string, unknown>> {
  if (!stream || (request.stream && request.includeUsage)) return NOTHING;
  const options = request.body['stream_options'];
  return { stream_options: { ...(typeof options === 'object' && options !== null ? options : {}), include_usage: true } };
}
