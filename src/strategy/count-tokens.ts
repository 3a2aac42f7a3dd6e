import { isRecord, tryParseJson } from '../protocol/json.ts';
import { providerOf, type ChatRequest } from '../protocol/types.ts';
import { WIRES } from '../protocol/wires.ts';
import type { PlannedCall } from '../routing/types.ts';
import { UpstreamError, type Upstream } from '../upstream/types.ts';
import type { RunParts } from './run.ts';

const MAX_ANSWER_BYTES = 65_536;
/** Relays that do not count are not asked again. */
const cannotCount = new WeakSet<Upstream>();

/** The upstream's own count of a Messages request; null where it does not offer one, or fails. */
export async function countUpstream(parts: RunParts, request: ChatRequest, call: PlannedCall, signal: AbortSignal): Promise<number | null> {
  const upstream = parts.upstreams.get(call.upstreamName);
  if (upstream === undefined || request.wire !== 'messages' || !upstream.protocols.includes('messages') || cannotCount.has(upstream)) return null;
  const provider = providerOf(call.upstreamName, call.model);
  const body = WIRES.messages.writeBody(request, () => WIRES.messages.settingsOf(request), {
    model: call.model, stream: false, set: {}, ownsReasoning: (item) => parts.minted.owns(item, provider), quirks: parts.quirks.of(call.upstreamName, call.model),
  });
  const result = await upstream.call({ purpose: 'answer', operation: 'count_tokens', wire: 'messages', model: call.model, stream: false, body, headers: {} }, signal);
  if (!result.ok) {
    if ([404, 405, 501].includes(result.failure.status)) cannotCount.add(upstream);
    return null;
  }
  const { reply } = result;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (let piece = await reply.read(); piece !== null && size < MAX_ANSWER_BYTES; piece = await reply.read()) { pieces.push(piece); size += piece.byteLength; }
  } catch (error) {
    if (error instanceof UpstreamError) return null;
    throw error;
  }
  const answer = tryParseJson(Buffer.concat(pieces).toString('utf8'));
  return isRecord(answer) && typeof answer['input_tokens'] === 'number' ? answer['input_tokens'] : null;
}
