import type { Wire } from '../wire.ts';
import { nativeBody } from './body.ts';
import { readRequest } from './parse.ts';
import { NativeResponses, patchWhole } from './pass-through.ts';
import { readWhole } from './plain.ts';
import { createReader } from './reader.ts';
import { ResponsesRenderer, renderWhole } from './render.ts';
import { settingsOf } from './settings.ts';
import { translatedBody } from './translate.ts';

/** OpenAI's Responses format: https://platform.openai.com/docs/api-reference/responses */
export const responsesWire: Wire = {
  name: 'responses',
  read: readRequest,
  settingsOf,
  answerId: (traceId) => `resp_${traceId}`,
  createRenderer: (head, request) => new ResponsesRenderer(head, request),
  renderWhole,
  writeBody: (request, settings, call) => (request.wire === 'responses' ? nativeBody(request, call) : [translatedBody(request, settings(), call)]),
  createReader,
  readWhole,
  createPassThrough: (request, options) => new NativeResponses(request, options),
  patchWhole,
};
