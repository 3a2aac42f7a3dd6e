/** The public lists of models on a real local server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelLists {
  sources: { openrouter: string; modelsDev: string; litellm: string };
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** What each answers from now on; undefined is a 500, a string goes out as it is. */
  answers: Record<'openrouter' | 'models-dev' | 'litellm', unknown>;
  close(): Promise<void>;
}

export const LISTS: ModelLists['answers'] = {
  openrouter: { data: [{ id: 'v/m', context_length: 9_000, pricing: { prompt: '0.000001', completion: '0.000002' }, supported_parameters: [] }] },
  'models-dev': { openrouter: { models: { 'v/m': { cost: { input: 7, output: 7 }, limit: { output: 800 }, tool_call: true } } } },
  litellm: { 'openrouter/v/m': { litellm_provider: 'openrouter', mode: 'chat', supports_vision: true, max_input_tokens: 1 } },
};

export async function startModelLists(answers: Partial<ModelLists['answers']> = LISTS): Promise<ModelLists> {
  const asked: string[] = [];
  const lists = { openrouter: undefined, 'models-dev': undefined, litellm: undefined, ...answers };
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    asked.push(name);
    const answer = result.answers[name as keyof typeof lists];
    response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' }).end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result: ModelLists = {
    sources: { openrouter: `${at}/openrouter`, modelsDev: `${at}/models-dev`, litellm: `${at}/litellm` }, asked, answers: lists,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); }),
  };
  return result;
}
