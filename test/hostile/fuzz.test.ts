import assert from 'node:assert/strict';
import { isRecord, tryParseJson } from '../../src/protocol/json.ts';
import type { WireFormat } from '../../src/protocol/types.ts';
import { text, toolCalls } from '../support/scripted-upstream/reply.ts';
import { bodyOf, FORMATS, PATHS } from '../support/wire-client.ts';
import { startAhead } from './support/ahead.ts';
import { chunk, eventsOf, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { ask, type Reply } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { mutate, tear } from './support/mutate.ts';
import { RICH } from './support/rich-bodies.ts';
import { FUZZ, REPLAY, SEED } from './support/scope.ts';
import { randomFrom } from './support/values.ts';
import { assertError, verdictOf } from './support/verdict.ts';

const ANSWERS = Math.ceil(FUZZ / 1.5);
/** Nobody waits longer than this for an answer of a fuzz. */
const HANG_MS = 15_000;
const ENDS = /^(whole|other words.*|cut|response\.failed|error event|502 .*|502|503 .*|504 .*|429 .*)$/s;

const isStream = ({ headers }: Reply): boolean => /event-stream/.test(headers['content-type'] ?? '');

describe(`fuzz with seed ${SEED} (C3, U4)`, function () {
  this.timeout(180_000);
  before('tell the seed', () => { console.log(`      ${REPLAY} draws the same again`); });

  for (const [order, wire] of FORMATS.entries()) {
    for (const [place, upstream] of FORMATS.entries()) {
      describe(`of requests in the ${wire} format, before an upstream that speaks ${upstream}`, () => {
        const bench = useBench({ config: { upstream: { protocols: [upstream], timeouts: { connectMs: 2_000, firstByteMs: 5_000, idleMs: 5_000, totalMs: 10_000 } } } });
        const count = Math.ceil(FUZZ / FORMATS.length);
        it(`${count} mutations are each answered, or refused in its own format`, async () => {
          const random = randomFrom(SEED + 1_000 * order + place);
          const cases = Array.from({ length: count }, (_, index) => {
            const body = { ...RICH[wire], stream: random() < 0.4 };
            const path = index % 11 === 5 ? '/debug/route' : index % 11 === 7 && wire === 'messages' ? '/v1/messages/count_tokens' : PATHS[wire];
            return { path, ...mutate(random, body) };
          });
          const result = startAhead(cases.map(({ path, bytes }) => () => ask(bench.gateway.port, { path, headers: { 'x-title': 'fuzz' }, body: bytes, signal: AbortSignal.timeout(HANG_MS) })), 6);
          for (const [index, { path, what }] of cases.entries()) {
            const reply = await result(index).catch((error: unknown) => assert.fail(`mutation ${index} has no answer (${String(error)}): ${what}`));
            if (reply.status !== 200) {
              // An upstream may be asked for something that it does not have; nothing of that is our failure.
              assert.ok(reply.status < 500, `mutation ${index}: ${reply.status} ${reply.body.slice(0, 300)} to ${what}`);
              assertError(path.startsWith('/v1/messages') ? 'messages' : 'chat', reply);
            } else if (path === PATHS[wire]) assert.match(verdictOf(wire, isStream(reply), reply), /^(whole|other words)/, `mutation ${index}: ${what}`);
          }
        });
      });
    }
  }

  for (const [order, upstream] of FORMATS.entries()) {
    describe(`of answers in the ${upstream} format`, () => {
      const bench = useBench({ config: { upstream: { protocols: [upstream], timeouts: { connectMs: 2_000, firstByteMs: 5_000, idleMs: 300, totalMs: 10_000 } }, server: { holdHeadersMs: 30_000 } } });
      it(`${ANSWERS} mutations are passed on, told to be wrong, or broken off loudly, to clients of every format`, async () => {
        const random = randomFrom(SEED + 100_000 + order);
        const good = { stream: eventsOf(upstream, text(['one ', 'two ', 'three'])), calls: eventsOf(upstream, toolCalls([{ name: 'read', arguments: { path: 'a' } }, { name: 'run', arguments: { command: 'ls' } }], { say: 'Look' })), plain: wholeOf(upstream, 'one two three') };
        const cases = Array.from({ length: ANSWERS }, (_, index) => {
          const stream = random() < 0.7, wire = FORMATS[index % FORMATS.length] as WireFormat;
          const body = stream ? mutatedEvents(random, random() < 0.5 ? good.stream : good.calls) : mutate(random, JSON.parse(good.plain)).bytes;
          bench.rogue.play(`answer-${index}`, async (call, _asked) => { await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), chunk(body), Buffer.from(LAST_CHUNK)]) : httpWhole(200, body.toString('latin1'))); });
          return { stream, wire, what: body.toString('latin1').slice(0, 800) };
        });
        const result = startAhead(cases.map(({ stream, wire }, index) => () => ask(bench.gateway.port, {
          path: PATHS[wire], headers: { 'x-title': `answer-${index}` }, body: JSON.stringify(bodyOf(wire, { model: `rogue/answer-${index}`, stream, tools: true })), signal: AbortSignal.timeout(HANG_MS),
        })), 6);
        for (const [index, { wire, what }] of cases.entries()) {
          const reply = await result(index).catch((error: unknown) => assert.fail(`mutation ${index} has no answer (${String(error)}): ${what}`));
          assert.match(verdictOf(wire, isStream(reply), reply), ENDS, `mutation ${index} for a ${wire} client: ${what}`);
        }
      });
    });
  }
});

/** Some events are changed, doubled, left out, swapped or torn. */
function mutatedEvents(random: () => number, events: readonly string[]): Buffer {
  let list = [...events];
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const at = Math.floor(random() * list.length), event = list[at] ?? '';
    const json = /^data: (\{.*\})$/m.exec(event)?.[1] ?? '', value = tryParseJson(json);
    switch (Math.floor(random() * 5)) {
      case 0: list = list.filter((_, index) => index !== at); break;
      case 1: list.splice(at, 0, event); break;
      case 2: list = list.toSorted(() => random() - 0.5); break;
      case 3: list = list.slice(0, at); break;
      default: if (isRecord(value)) list[at] = event.replace(json, () => mutate(random, value).bytes.toString('latin1').replaceAll('\n', ' '));
    }
  }
  const bytes = Buffer.from(list.join(''));
  return random() < 0.2 ? tear(random, bytes) : bytes;
}
