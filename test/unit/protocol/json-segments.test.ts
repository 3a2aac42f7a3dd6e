import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { parseInSegments } from '../../../src/protocol/json-segments.ts';
import { modelSpan } from '../../../src/protocol/model-span.ts';
import type { ChatRequest } from '../../../src/protocol/types.ts';

const message = (role: string, content: unknown): { role: string; content: unknown } => ({ role, content });
const conversation = (count: number, text: string): { role: string; content: unknown }[] =>
  Array.from({ length: count }, (_, at) => message(at % 2 === 0 ? 'user' : 'assistant', at % 3 === 0 ? [{ type: 'text', text }] : text));
const source = 'if (items["a"] !== null) {\n\treturn [{ "role": "x" },{"role": "y"}]; // ü 漢\n}\n'.repeat(40);
const parse = (text: string): unknown => parseInSegments(Buffer.from(text));

describe('the place of a model in a large body', () => {
  const large = conversation(80, source);
  const span = (text: string): unknown => {
    const bytes = Buffer.from(text);
    const found = modelSpan({ body: parseInSegments(bytes) ?? {}, bytes } as unknown as ChatRequest);
    return typeof found === 'object' && found !== null ? bytes.toString('utf8', found.start, found.end) : found;
  };

  it('is found before and behind the messages, and not in them', () => {
    const quoting = [message('system', '"model"'), message('user', [{ type: 'text', text: 'x', model: 'inner' }]), ...large, message('user', [{ model: 'inner' }])];
    assert.equal(span(JSON.stringify({ model: 'a', messages: large })), '"a"');
    assert.equal(span(JSON.stringify({ messages: large, model: 'a' })), '"a"');
    assert.equal(span(JSON.stringify({ model: 'a', messages: quoting })), '"a"');
    assert.equal(span(JSON.stringify({ messages: quoting, model: 'a' })), '"a"');
    assert.equal(span(JSON.stringify({ messages: quoting })), 'absent');
  });

  it('is not certain where it stands twice', () => {
    const many = JSON.stringify(large);
    assert.equal(span(`{"model":"a","messages":${many},"model":"a"}`), null);
    assert.equal(span(`{"model":"a","model":"a","messages":${many}}`), null);
    assert.equal(span(`{"model":"a","messages":${many},"mod\u0065l":"a"}`), null);
  });
});

describe('parsing a large body in segments', () => {
  it('gives what JSON.parse gives, whichever way it is spaced', () => {
    const body = { model: 'a', tools: [{ type: 'function', function: { name: 'f' } }], messages: conversation(80, source), stream: true };
    const compact = JSON.stringify(body);
    assert.deepEqual(parse(compact), JSON.parse(compact));
    const spaced = compact.replaceAll('},{"role":', '}, {"role": ');
    assert.deepEqual(parse(spaced), JSON.parse(spaced));
    assert.deepEqual(Object.keys(parse(compact) as object), Object.keys(body));
  });

  it('keeps to the last of two members of one name, before and behind the cut', () => {
    const many = JSON.stringify(conversation(80, source));
    for (const text of [`{"messages":[1],"tools":[2],"messages":${many},"tools":[3]}`, `{"messages":${many},"messages":["other"]}`, `{"model":"a","messages":${many},"model":"b"}`]) {
      assert.deepEqual(parse(text), JSON.parse(text));
    }
  });

  it('takes messages larger than a segment', () => {
    const messages = conversation(60, source);
    messages.splice(20, 0, message('user', source.repeat(40)));
    messages.push(message('user', source.repeat(40)));
    const text = JSON.stringify({ model: 'a', messages, stream: true });
    assert.deepEqual(parse(text), JSON.parse(text));
  });

  it('leaves to JSON.parse what it cannot cut', () => {
    assert.equal(parse(JSON.stringify({ messages: conversation(3, source) })), undefined, 'small');
    assert.equal(parse(JSON.stringify({ messages: [message('user', source.repeat(80))] })), undefined, 'one large message');
    assert.equal(parse(JSON.stringify({ metadata: { history: conversation(80, source) } })), undefined, 'a deeper array');
    assert.equal(parse(JSON.stringify(conversation(80, source))), undefined, 'no object');
    assert.equal(parse(`{"messages":${JSON.stringify(conversation(80, source))},"__proto__":{"a":1}}`), undefined, 'a member that an assignment would take for the prototype');
  });

  it('takes nothing that is no JSON', () => {
    const text = JSON.stringify({ model: 'a', messages: conversation(80, source), stream: true });
    fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom('', '"', ']', '}', ',', '{', '['), (at, instead) => {
      const broken = text.slice(0, at) + instead + text.slice(at + 1);
      let expected: unknown;
      try { expected = JSON.parse(broken); } catch { expected = undefined; }
      const found = parse(broken);
      // Undefined is always allowed: then the whole is parsed.
      if (found !== undefined) assert.deepEqual(found, expected);
    }), { numRuns: 150 });
  });
});
