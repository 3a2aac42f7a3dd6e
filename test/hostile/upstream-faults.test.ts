import assert from 'node:assert/strict';
import { FORMATS } from '../support/wire-client.ts';
import type { WireFormat } from '../../src/protocol/types.ts';
import { startAhead } from './support/ahead.ts';
import { useBench, type Bench } from './support/bench.ts';
import { FAULTS, ODD, type Fault, type Sees } from './support/faults.ts';
import { isShort } from './support/scope.ts';
import { until } from './support/until.ts';

const slug = (name: string): string => name.replace(/\W+/g, '-');
const TIMEOUTS = { connectMs: 2_000, firstByteMs: 1_500, idleMs: 1_500, totalMs: 40_000 };
/** Long after the limits of silence, long before that of all time: whoever is told of a silence so late was told by the wrong limit. */
const LATE_MS = 20_000;
const configFor = (upstream: WireFormat, timeouts = TIMEOUTS) => ({ config: { upstream: { protocols: [upstream], timeouts }, server: { holdHeadersMs: 30_000 } } });
const expected = (sees: Sees, wire: WireFormat): string => (typeof sees === 'string' ? sees : sees[wire]);

/** What the agents of all formats see, by what they ask for. */
async function seen(bench: Bench, { name, ...modes }: Pick<Fault, 'name' | 'stream' | 'plain'>): Promise<Record<string, string>> {
  const asked = FORMATS.flatMap((wire) => (['stream', 'plain'] as const).filter((mode) => modes[mode] !== undefined).map((mode) => ({ wire, mode })));
  return Object.fromEntries(await Promise.all(asked.map(async ({ wire, mode }) => {
    const startedMs = Date.now();
    // A model each, so that the failures of one are not those of another.
    const sees = await bench.see(wire, { title: slug(name), model: `rogue/${slug(name)}/${wire}/${mode}`, stream: mode === 'stream' });
    return [`${wire} ${mode}`, Date.now() - startedMs < LATE_MS ? sees : `${sees}, late`];
  })));
}

function wanted({ stream, plain }: Pick<Fault, 'stream' | 'plain'>): Record<string, string> {
  return Object.fromEntries(FORMATS.flatMap((wire) => [...(stream === undefined ? [] : [[`${wire} stream`, expected(stream, wire)]]), ...(plain === undefined ? [] : [[`${wire} plain`, expected(plain, wire)]])]));
}

/** Light cases mostly wait for a retry or a limit. */
const AT_ONCE = 8;

for (const upstream of FORMATS) {
  describe(`an upstream that speaks ${upstream} badly (U1–U5)`, function () {
    this.timeout(60_000);
    const bench = useBench(configFor(upstream));
    const faults = FAULTS.filter(({ short }) => !isShort || short === true);
    const light = faults.filter(({ heavy, long }) => heavy !== true && long !== true), heavy = faults.filter((fault) => fault.heavy === true);
    let result: (index: number) => Promise<Record<string, string>>;
    before('begin', () => {
      for (const { name, play } of faults) bench.rogue.play(slug(name), play);
      result = startAhead(light.map((fault) => () => seen(bench, fault)), AT_ONCE);
    });
    for (const [index, fault] of light.entries()) it(`${fault.name}: the agent is told in its own format`, async () => { assert.deepEqual(await result(index), wanted(fault)); });
    for (const fault of heavy) it(`${fault.name}: the agent is told in its own format`, async () => { assert.deepEqual(await seen(bench, fault), wanted(fault)); });
  });

  describe(`an upstream that speaks ${upstream} oddly (U3)`, () => {
    const bench = useBench(configFor(upstream));
    for (const odd of ODD.filter(({ short }) => !isShort || short === true)) {
      it(`answers ${odd.name}: the answer is whole`, async () => {
        bench.rogue.play(slug(odd.name), odd.play);
        const modes = { name: odd.name, stream: 'whole', ...(odd.plain === false ? {} : { plain: 'whole' }) };
        assert.deepEqual(await seen(bench, modes), wanted(modes));
      });
    }
  });
}

describe('an upstream that never comes to an end (U2)', function () {
  this.timeout(60_000);
  const bench = useBench(configFor('chat', { ...TIMEOUTS, totalMs: 2_500 }));
  for (const fault of FAULTS.filter(({ long, short }) => long === true && (!isShort || short === true))) {
    it(`${fault.name}: the agent is told in its own format`, async () => {
      bench.rogue.play(slug(fault.name), fault.play);
      assert.deepEqual(await seen(bench, fault), wanted(fault));
      // It hears of that after the agent does.
      await until(() => bench.rogue.callsOf(slug(fault.name)).every(({ left }) => left), 1_000, () => 'the upstream is not left');
    });
  }
});
