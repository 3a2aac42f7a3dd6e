import type { Wire } from '../wire.ts';
import { nativeBody } from './body.ts';
import { createChatReader } from './chunks.ts';
import { NativeChatStream } from './native.ts';
import { chatRequestFrom } from './parse.ts';
import { answerText, readPlainAnswer } from './plain.ts';
import { ChatStreamRenderer, completionBody, usageBody } from './render.ts';
import { settingsOf } from './settings.ts';
import { translatedBody } from './translate.ts';

/** Chat Completions: https://platform.openai.com/docs/api-reference/chat */
export const chatWire: Wire = {
  name: 'chat',
  read: chatRequestFrom,
  settingsOf,
  answerId: (traceId) => `chatcmpl-${traceId}`,
  createRenderer: (head, { includeUsage }) => new ChatStreamRenderer(head, includeUsage),
  renderWhole: (head, _request, { completion, usage, openfusion }) => ({ text: completionBody(head, completion, usage, openfusion), final: null }),
  writeBody: (request, settings, call) => (request.wire === 'chat' ? nativeBody(request, call) : [translatedBody(request, settings(), call)]),
  createReader: createChatReader,
  readWhole: readPlainAnswer,
  createPassThrough: (request, options) => new NativeChatStream(options, request.includeUsage),
  patchWhole: (answer, { model, usage, openfusion }) => ({
    text: answerText(answer, model, { ...(usage === null ? {} : { usage: usageBody(usage) }), ...(openfusion === null ? {} : { openfusion }) }),
    final: null,
  }),
};
