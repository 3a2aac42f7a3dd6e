// The default pool as the package ships it, with the packaged prices, and who in it is strong and who is cheap.
import { parseConfig } from '../../../src/config/load.ts';
import { chatRequestFrom } from '../../../src/protocol/chat/parse.ts';
import { planRequest } from '../../../src/routing/plan.ts';
import { completeConfig } from '../../../src/upstream/catalogue/complete.ts';
import { builtInCatalogue } from '../../../src/upstream/catalogue/library.ts';

/** An ask that says nothing of itself: what is left is what is believed of the models. */
const PLAIN = { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Fix the failing test in this repository' }], tools: [{ type: 'function', function: { name: 'bash', parameters: { type: 'object', properties: {} } } }] };

export function poolForSessions() {
  const config = completeConfig(parseConfig({}, 'defaults').config, builtInCatalogue());
  const request = chatRequestFrom(PLAIN, Buffer.alloc(60_000, 97)).value;
  const { plan } = planRequest({ request, headers: {}, config, mode: { kind: 'auto' }, pinOf: () => undefined, coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs: 0 });
  const byQuality = plan.candidates.toSorted((a, b) => a.quality - b.quality).map(({ id }) => id);
  const byCost = plan.candidates.toSorted((a, b) => a.costUsd - b.costUsd).map(({ id }) => id);
  const ranks = new Map(byQuality.map((id, at) => [id, at / (byQuality.length - 1)]));
  return { config, ranks, cheapest: byCost[0], strongest: byQuality.at(-1), byId: new Map(config.auto.candidates.map((candidate) => [candidate.id, candidate])) };
}
