/** The Anthropic Messages format, both as the client's and as an upstream's. */
import type { Wire } from '../wire.ts';
import { createMessagesReader } from './events.ts';
import { nativeBody } from './native-body.ts';
import { NativeMessagesStream } from './native-stream.ts';
import { patchWholeMessage, readWholeMessage } from './plain.ts';
import { readMessages } from './read.ts';
import { MessagesStreamRenderer, wholeMessage } from './render.ts';
import { settingsOf } from './settings.ts';
import { translatedBody } from './translated-body.ts';

export const messagesWire: Wire = {
  name: 'messages',
  read: readMessages,
  settingsOf,
  answerId: (traceId) => `msg_${traceId}`,
  createRenderer: (head, request) => new MessagesStreamRenderer(head, request),
  renderWhole: (head, _request, answer) => ({ text: wholeMessage(head, answer), final: null }),
  writeBody: (request, settings, call) => (request.wire === 'messages' ? nativeBody(request, call) : translatedBody(request, settings(), call)),
  createReader: createMessagesReader,
  readWhole: readWholeMessage,
  createPassThrough: (_request, options) => new NativeMessagesStream(options),
  patchWhole: patchWholeMessage,
};
