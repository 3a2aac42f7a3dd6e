import assert from 'node:assert/strict';
import type { WireFormat } from '../../src/protocol/types.ts';
import { FORMATS, PATHS } from '../support/wire-client.ts';
import { startAhead } from './support/ahead.ts';
import { ask, type Reply } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { RICH } from './support/rich-bodies.ts';
import { isShort, some } from './support/scope.ts';
import { placesIn, withValue, type Path } from './support/values.ts';
import { assertError, verdictOf } from './support/verdict.ts';

const WRONG: readonly unknown[] = [null, true, 7, -1, 1e308, '', 'x', [], {}, [[]], [null], [7], { type: 'x' }, { type: 'text', text: 7 }];
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Answered well, or refused in the client's format: 4xx, with the reason. */
function assertClean(wire: WireFormat, reply: Reply, what: string): void {
  if (reply.status === 200) {
    const seen = verdictOf(wire, /event-stream/.test(reply.headers['content-type'] ?? ''), reply);
    assert.equal(seen, 'whole', what);
    return;
  }
  assert.ok(reply.status >= 400 && reply.status < 500, `${what}: ${reply.status} ${reply.body.slice(0, 300)}`);
  assertError(wire, reply);
}

for (const wire of FORMATS) {
  describe(`a ${wire} body with a wrong type somewhere (C3)`, function () {
    this.timeout(60_000);
    const places = some(placesIn(RICH[wire]), 12);
    for (const upstream of isShort ? [wire] : FORMATS) {
      describe(`before an upstream that speaks ${upstream}`, () => {
        const bench = useBench({ config: { upstream: { protocols: [upstream] }, auto: { stickiness: { enabled: false } } } });
        const send = (body: unknown): Promise<Reply> => ask(bench.gateway.port, { path: PATHS[wire], headers: { 'x-title': 'types' }, body: JSON.stringify(body) });

        it('is answered when nothing is wrong', async () => { assertClean(wire, await send(RICH[wire]), 'the body itself'); });

        it(`is answered or refused cleanly, ${places.length} places by ${WRONG.length} wrong values, or left out`, async () => {
          const all: { path: Path; value: unknown }[] = places.flatMap((path) => [...WRONG, undefined].map((value) => ({ path, value })));
          // Where its own format answers, all of them; a share of them through each translation.
          const cases = upstream === wire ? all : all.filter((_, index) => index % 4 === 0);
          assert.ok(isShort || cases.length >= 362);
          const result = startAhead(cases.map(({ path, value }) => () => send(withValue(RICH[wire], path, () => value))), 8);
          for (const [index, { path, value }] of cases.entries()) assertClean(wire, await result(index), `${path.join('.')} = ${JSON.stringify(value)} (${kindOf(value)})`);
        });
      });
    }
  });
}
