/** Probe of the model list. */
import { check, type Check } from '../check.ts';
import { asArray, asNumber, asObject, type JsonObject } from '../guards.ts';
import { readModelIds } from '../port-http.ts';
import type { ProbeClient } from './client.ts';
import type { ProbeFlags } from './flags.ts';

export const MODELS_CHECK = 'probe.models';

/** Where lists tell how many tokens fit: OpenFusion and OpenRouter, vLLM, Anthropic, others. */
const WINDOW_FIELDS = ['context_window', 'context_length', 'max_model_len', 'max_input_tokens', 'max_context_length'];

/** `GET /models`. Missing is a warning: agents work without it. `contextTokens`: the model's window, null when the list does not tell. */
export async function probeModels(client: ProbeClient, model: string, flags: ProbeFlags): Promise<{ check: Check; contextTokens: number | null }> {
  const reply = await client.getJson('models');
  if (!reply.ok) {
    const { status, detail, hint, latencyMs } = reply;
    const optional = status === 404 || status === 405 || status === 501;
    return { check: check(MODELS_CHECK, optional ? 'warn' : 'fail', detail, { latencyMs, hint: optional ? 'Clients that list models will find none.' : hint }), contextTokens: null };
  }
  const { body, latencyMs } = reply;
  return { check: judgeList(readModelIds(body), model, flags, latencyMs), contextTokens: windowOf(body, model) };
}

function judgeList(ids: readonly string[], model: string, flags: ProbeFlags, latencyMs: number): Check {
  if (ids.length === 0) return check(MODELS_CHECK, 'fail', 'the answer is not a list of models', { latencyMs, hint: 'Does the URL end in /v1?' });
  if (!ids.includes(model)) return check(MODELS_CHECK, 'warn', `${ids.length} models, ${model} not among them`, { latencyMs, hint: `Choose a listed model with ${flags.model}.` });
  return check(MODELS_CHECK, 'pass', `${ids.length} models, ${model} among them`, { latencyMs });
}

function windowOf(body: unknown, model: string): number | null {
  const entry = asArray(asObject(body).data).map(asObject).find(({ id }) => id === model);
  return entry === undefined ? null : firstWindow(entry);
}

function firstWindow(entry: JsonObject): number | null {
  for (const field of WINDOW_FIELDS) {
    const tokens = asNumber(entry[field]);
    if (tokens !== null && tokens > 0) return tokens;
  }
  return null;
}
