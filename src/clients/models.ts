/** What agents are told of our models. */
import type { ClientKey, ClientModel, Endpoint } from './types.ts';

/** An entry of `GET /v1/models`, as far as it is needed here. */
export interface ListedModel {
  id: string;
  kind: string;
  description: string;
  context_window: number | null;
  max_output_tokens: number | null;
  capabilities: { images: boolean };
}

/** Small enough for every model that agents are used with, where the configuration does not say. */
const UNKNOWN_CONTEXT_TOKENS = 128_000;
/** What OpenCode and Claude Code ask for by themselves. */
const MOST_OUTPUT_TOKENS = 32_000;

export function clientModel({ id, description, context_window: context, max_output_tokens: output, capabilities }: ListedModel): ClientModel {
  const contextTokens = context ?? UNKNOWN_CONTEXT_TOKENS;
  return {
    id, name: nameOf(id), description, contextTokens, images: capabilities.images,
    maxOutputTokens: Math.min(output ?? MOST_OUTPUT_TOKENS, MOST_OUTPUT_TOKENS, Math.floor(contextTokens / 4)),
  };
}

/** `openfusion/auto` is called OpenFusion Auto. */
function nameOf(id: string): string {
  const short = id.replace(/^openfusion\//, '');
  return `OpenFusion ${short.charAt(0).toUpperCase()}${short.slice(1)}`;
}

/**
 * What agents are pointed at.
 * @param model id of the model to ask for, one of `listed`
 * @returns null when there is no such model
 */
export function endpointFor({ origin, model, listed, key }: { origin: string; model: string; listed: readonly ListedModel[]; key: ClientKey }): Endpoint | null {
  const chosen = listed.find(({ id }) => id === model);
  if (chosen === undefined) return null;
  // Candidates are for those who ask for them by name; too many of them would only fill the agents' lists.
  const models = listed.filter(({ id, kind }) => kind !== 'candidate' || id === model).map(clientModel);
  const small = models.find(({ id }) => id === 'openfusion/fast') ?? models.find(({ id }) => id === 'openfusion/auto');
  return { origin, model: clientModel(chosen), smallModel: small ?? clientModel(chosen), models, key };
}

/** The key of a gateway with this `server.token`: a reference as the configuration gives it. */
export function keyFor(token: string | undefined, otherName: string): ClientKey {
  if (token === undefined || token === '') return { kind: 'placeholder' };
  const name = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(token)?.[1];
  // A secret of the editor's storage is out of the agents' reach: the user hands it to them in a variable.
  return { kind: 'env', name: name ?? otherName };
}

/** For what depends on no gateway: which files an agent has, and what of ours is in them. */
export function neutralEndpoint(): Endpoint {
  const model = clientModel({ id: 'openfusion/auto', kind: 'virtual', description: '', context_window: null, max_output_tokens: null, capabilities: { images: true } });
  return { origin: 'http://127.0.0.1:8787', model, smallModel: model, models: [model], key: { kind: 'placeholder' } };
}
